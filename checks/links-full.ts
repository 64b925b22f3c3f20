import type { OspfNeighbor } from "../dialects/frr/read-neighbors.ts";
import type { PlannedLinkEnd, PlannedTunnel } from "../model/plan-document.ts";
import { askOspfNeighbors } from "./ask-end.ts";
import { compare, judgeFacts, type CheckKind } from "./check-kind.ts";

/** In the order of {@link neighbourhoods}; `null` where ospfd does not answer. */
type Observation = readonly (readonly OspfNeighbor[] | null)[];

/** Have the routers behind the tunnel's ends exchanged their databases over their links? A reserve whose link is down is none. */
export const linksFull: CheckKind<Observation> = {
  // A vtysh costs a quarter of a CPU second.
  pollMs: 700,
  lookAt: [
    "`vtysh -c 'show ip ospf neighbor'` on the routers of the link",
    "`vtysh -c 'show ip ospf interface'`: timers, area and network type must be equal",
  ],
  ask: ({ tunnel, on }) =>
    Promise.all(
      neighbourhoods(tunnel).map(({ here }) => on(here.router, (session) => askOspfNeighbors(session, here.interface))),
    ),
  judge(tunnel, observed) {
    const facts = neighbourhoods(tunnel).map(({ segment, here, there }, index) => {
      const neighbors = observed[index] ?? null;
      const known = neighbors?.find(({ address }) => address === there.address)?.state ?? "none";
      const seen = neighbors === null ? "ospfd does not answer" : known;
      return compare(`OSPF neighbour ${there.router} at ${here.router} on ${segment}`, "", "Full", seen);
    });
    return judgeFacts(facts, "Full in both directions on every link");
  },
};

/** Each link behind an end, from both of its routers. */
function neighbourhoods({ left, right }: PlannedTunnel): {
  readonly segment: string;
  readonly here: PlannedLinkEnd;
  readonly there: PlannedLinkEnd;
}[] {
  return [...left.links, ...right.links].flatMap(({ segment, near, far }) => [
    { segment, here: near, there: far },
    { segment, here: far, there: near },
  ]);
}
