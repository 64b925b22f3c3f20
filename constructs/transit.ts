import type { NodeDeclaration } from "../model/declaration.ts";
import type { Lab } from "./lab.ts";
import { LabNode } from "./lab-node.ts";
import { Segment } from "./segment.ts";

/** One link of a transit. */
export interface TransitLinkProps {
  /** The transit's address with prefix length on the link. */
  readonly address: string;
  /**
   * Largest IP packet of the link, in bytes.
   * @default 1500
   */
  readonly mtuBytes?: number;
}

/** What a transit needs: a link to each of those it stands between. */
export interface TransitProps {
  /** The links by their names, in the order of the transit's interfaces `eth0`, `eth1`, …; each is a segment `TRANSIT-NAME`. */
  readonly links: Readonly<Record<string, TransitLinkProps>>;
  /**
   * Static NAT: an inside address (without prefix length) is seen on a link as the transit's own there.
   * @default - none
   */
  readonly nat?: readonly { readonly insideAddress: string; readonly link: string }[];
  /**
   * What the transit does not let by: `icmp-fragmentation-needed` is ICMP type 3 code 4, without which path MTU discovery fails.
   * @default - everything passes
   */
  readonly filters?: readonly "icmp-fragmentation-needed"[];
}

/**
 * The provider among any number of sites: a router that knows nothing of the tunnels, with a link to each site.
 * What passes it is what an outsider sees.
 *
 * @example
 * ```ts
 * const provider = new Transit(lab, "provider", {
 *   links: { hub: { address: "192.0.2.1/30" }, spoke1: { address: "192.0.2.5/30" }, spoke2: { address: "192.0.2.9/30" } },
 * });
 * const hub = new Router(lab, "hub", { transit: provider.link("hub"), outside: "192.0.2.2/30" });
 * ```
 */
export class Transit extends LabNode {
  readonly #links: ReadonlyMap<string, Segment>;

  constructor(lab: Lab, id: string, { links, nat, filters }: TransitProps) {
    const segments = new Map(
      Object.entries(links).map(([name, { address, mtuBytes }]) => [
        name,
        new Segment(lab, `${id}-${name}`, { transitAddress: address, ...(mtuBytes !== undefined && { mtuBytes }) }),
      ]),
    );
    const plugs = Object.entries(links).flatMap(([name, { address }]) => {
      const segment = segments.get(name);
      return segment ? [{ segment, address }] : [];
    });
    const interfaceOf = (link: string): string => `eth${Object.keys(links).indexOf(link)}`;
    const more: Pick<NodeDeclaration, "nat" | "filters"> = {
      ...(nat && { nat: nat.map(({ insideAddress, link }) => ({ insideAddress, interface: interfaceOf(link) })) }),
      ...(filters && { filters: [...filters] }),
    };
    super(lab, id, "transit", plugs, [], more);
    this.#links = segments;
  }

  /** A link by its name, for a router's `transit`; throws when there is none of that name. */
  link(name: string): Segment {
    const segment = this.#links.get(name);
    if (!segment)
      throw new Error(`transit ${this.name} has no link ${name}; it has ${[...this.#links.keys()].join(", ")}`);
    return segment;
  }
}
