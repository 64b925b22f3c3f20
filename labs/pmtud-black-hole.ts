// Topology   h1 - r1 - isp - r2 - h2, and from the same r1 a second tunnel to r3 - h3; the links right of isp carry 1400 bytes, and isp
//            drops ICMP type 3 code 4, as many filters do. GRE in ESP transport mode (AES-GCM-16).
// Shows      the black hole: the small packets of a connection pass, the full ones vanish, and nobody is told. An ip mtu and an
//            adjust-mss that fit the whole path cure it without ICMP.
// You see    TCP hang through the first tunnel and finish through the second.
// Takes      about half a minute on two cores.
import type { App } from "cdktf";
import { GreIpsecTunnel, Host, Lab, Router, Wan } from "../constructs/index.ts";

/** ICMP filtered on the way. */
export function pmtudBlackHole(app: App): Lab {
  const lab = new Lab(app, "pmtud-black-hole");

  const isp = new Wan(lab, "isp", {
    left: "198.51.100.1/30",
    right: "203.0.113.1/29",
    rightMtuBytes: 1400,
    filters: ["icmp-fragmentation-needed"],
  });
  const r1 = new Router(lab, "r1", { transit: isp.left, outside: "198.51.100.2/30", inside: "192.168.10.1/24" });
  const r2 = new Router(lab, "r2", { transit: isp.right, outside: "203.0.113.2/29", inside: "192.168.20.1/24" });
  const r3 = new Router(lab, "r3", { transit: isp.right, outside: "203.0.113.3/29", inside: "192.168.30.1/24" });
  new Host(lab, "h1", { behind: r1, address: "192.168.10.10/24" });
  new Host(lab, "h2", { behind: r2, address: "192.168.20.10/24" });
  new Host(lab, "h3", { behind: r3, address: "192.168.30.10/24" });

  const common = { left: r1, suite: "aes-gcm-16", mode: "transport", routing: { protocol: "static" } } as const;
  new GreIpsecTunnel(lab, "hole", {
    ...common,
    right: r2,
    leftAddress: "172.16.0.1/30",
    rightAddress: "172.16.0.2/30",
    ipMtuBytes: 1442, // right for 1500, and the path carries 1400
    accept: ["mtu/exceeds-path"],
  });
  new GreIpsecTunnel(lab, "cured", {
    ...common,
    right: r3,
    leftAddress: "172.16.0.5/30",
    rightAddress: "172.16.0.6/30",
    ipMtuBytes: 1342, // what 1400 leaves
    tcpMssBytes: 1302,
  });

  return lab;
}
