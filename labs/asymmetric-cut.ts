// Topology   h1 - r1 - isp - r2 - h2, and from the same r1 a second tunnel to r3 - h3. GRE in ESP, static routes. r2 alone sends
//            keepalives on the first tunnel; r1 and r3 both send them on the second.
// Shows      what a loss in one direction looks like to an end that asks, and to one that does not.
// You see    the provider lets nothing through toward the right, then toward the left: whoever asks goes down, whoever does not says up/up.
// Takes      about half a minute on two cores; the demo a minute more.
import type { App } from "cdktf";
import { GreIpsecTunnel, Host, Lab, Router, Wan } from "../constructs/index.ts";

/** One router, two peers: one asks alone, with the other both ends ask. */
export function asymmetricCut(app: App): Lab {
  const lab = new Lab(app, "asymmetric-cut");

  const isp = new Wan(lab, "isp", { left: "198.51.100.1/30", right: "203.0.113.1/29" });
  const r1 = new Router(lab, "r1", { transit: isp.left, outside: "198.51.100.2/30", inside: "192.168.10.1/24" });
  const r2 = new Router(lab, "r2", { transit: isp.right, outside: "203.0.113.2/29", inside: "192.168.20.1/24" });
  const r3 = new Router(lab, "r3", { transit: isp.right, outside: "203.0.113.3/29", inside: "192.168.30.1/24" });
  new Host(lab, "h1", { behind: r1, address: "192.168.10.10/24" });
  new Host(lab, "h2", { behind: r2, address: "192.168.20.10/24" });
  new Host(lab, "h3", { behind: r3, address: "192.168.30.10/24" });

  const ask = { periodSeconds: 1, retryCount: 3 };
  const common = {
    left: r1,
    leftProtection: "crypto-map",
    rightProtection: "crypto-map",
    rightKeepalive: ask,
    routing: { protocol: "static", distance: 1 },
  } as const;
  new GreIpsecTunnel(lab, "one-end", {
    ...common,
    right: r2,
    leftAddress: "172.16.0.1/30",
    rightAddress: "172.16.0.2/30",
  });
  new GreIpsecTunnel(lab, "both-ends", {
    ...common,
    right: r3,
    leftAddress: "172.16.0.5/30",
    rightAddress: "172.16.0.6/30",
    leftKeepalive: ask,
  });

  return lab;
}
