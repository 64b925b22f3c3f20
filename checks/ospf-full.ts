import type { OspfNeighbor } from "../dialects/frr/read-neighbors.ts";
import { askBothEnds, askOspfNeighbors, ofBothEnds, type BothEnds } from "./ask-end.ts";
import { compare, judgeFacts, type CheckKind } from "./check-kind.ts";

/** Have the routers exchanged their databases over the tunnel? */
export const ospfFull: CheckKind<BothEnds<readonly OspfNeighbor[] | null>> = {
  // A vtysh costs a quarter of a CPU second.
  pollMs: 700,
  lookAt: [
    "`vtysh -c 'show ip ospf neighbor'` on both routers: ExStart is most often an MTU mismatch",
    "`vtysh -c 'show ip ospf interface'`: timers and area must be equal",
  ],
  ask: (context) => askBothEnds(context, (session, here) => askOspfNeighbors(session, here.device)),
  judge(tunnel, observed) {
    const facts = ofBothEnds(tunnel, observed, (here, there, neighbors) => {
      const seen = neighbors === null ? "ospfd does not answer" : (neighbors[0]?.state ?? "none");
      return [compare(`OSPF neighbour ${there.router} at ${here.router}`, "", "Full", seen)];
    });
    return judgeFacts(facts, "Full in both directions");
  },
};
