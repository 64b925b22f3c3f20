/** How the outer packets travel: from one node's segment to another's, through nodes that forward. */
import type { LabDeclaration } from "./declaration.ts";
import { groupBy } from "./group-by.ts";
import { oncePer } from "./once-per.ts";
import { overlayMtuBytes } from "./overlay.ts";

/** The default of Ethernet; containers of other tools often have more, so it is said. */
export const defaultMtuBytes = 1500;

/** The way between two interfaces, without any tunnel. */
export interface OuterPath {
  /** Segment names in the order they are crossed. */
  readonly segments: readonly string[];
  /** Nodes that forward in between. */
  readonly nodes: readonly string[];
  /** Smallest IP MTU of the segments crossed. */
  readonly mtuBytes: number;
}

/** The shortest way over segments and transit nodes; undefined when there is none. Routers and hosts do not forward for others here. */
export function outerPath(lab: LabDeclaration, fromSegment: string, toSegment: string): OuterPath | undefined {
  const mtuOf = (segments: readonly string[]): number => Math.min(...segments.map((s) => segmentMtuBytes(lab, s)));
  const cameBy = new Map<string, { readonly from: string; readonly node: string } | null>([[fromSegment, null]]);
  // The nearest first: a segment is reached by the fewest nodes.
  for (const [here] of cameBy) {
    if (cameBy.has(toSegment)) break;
    for (const { node, segment } of nextSegments(lab, here))
      if (!cameBy.has(segment)) cameBy.set(segment, { from: here, node });
  }
  if (!cameBy.has(toSegment)) return undefined;
  const segments = [toSegment];
  const nodes: string[] = [];
  for (let step = cameBy.get(toSegment); step; step = cameBy.get(step.from)) {
    segments.unshift(step.from);
    nodes.unshift(step.node);
  }
  return { segments, nodes, mtuBytes: mtuOf(segments) };
}

/** A segment's MTU, declared or Ethernet's; less where an overlay that carries it has room for less. */
export function segmentMtuBytes(lab: LabDeclaration, segment: string): number {
  const { mtuBytes = defaultMtuBytes, overlay } = lab.segments[segment] ?? {};
  return overlay ? Math.min(mtuBytes, overlayMtuBytes(overlay.underlayMtuBytes)) : mtuBytes;
}

/** Where one gets from a segment, over the transit nodes on it. */
function nextSegments(lab: LabDeclaration, segment: string): { node: string; segment: string }[] {
  return (transitsBySegment(lab).get(segment) ?? []).flatMap(({ node, on }) =>
    on.filter((other) => other !== segment).map((other) => ({ node, segment: other })),
  );
}

const transitsBySegment = oncePer(({ nodes }: LabDeclaration) => {
  const transits = Object.entries(nodes).flatMap(([node, { role, interfaces }]) =>
    role === "transit" ? [{ node, on: Object.values(interfaces).map(({ segment }) => segment) }] : [],
  );
  return groupBy(
    transits.flatMap((transit) => [...new Set(transit.on)].map((segment) => ({ ...transit, segment }))),
    ({ segment }) => segment,
  );
});

/** An address as it is seen at the far end of a way: a transit with static NAT puts its own in the place of an inside one. */
export function seenAddress(lab: LabDeclaration, nodes: readonly string[], address: string): string {
  return nodes.reduce((seen, node) => {
    const entry = lab.nodes[node]?.nat?.find(({ insideAddress }) => insideAddress === seen);
    const outside = entry && lab.nodes[node]?.interfaces[entry.interface]?.address;
    return outside?.split("/")[0] ?? seen;
  }, address);
}

/** True when an address of one of the two ends is another one at the far end. */
export function hasNat(lab: LabDeclaration, { nodes }: OuterPath, left: string, right: string): boolean {
  return seenAddress(lab, nodes, left) !== left || seenAddress(lab, nodes.toReversed(), right) !== right;
}
