import { parseOspfNeighbors, type OspfNeighbor } from "../dialects/frr/read-neighbors.ts";
import type { PlannedEnd } from "../model/plan-document.ts";
import { compare, judgeFacts, type CheckKind } from "./check-kind.ts";

interface Observation {
  readonly left: readonly OspfNeighbor[];
  readonly right: readonly OspfNeighbor[];
}

/** Have the routers exchanged their databases over the tunnel? */
export const ospfFull: CheckKind<Observation> = {
  // A vtysh costs a quarter of a CPU second.
  pollMs: 700,
  lookAt: [
    "`vtysh -c 'show ip ospf neighbor'` on both routers: ExStart is most often an MTU mismatch",
    "`vtysh -c 'show ip ospf interface'`: timers and area must be equal",
  ],
  async ask({ tunnel: { left, right }, on }) {
    const at = (end: PlannedEnd) =>
      on(end.router, async (session) => {
        const { stdout, stderr, exitCode } = await session.run([
          "vtysh",
          "-d",
          "ospfd",
          "-c",
          "show ip ospf neighbor json",
        ]);
        if (exitCode !== 0)
          throw new Error(`${end.router}: ospfd does not answer: ${stderr.trim().split("\n").at(-1) ?? ""}`);
        return parseOspfNeighbors(stdout).filter((neighbor) => neighbor.interfaceName === end.device);
      });
    const [atLeft, atRight] = await Promise.all([at(left), at(right)]);
    return { left: atLeft, right: atRight };
  },
  judge({ left, right }, observed) {
    const fact = (here: PlannedEnd, there: PlannedEnd, neighbors: readonly OspfNeighbor[]) =>
      compare(`OSPF neighbour ${there.router} at ${here.router}`, "", "Full", neighbors[0]?.state ?? "none");
    return judgeFacts([fact(left, right, observed.left), fact(right, left, observed.right)], "Full in both directions");
  },
};
