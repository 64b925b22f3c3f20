import type { Lab } from "./lab.ts";
import type { LinkPlug } from "./link.ts";
import { LabNode } from "./lab-node.ts";
import type { Plug } from "./plug.ts";
import type { Site } from "./router.ts";
import { Segment } from "./segment.ts";

/** Where a core router stands: between its hosts and the routers at the site's edge. */
export interface CoreRouterProps {
  /**
   * Address with prefix length on the inside, interface `eth0`.
   * @default - no hosts behind it
   */
  readonly inside?: string;
  /** Links to other routers of the site, on the interfaces that follow, in this order. */
  readonly links: readonly LinkPlug[];
}

/**
 * A router inside a site: no outside and no tunnel, only links to the routers that have them. It knows the ways by OSPF, so that
 * no gateway has to move when one of them dies.
 *
 * @example
 * ```ts
 * const link = new Link(lab, "core-floor");
 * new CoreRouter(lab, "core", { inside: "192.168.30.1/24", links: [{ link, address: "10.0.1.1/30" }] });
 * new CoreRouter(lab, "floor", { inside: "192.168.31.1/24", links: [{ link, address: "10.0.1.2/30" }] });
 * ```
 */
export class CoreRouter extends LabNode implements Site {
  /** The link to the hosts; undefined when there is none. */
  readonly inside: Segment | undefined;

  constructor(lab: Lab, id: string, { inside: address, links }: CoreRouterProps) {
    const inside = address === undefined ? undefined : new Segment(lab, `${id}-inside`);
    const plugs: Plug[] = [
      ...(inside && address !== undefined ? [{ segment: inside, address }] : []),
      ...links.map((plug) => ({ segment: plug.link, address: plug.address })),
    ];
    super(lab, id, "router", plugs, []);
    this.inside = inside;
  }

  /** The router's address on the inside, without prefix length: its hosts' default gateway. */
  get insideAddress(): string {
    return this.addressOn(0);
  }
}
