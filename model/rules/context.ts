/** The declaration with every address parsed once; what all rules look at. */
import { isPrefix, parsePrefix, type Prefix } from "../addresses.ts";
import type { LabDeclaration, TunnelDeclaration } from "../declaration.ts";
import { groupBy } from "../group-by.ts";
import { oncePer } from "../once-per.ts";

/** One interface of one node, or one end of a tunnel, with its address and its place in the declaration. */
export interface Port {
  readonly node: string;
  readonly interface: string;
  readonly segment: string;
  readonly prefix: Prefix;
  readonly where: string;
}

export interface RuleContext {
  readonly lab: LabDeclaration;
  /** Interfaces whose address parsed. */
  readonly ports: readonly Port[];
}

export const sides = ["left", "right"] as const;

/** Parses what parses; what does not is the address rule's to tell. */
export function ruleContext(lab: LabDeclaration): RuleContext {
  const ports = Object.entries(lab.nodes).flatMap(([node, { interfaces }]) =>
    Object.entries(interfaces).flatMap(([name, { segment, address }]) => {
      const prefix = parsePrefix(address);
      return isPrefix(prefix)
        ? [{ node, interface: name, segment, prefix, where: `nodes.${node}.interfaces.${name}.address` }]
        : [];
    }),
  );
  return { lab, ports };
}

/** The ports of each node. */
export const portsByNode = oncePer(({ ports }: RuleContext) => groupBy(ports, ({ node }) => node));

/** The outer address of a tunnel's end, if all it refers to exists. */
export function outerPort(
  context: RuleContext,
  tunnel: TunnelDeclaration,
  side: (typeof sides)[number],
): Port | undefined {
  const end = tunnel[side];
  return portsByNode(context)
    .get(end.router)
    ?.find((port) => port.interface === end.interface);
}
