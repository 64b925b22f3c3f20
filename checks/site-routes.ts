import type { PlannedTunnel } from "../model/plan-document.ts";
import { askRouteDevices } from "./ask-end.ts";
import { compare, judgeFacts, type CheckKind } from "./check-kind.ts";

/** The devices of each planned route, in the plan's order. */
type Observation = readonly (readonly string[])[];

/** Does every router between the two hosts send to their networks by the way of least cost, and back by the same? */
export const siteRoutes: CheckKind<Observation> = {
  pollMs: 700,
  lookAt: [
    "`ip route` and `vtysh -c 'show ip ospf route'` on the router",
    "`vtysh -c 'show ip ospf database router'`: which links each router tells of, and their costs",
  ],
  ask: ({ tunnel, on }) =>
    Promise.all(
      tunnel.siteRoutes.map(({ router, network }) => on(router, (session) => askRouteDevices(session, network))),
    ),
  judge(tunnel, observed) {
    const facts = tunnel.siteRoutes.map(({ router, network, devices }, index) => {
      const seen = [...new Set(observed[index])].sort();
      return compare(`${network} at ${router} by`, "", devices.join(" "), seen.join(" ") || "no route");
    });
    return judgeFacts(facts, agreed(tunnel));
  },
};

function agreed({ name, siteRoutes: routes }: PlannedTunnel): string {
  const routers = [...new Set(routes.map(({ router }) => router))];
  return `${routers.join(", ")} send by ${name}, there and back`;
}
