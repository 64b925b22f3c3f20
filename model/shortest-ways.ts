/**
 * Which way OSPF takes between the routers of a lab: the smallest sum of costs (RFC 2328 section 16.1). Areas are not weighed: between
 * two routers there is one set of areas in a lab.
 */
import { groupBy } from "./group-by.ts";
import type { LabModel } from "./lab-model.ts";
import { oncePer } from "./once-per.ts";

/** From one router to a neighbour, one way. */
export interface WayStep {
  readonly from: string;
  readonly to: string;
  /** By which device of the router: `tunnel0`, `eth1`. */
  readonly device: string;
  readonly cost: number;
  /** The segment, where it is a link and not a tunnel. */
  readonly link: string | null;
}

/** Every step over a tunnel that OSPF routes, and over a link, both ways. */
export const waySteps = oncePer(({ tunnels, links }: Pick<LabModel, "tunnels" | "links">): readonly WayStep[] => [
  ...tunnels
    .filter(({ routing }) => routing === "ospf")
    .flatMap(({ name, left, right, preference: cost }) => [
      { from: left.router, to: right.router, device: name, cost, link: null },
      { from: right.router, to: left.router, device: name, cost, link: null },
    ]),
  ...links.flatMap(({ segment, ends, cost }) =>
    ends.flatMap((here) =>
      ends
        .filter(({ router }) => router !== here.router)
        .map((there) => ({
          from: here.router,
          to: there.router,
          device: here.interface,
          cost,
          link: segment,
        })),
    ),
  ),
]);

/** The sum of costs to a router; `Infinity` where no way leads there. */
export function distanceBetween(steps: readonly WayStep[], from: string, to: string): number {
  return distancesTo(steps, to).get(from) ?? Infinity;
}

/** The steps from one router to another on the shortest way; of several equal ones the first. Empty where none leads there. */
export function shortestWay(steps: readonly WayStep[], from: string, to: string): WayStep[] {
  const way: WayStep[] = [];
  for (let here = from; here !== to;) {
    const [step] = nextSteps(steps, here, to);
    if (step === undefined) return [];
    way.push(step);
    here = step.to;
  }
  return way;
}

/** The devices by which a router sends what is for another: several where the sums are equal. */
export function devicesToward(steps: readonly WayStep[], from: string, to: string): string[] {
  return [...new Set(nextSteps(steps, from, to).map(({ device }) => device))].sort();
}

function nextSteps(steps: readonly WayStep[], from: string, to: string): WayStep[] {
  const distances = distancesTo(steps, to);
  const nearest = distances.get(from);
  return (indexOf(steps).leaving.get(from) ?? []).filter(
    (step) => step.cost + (distances.get(step.to) ?? Infinity) === nearest,
  );
}

/** The steps by where they begin and where they end, and the distances that were asked for already. */
const indexOf = oncePer((steps: readonly WayStep[]) => ({
  leaving: groupBy(steps, ({ from }) => from),
  arriving: groupBy(steps, ({ to }) => to),
  distances: new Map<string, ReadonlyMap<string, number>>(),
}));

function distancesTo(steps: readonly WayStep[], target: string): ReadonlyMap<string, number> {
  const { arriving, distances: known } = indexOf(steps);
  const kept = known.get(target);
  if (kept) return kept;
  const distances = new Map([[target, 0]]);
  // By Bellman and Ford, from the target outward: whoever came nearer tells those who lead to it.
  const nearer = [target];
  for (const here of nearer)
    for (const { from, cost } of arriving.get(here) ?? []) {
      const sum = cost + (distances.get(here) ?? Infinity);
      if (sum >= (distances.get(from) ?? Infinity)) continue;
      distances.set(from, sum);
      nearer.push(from);
    }
  known.set(target, distances);
  return distances;
}
