import type { Segment } from "./segment.ts";

/** A node's plug into a segment. */
export interface Plug {
  readonly segment: Segment;
  /** The interface's name. @default - `eth` and the plug's number */
  readonly name?: string;
  /** Address with prefix length. */
  readonly address: string;
  /** IPv6 address with prefix length. @default - none */
  readonly address6?: string;
}

/** The name of a node's interface with the given number. */
export function plugName({ name }: Plug, index: number): string {
  return name ?? `eth${index}`;
}
