import type { Segment } from "./segment.ts";

/** A node's plug into a segment. */
export interface Plug {
  readonly segment: Segment;
  /** Address with prefix length. */
  readonly address: string;
  /** IPv6 address with prefix length. @default - none */
  readonly address6?: string;
}
