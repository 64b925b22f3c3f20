/** How the outer packets travel: from one node's segment to another's, through nodes that forward. */
import type { LabDeclaration } from "./declaration.ts";

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
  let front: { readonly segments: readonly string[]; readonly nodes: readonly string[] }[] = [
    { segments: [fromSegment], nodes: [] },
  ];
  const seen = new Set([fromSegment]);
  while (front.length > 0) {
    const arrived = front.find((way) => way.segments.at(-1) === toSegment);
    if (arrived) return { ...arrived, mtuBytes: Math.min(...arrived.segments.map((s) => segmentMtuBytes(lab, s))) };
    front = front.flatMap((way) =>
      nextSegments(lab, way.segments.at(-1) ?? fromSegment).flatMap(({ node, segment }) => {
        if (seen.has(segment)) return [];
        seen.add(segment);
        return [{ segments: [...way.segments, segment], nodes: [...way.nodes, node] }];
      }),
    );
  }
  return undefined;
}

/** A segment's MTU, declared or Ethernet's. */
export function segmentMtuBytes(lab: LabDeclaration, segment: string): number {
  return lab.segments[segment]?.mtuBytes ?? defaultMtuBytes;
}

function nextSegments(lab: LabDeclaration, segment: string): { node: string; segment: string }[] {
  return Object.entries(lab.nodes).flatMap(([node, { role, interfaces }]) => {
    const on = Object.values(interfaces).map((i) => i.segment);
    return role === "transit" && on.includes(segment)
      ? on.filter((s) => s !== segment).map((s) => ({ node, segment: s }))
      : [];
  });
}

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
