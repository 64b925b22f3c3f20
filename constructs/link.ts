import { ospfTold, type OspfFailover } from "./failover.ts";
import type { Lab } from "./lab.ts";
import { Segment } from "./segment.ts";

/** What the routers on a link agree on. */
export interface LinkProps {
  /**
   * How each router notices that its neighbour on the link is dead.
   * @default - OSPF's dead interval of 40 s, with a hello every 10 s
   */
  readonly failover?: OspfFailover;
  /**
   * OSPF's cost of the link, 1 to 65535, the same both ways.
   * @default 10
   */
  readonly cost?: number;
  /**
   * Largest IP packet the link carries, in bytes.
   * @default 1500
   */
  readonly mtuBytes?: number;
}

/**
 * A link between routers of one site: they speak OSPF on it, in area 0; between two of them nobody is elected. In clear, as the inside
 * of a site is.
 *
 * @example
 * ```ts
 * const link = new Link(lab, "core-floor", { failover: { by: "bfd", intervalMs: 300, multiplier: 3 } });
 * new CoreRouter(lab, "core", { links: [{ link, address: "10.0.1.1/30" }] });
 * new CoreRouter(lab, "floor", { links: [{ link, address: "10.0.1.2/30" }] });
 * ```
 */
export class Link extends Segment {
  constructor(lab: Lab, id: string, { failover, cost, mtuBytes }: LinkProps = {}) {
    super(lab, id, {
      ...(mtuBytes !== undefined && { mtuBytes }),
      ospf: { ...(failover && ospfTold(failover)), ...(cost !== undefined && { cost }) },
    });
  }
}

/** A router's plug into a link. */
export interface LinkPlug {
  readonly link: Link;
  /** The router's address on the link, with prefix length. */
  readonly address: string;
}
