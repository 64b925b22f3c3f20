// Topology   h1 - r1 - isp1 - r2 - h2, and r1 - isp2 - r2: a tunnel over each provider, tunnel0 preferred, tunnel1 in reserve.
//            Five labs, one for each way to notice that tunnel0 is dead: keepalive, ospf, bfd, dpd, none.
// Shows      how long a site is cut off when its provider goes silent: what notices, when, and what the routers do then.
// You see    packets at a steady rate while isp1 is cut: predicted window, what the routers say, what was lost.
// Takes      about a minute each on two cores; dpd two, since IKE asks five times before it gives up.
import type { App } from "cdktf";
import { Host, Lab, RedundantTunnels, Router, Wan, type Failover } from "../constructs/index.ts";

/** How each lab notices; short times, so that it can be watched. */
export const failovers = {
  keepalive: { by: "keepalive", periodSeconds: 1, retryCount: 3 },
  ospf: { by: "ospf", helloIntervalSeconds: 1, deadIntervalSeconds: 4 },
  bfd: { by: "bfd", intervalMs: 300, multiplier: 3 },
  dpd: { by: "dpd", delaySeconds: 2 },
  none: { by: "none" },
} as const satisfies Record<string, Failover>;

/** The five labs. */
export function failover(app: App): Lab[] {
  return Object.entries(failovers).map(([name, how]) => failoverBy(app, `failover-${name}`, how));
}

/** Two sites, two providers, and one way to notice that the first is gone. */
export function failoverBy(app: App, name: string, how: Failover): Lab {
  const lab = new Lab(app, name);

  const isp1 = new Wan(lab, "isp1", { left: "198.51.100.1/30", right: "203.0.113.1/30" });
  const isp2 = new Wan(lab, "isp2", { left: "198.51.100.5/30", right: "203.0.113.5/30" });
  const r1 = new Router(lab, "r1", {
    transit: isp1.left,
    outside: "198.51.100.2/30",
    inside: "192.168.10.1/24",
    backup: { transit: isp2.left, outside: "198.51.100.6/30" },
  });
  const r2 = new Router(lab, "r2", {
    transit: isp1.right,
    outside: "203.0.113.2/30",
    inside: "192.168.20.1/24",
    backup: { transit: isp2.right, outside: "203.0.113.6/30" },
  });
  new Host(lab, "h1", { behind: r1, address: "192.168.10.10/24" });
  new Host(lab, "h2", { behind: r2, address: "192.168.20.10/24" });

  new RedundantTunnels(lab, "tunnel", {
    left: r1,
    right: r2,
    primary: { leftAddress: "172.16.0.1/30", rightAddress: "172.16.0.2/30" },
    backup: { leftAddress: "172.16.0.5/30", rightAddress: "172.16.0.6/30" },
    failover: how,
  });

  return lab;
}
