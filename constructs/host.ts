import type { Lab } from "./lab.ts";
import { LabNode } from "./lab-node.ts";
import type { Site } from "./router.ts";

/** Where a host stands. */
export interface HostProps {
  /** The router it sends through; it must have an inside. */
  readonly behind: Site;
  /** Address with prefix length on the router's inside. */
  readonly address: string;
  /**
   * IPv6 address with prefix length on the router's inside.
   * @default - the host has no IPv6
   */
  readonly address6?: string;
}

/**
 * A host behind a router: where packets begin and end, and who is told when one is too big.
 *
 * @example
 * ```ts
 * new Host(lab, "h1", { behind: r1, address: "192.168.10.10/24" });
 * ```
 */
export class Host extends LabNode {
  constructor(lab: Lab, id: string, props: HostProps) {
    const segment = props.behind.inside;
    if (!segment) throw new Error(`host ${id}: router ${props.behind.name} has no inside; give it an inside address`);
    super(
      lab,
      id,
      "host",
      [{ segment, address: props.address, ...(props.address6 !== undefined && { address6: props.address6 }) }],
      [{ destination: "0.0.0.0/0", via: props.behind.insideAddress }],
    );
  }
}
