// Topology   h1 - r1 - isp - r2 - h2, and from the same r1 a second tunnel to r3 - h3; the links right of isp carry 1400 bytes.
//            To r2 plain GRE, to r3 GRE in ESP transport mode (3DES, SHA-1), both with tunnel path-mtu-discovery and ip mtu 1476.
// Shows      path MTU discovery through a tunnel, scenarios 6 and 10 of Cisco document 25885: who drops, who tells whom what, and
//            how many packets are lost in silence.
// You see    each packet's fate predicted and seen, beside what IOS is documented to do: it needs two more packets.
// Takes      about half a minute on two cores.
import type { App } from "cdktf";
import { GreIpsecTunnel, Host, Lab, Router, Wan } from "../constructs/index.ts";

/** A path that narrows behind the provider. */
export function pmtud(app: App): Lab {
  const lab = new Lab(app, "pmtud");

  const isp = new Wan(lab, "isp", { left: "198.51.100.1/30", right: "203.0.113.1/29", rightMtuBytes: 1400 });
  const r1 = new Router(lab, "r1", { transit: isp.left, outside: "198.51.100.2/30", inside: "192.168.10.1/24" });
  const r2 = new Router(lab, "r2", { transit: isp.right, outside: "203.0.113.2/29", inside: "192.168.20.1/24" });
  const r3 = new Router(lab, "r3", { transit: isp.right, outside: "203.0.113.3/29", inside: "192.168.30.1/24" });
  new Host(lab, "h1", { behind: r1, address: "192.168.10.10/24" });
  new Host(lab, "h2", { behind: r2, address: "192.168.20.10/24" });
  new Host(lab, "h3", { behind: r3, address: "192.168.30.10/24" });

  const common = {
    left: r1,
    suite: "3des-sha1",
    pathMtuDiscovery: true, // IOS: `tunnel path-mtu-discovery`
    ipMtuBytes: 1476, // what IOS takes when nothing is said
    accept: ["mtu/exceeds-path"],
    routing: { protocol: "static" },
  } as const;
  new GreIpsecTunnel(lab, "gre", {
    ...common,
    right: r2,
    leftAddress: "172.16.0.1/30",
    rightAddress: "172.16.0.2/30",
    order: "gre",
  });
  new GreIpsecTunnel(lab, "ipsec", {
    ...common,
    right: r3,
    leftAddress: "172.16.0.5/30",
    rightAddress: "172.16.0.6/30",
    mode: "transport",
  });

  return lab;
}
