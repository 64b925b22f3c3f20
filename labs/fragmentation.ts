// Topology   h1 - r1 - isp - r2 - h2, and from the same r1 a second tunnel to r3 - h3. GRE in ESP tunnel mode (3DES, SHA-1), no
//            tunnel path-mtu-discovery: the outer DF bit is always clear.
// Shows      the double fragmentation of Cisco document 25885, scenario 9, and how an ip mtu that fits ends it.
// You see    1500 bytes become 1500, 72 and 120 on the wire, joined by r2 and again by h2; with ip mtu 1422 two whole packets.
// Takes      about half a minute on two cores.
import type { App } from "cdktf";
import { GreIpsecTunnel, Host, Lab, Router, Wan } from "../constructs/index.ts";

/** Cut after encryption, and before it. */
export function fragmentation(app: App): Lab {
  const lab = new Lab(app, "fragmentation");

  const isp = new Wan(lab, "isp", { left: "198.51.100.1/30", right: "203.0.113.1/29" });
  const r1 = new Router(lab, "r1", { transit: isp.left, outside: "198.51.100.2/30", inside: "192.168.10.1/24" });
  const r2 = new Router(lab, "r2", { transit: isp.right, outside: "203.0.113.2/29", inside: "192.168.20.1/24" });
  const r3 = new Router(lab, "r3", { transit: isp.right, outside: "203.0.113.3/29", inside: "192.168.30.1/24" });
  new Host(lab, "h1", { behind: r1, address: "192.168.10.10/24" });
  new Host(lab, "h2", { behind: r2, address: "192.168.20.10/24" });
  new Host(lab, "h3", { behind: r3, address: "192.168.30.10/24" });

  const common = {
    left: r1,
    suite: "3des-sha1",
    mode: "tunnel",
    pathMtuDiscovery: false, // IOS without `tunnel path-mtu-discovery`
    routing: { protocol: "static" },
  } as const;
  new GreIpsecTunnel(lab, "after", {
    ...common,
    right: r2,
    leftAddress: "172.16.0.1/30",
    rightAddress: "172.16.0.2/30",
    ipMtuBytes: 1476, // IOS's default: the physical MTU less GRE; ESP is forgotten
    accept: ["mtu/exceeds-path"],
  });
  new GreIpsecTunnel(lab, "before", {
    ...common,
    right: r3,
    leftAddress: "172.16.0.5/30",
    rightAddress: "172.16.0.6/30",
    ipMtuBytes: 1422, // all that ESP leaves: cut before encryption, once
  });

  return lab;
}
