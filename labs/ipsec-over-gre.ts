// Topology   h1 - r1 - isp - r2 - h2, a GRE tunnel between r1 and r2, OSPF over it, and a crypto map on the tunnel interface.
// Shows      IPsec over GRE, which the seed has in its title and does not configure: ESP inside GRE. What the sites send is
//            protected, what the routers say to one another is not.
// You see    an OSPF hello read on the transit, field by field; of the hosts' packets ESP alone; 1422 bytes left of 1500.
// Takes      about half a minute on two cores.
import type { App } from "cdktf";
import { GreIpsecTunnel, Host, Lab, Router, Wan } from "../constructs/index.ts";

/** GRE outside, ESP inside: the order of the seed's title. */
export function ipsecOverGre(app: App): Lab {
  const lab = new Lab(app, "ipsec-over-gre");

  const isp = new Wan(lab, "isp", { left: "198.51.100.1/30", right: "203.0.113.1/30" });
  const r1 = new Router(lab, "r1", { transit: isp.left, outside: "198.51.100.2/30", inside: "192.168.10.1/24" });
  const r2 = new Router(lab, "r2", { transit: isp.right, outside: "203.0.113.2/30", inside: "192.168.20.1/24" });
  new Host(lab, "h1", { behind: r1, address: "192.168.10.10/24" });
  new Host(lab, "h2", { behind: r2, address: "192.168.20.10/24" });

  new GreIpsecTunnel(lab, "tunnel0", {
    left: r1,
    right: r2,
    leftAddress: "172.16.0.1/30",
    rightAddress: "172.16.0.2/30",
    order: "ipsec-over-gre",
    leftProtection: "crypto-map",
    rightProtection: "crypto-map",
    suite: "aes-gcm-16",
    mode: "tunnel", // hosts are not the IPsec peers: nothing else would do
    routing: { protocol: "ospf", helloIntervalSeconds: 1, deadIntervalSeconds: 4 },
  });

  return lab;
}
