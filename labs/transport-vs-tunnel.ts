// Topology   h1 - r1 - isp - r2 - h2, and from the same r1 a second tunnel to r3 - h3. GRE in ESP (3DES, SHA-1), in transport mode to r2,
//            in tunnel mode to r3.
// Shows      what the second IP header of tunnel mode costs: the seed says 20 bytes, and padding makes 16 or 24 of them.
// You see    packets of several sizes to both peers, weighed on the wire; ip mtu 1442 against 1422.
// Takes      about half a minute on two cores.
import type { App } from "cdktf";
import { GreIpsecTunnel, Host, Lab, Router, Wan } from "../constructs/index.ts";

/** One router, two peers, the same suite in both modes. */
export function transportVsTunnel(app: App): Lab {
  const lab = new Lab(app, "transport-vs-tunnel");

  const isp = new Wan(lab, "isp", { left: "198.51.100.1/30", right: "203.0.113.1/29" });
  const r1 = new Router(lab, "r1", { transit: isp.left, outside: "198.51.100.2/30", inside: "192.168.10.1/24" });
  const r2 = new Router(lab, "r2", { transit: isp.right, outside: "203.0.113.2/29", inside: "192.168.20.1/24" });
  const r3 = new Router(lab, "r3", { transit: isp.right, outside: "203.0.113.3/29", inside: "192.168.30.1/24" });
  new Host(lab, "h1", { behind: r1, address: "192.168.10.10/24" });
  new Host(lab, "h2", { behind: r2, address: "192.168.20.10/24" });
  new Host(lab, "h3", { behind: r3, address: "192.168.30.10/24" });

  // No ip mtu is said: each tunnel takes the largest that fits, 1442 and 1422.
  const common = { left: r1, suite: "3des-sha1", routing: { protocol: "static" } } as const;
  new GreIpsecTunnel(lab, "transport", {
    ...common,
    right: r2,
    leftAddress: "172.16.0.1/30",
    rightAddress: "172.16.0.2/30",
    mode: "transport",
  });
  new GreIpsecTunnel(lab, "tunnel", {
    ...common,
    right: r3,
    leftAddress: "172.16.0.5/30",
    rightAddress: "172.16.0.6/30",
    mode: "tunnel",
  });

  return lab;
}
