// Topology   h1 - r1 - isp1 - hub1 - core - h2, and r1 - isp2 - hub2 - core: a tunnel to each hub over a provider of its own, and a link
//            from each hub to the core router. OSPF on tunnels and links; tunnel0 and hub1 preferred, there and back.
// Shows      how long two sites are cut off when a whole hub dies, or its provider, or its link to the core.
// You see    hub1's death noticed by r1 over the tunnel and by core on the link, each in its predicted window; packets by hub2 after it.
// Takes      about two minutes on two cores.
import type { App } from "cdktf";
import { CoreRouter, DualHub, Host, Lab, Link, Router, Wan, type OspfFailover } from "../constructs/index.ts";

/** How each of the two notices; short times, so that it can be watched. */
export const dualHubs = {
  "dual-hub": { by: "bfd", intervalMs: 300, multiplier: 3 },
  "dual-hub-ospf": { by: "ospf", helloIntervalSeconds: 1, deadIntervalSeconds: 4 },
} as const satisfies Record<string, OspfFailover>;

/** Two hubs that BFD watches. */
export function dualHub(app: App): Lab {
  return dualHubBy(app, "dual-hub", dualHubs["dual-hub"]);
}

/** A spoke, two hubs with a provider each, a core behind them, and one way to notice that something is gone. */
export function dualHubBy(app: App, name: string, failover: OspfFailover): Lab {
  const lab = new Lab(app, name);

  const isp1 = new Wan(lab, "isp1", { left: "198.51.100.1/30", right: "203.0.113.1/30" });
  const isp2 = new Wan(lab, "isp2", { left: "198.51.100.5/30", right: "203.0.113.5/30" });
  const link1 = new Link(lab, "hub1-core", { failover });
  const link2 = new Link(lab, "hub2-core", { failover });

  const r1 = new Router(lab, "r1", {
    transit: isp1.left,
    outside: "198.51.100.2/30",
    inside: "192.168.10.1/24",
    backup: { transit: isp2.left, outside: "198.51.100.6/30" },
  });
  const hub1 = new Router(lab, "hub1", {
    transit: isp1.right,
    outside: "203.0.113.2/30",
    links: [{ link: link1, address: "10.0.1.1/30" }],
  });
  const hub2 = new Router(lab, "hub2", {
    transit: isp2.right,
    outside: "203.0.113.6/30",
    links: [{ link: link2, address: "10.0.2.1/30" }],
  });
  const core = new CoreRouter(lab, "core", {
    inside: "192.168.20.1/24",
    links: [
      { link: link1, address: "10.0.1.2/30" },
      { link: link2, address: "10.0.2.2/30" },
    ],
  });
  new Host(lab, "h1", { behind: r1, address: "192.168.10.10/24" });
  new Host(lab, "h2", { behind: core, address: "192.168.20.10/24" });

  new DualHub(lab, "tunnel", {
    spoke: r1,
    primary: { hub: hub1, spokeAddress: "172.16.0.1/30", hubAddress: "172.16.0.2/30" },
    backup: { hub: hub2, spokeAddress: "172.16.0.5/30", hubAddress: "172.16.0.6/30" },
    failover,
  });

  return lab;
}
