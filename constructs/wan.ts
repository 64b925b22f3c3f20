import type { Lab } from "./lab.ts";
import type { Segment } from "./segment.ts";
import { Transit } from "./transit.ts";

/** What a transit needs: its address on each side. */
export interface WanProps {
  /** Address with prefix length on the left link. */
  readonly left: string;
  /** Address with prefix length on the right link. */
  readonly right: string;
  /**
   * Largest IP packet of the left link, in bytes.
   * @default 1500
   */
  readonly leftMtuBytes?: number;
  /**
   * Largest IP packet of the right link, in bytes.
   * @default 1500
   */
  readonly rightMtuBytes?: number;
  /**
   * Static NAT: the address of a router on the left (without prefix length) is seen on the right as the transit's own there.
   * @default - none
   */
  readonly natForLeft?: string;
  /**
   * What the transit does not let by: `icmp-fragmentation-needed` is ICMP type 3 code 4, without which path MTU discovery fails.
   * @default - everything passes
   */
  readonly filters?: readonly "icmp-fragmentation-needed"[];
}

/**
 * The provider between two sites: a router that knows nothing of the tunnels, with a link to each side.
 * What passes it is what an outsider sees.
 *
 * @example
 * ```ts
 * const isp = new Wan(lab, "isp", { left: "198.51.100.1/30", right: "203.0.113.1/30" });
 * ```
 */
export class Wan extends Transit {
  /** The link on the left, for a router's `transit`. */
  readonly left: Segment;
  /** The link on the right, for a router's `transit`. */
  readonly right: Segment;

  constructor(lab: Lab, id: string, { left, right, leftMtuBytes, rightMtuBytes, natForLeft, filters }: WanProps) {
    super(lab, id, {
      links: {
        left: { address: left, ...(leftMtuBytes !== undefined && { mtuBytes: leftMtuBytes }) },
        right: { address: right, ...(rightMtuBytes !== undefined && { mtuBytes: rightMtuBytes }) },
      },
      ...(natForLeft !== undefined && { nat: [{ insideAddress: natForLeft, link: "right" }] }),
      ...(filters && { filters }),
    });
    this.left = this.link("left");
    this.right = this.link("right");
  }
}
