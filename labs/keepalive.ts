// Topology   h1 - r1 - isp - r2 - h2: GRE in ESP, crypto maps at both ends, a static route over the tunnel.
// Shows      GRE keepalives at both ends, `keepalive 1 3` each: what takes the line protocol down, what still passes then, what brings it back.
// You see    one direction cut, both, the peer's power, the peer's IPsec: down after 3 to 4 s each time, nothing but keepalives meanwhile.
// Takes      about half a minute on two cores; the demo two minutes more.
import type { App } from "cdktf";
import { GreIpsecTunnel, Host, Lab, Router, Wan } from "../constructs/index.ts";

/** Two sites, and a tunnel whose ends ask one another. */
export function keepalive(app: App): Lab {
  const lab = new Lab(app, "keepalive");

  const isp = new Wan(lab, "isp", { left: "198.51.100.1/30", right: "203.0.113.1/30" });
  const r1 = new Router(lab, "r1", { transit: isp.left, outside: "198.51.100.2/30", inside: "192.168.10.1/24" });
  const r2 = new Router(lab, "r2", { transit: isp.right, outside: "203.0.113.2/30", inside: "192.168.20.1/24" });
  new Host(lab, "h1", { behind: r1, address: "192.168.10.10/24" });
  new Host(lab, "h2", { behind: r2, address: "192.168.20.10/24" });

  // IOS's own period is 10 s; 1 s is for those who watch.
  const ask = { periodSeconds: 1, retryCount: 3 };
  new GreIpsecTunnel(lab, "tunnel0", {
    left: r1,
    right: r2,
    leftAddress: "172.16.0.1/30",
    rightAddress: "172.16.0.2/30",
    // Crypto maps, since IOS's keepalives do not go with tunnel protection (Cisco document 118370).
    leftProtection: "crypto-map",
    rightProtection: "crypto-map",
    leftKeepalive: ask,
    rightKeepalive: ask,
    // A static route goes with the line protocol: nobody else notices anything.
    routing: { protocol: "static", distance: 1 },
  });

  return lab;
}
