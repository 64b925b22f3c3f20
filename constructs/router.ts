import type { Lab } from "./lab.ts";
import type { NodeDeclaration } from "../model/declaration.ts";
import type { IosImageKind } from "../model/ios-images.ts";
import { LabNode } from "./lab-node.ts";
import type { LinkPlug } from "./link.ts";
import type { Plug } from "./plug.ts";
import { Segment } from "./segment.ts";

/** A router of a lab: where it stands, and what it runs on. */
export type RouterProps = RouterPlace & (LinuxRouter | IosRouter);

/** FRR, strongSwan and the kernel, in the lab's own image. */
export interface LinuxRouter {
  /**
   * What the router runs on.
   * @default "linux"
   */
  readonly platform?: "linux";
  /**
   * Of IOS alone.
   * @default - the lab's own image
   */
  readonly kind?: never;
  /**
   * Of IOS alone: `routerImage` of the lab names the other one.
   * @default - the lab's own image
   */
  readonly image?: never;
  /**
   * Of IOS alone.
   * @default - none
   */
  readonly version?: never;
}

/** Virtual IOS in an image of your own, made with vrnetlab. Not run on IOS: no image was at hand when this was written. */
export interface IosRouter {
  /** What the router runs on. */
  readonly platform: "ios";
  /** What is in the image: IOS on Linux, IOSv, CSR 1000V or Catalyst 8000V. */
  readonly kind: IosImageKind;
  /** The image's reference: `vrnetlab/cisco_iol:17.12.01`. */
  readonly image: string;
  /**
   * The release, such as `17.12` or `15.9`: what it refuses depends on it.
   * @default - what the image's tag begins with
   */
  readonly version?: string;
}

/** Where a router stands: between the transit and its site. */
export interface RouterPlace {
  /** The link to the outside: a side of a {@link Wan}, or a {@link Segment} of your own. */
  readonly transit: Segment;
  /** Address with prefix length on the outside, interface `eth0`: the tunnel source. */
  readonly outside: string;
  /**
   * Address with prefix length on the inside, interface `eth1`.
   * @default - the router has no site behind it
   */
  readonly inside?: string;
  /**
   * IPv6 address with prefix length on the inside.
   * @default - the site has no IPv6
   */
  readonly inside6?: string;
  /**
   * A second link to the outside, interface `eth2` (`eth1` without an inside): the source of another tunnel.
   * @default - the router has one way out
   */
  readonly backup?: { readonly transit: Segment; readonly outside: string };
  /**
   * Links to other routers of the site, on the interfaces behind those above, in this order.
   * @default - the router is alone at its site
   */
  readonly links?: readonly LinkPlug[];
}

/** Where hosts can stand: behind a {@link Router} or a {@link CoreRouter}. */
export interface Site {
  /** The router's name in the lab. */
  readonly name: string;
  /** The link to the hosts; undefined when there is none. */
  readonly inside: Segment | undefined;
  /** The router's address there, without prefix length: its hosts' default gateway. */
  readonly insideAddress: string;
}

/** Where a tunnel begins: a router, and the interface whose address is the tunnel source. */
export interface TunnelSource {
  /** The router's name in the lab. */
  readonly name: string;
  /** The interface that faces the transit. */
  readonly outsideInterface: string;
}

/**
 * A router at the edge of a site: FRR for routing, strongSwan for IKE, the kernel for GRE and ESP; or virtual IOS in an image of yours.
 * It sends what it knows no better way for to the transit.
 *
 * @example
 * ```ts
 * const r1 = new Router(lab, "r1", { transit: isp.left, outside: "198.51.100.2/30", inside: "192.168.10.1/24" });
 * const r2 = new Router(lab, "r2", {
 *   transit: isp.right, outside: "203.0.113.2/30", inside: "192.168.20.1/24",
 *   platform: "ios", kind: "iol", image: "vrnetlab/cisco_iol:17.12.01",
 * });
 * ```
 */
export class Router extends LabNode implements TunnelSource, Site {
  /** The interface that faces the transit. */
  readonly outsideInterface = "eth0";
  /** The link to the site behind the router; undefined when there is none. */
  readonly inside: Segment | undefined;
  readonly #backupInterface: string | undefined;

  constructor(lab: Lab, id: string, props: RouterProps) {
    const plugs: Plug[] = [{ segment: props.transit, address: props.outside }];
    const inside = props.inside === undefined ? undefined : new Segment(lab, `${id}-inside`);
    if (props.inside6 !== undefined && props.inside === undefined)
      throw new Error(`router ${id}: inside6 without inside; give the site an IPv4 address as well`);
    if (inside && props.inside !== undefined)
      plugs.push({
        segment: inside,
        address: props.inside,
        ...(props.inside6 !== undefined && { address6: props.inside6 }),
      });
    if (props.backup) plugs.push({ segment: props.backup.transit, address: props.backup.outside });
    const backupInterface = props.backup && `eth${plugs.length - 1}`;
    for (const { link, address } of props.links ?? []) plugs.push({ segment: link, address });
    const via = props.transit.transitAddress;
    super(lab, id, "router", plugs, via === undefined ? [] : [{ destination: "0.0.0.0/0", via }], iosOf(props));
    this.inside = inside;
    this.#backupInterface = backupInterface;
  }

  /** Whether there is a second link to the outside. */
  get hasBackup(): boolean {
    return this.#backupInterface !== undefined;
  }

  /** The second link to the outside, as a tunnel's source; throws when there is none. */
  get backup(): TunnelSource {
    if (this.#backupInterface === undefined)
      throw new Error(`router ${this.name} has one way out; give it a backup: { transit, outside }`);
    return { name: this.name, outsideInterface: this.#backupInterface };
  }

  /** The router's address on the inside, without prefix length: its hosts' default gateway. */
  get insideAddress(): string {
    return this.addressOn(1);
  }
}

function iosOf({ platform, kind, image, version }: RouterProps): Pick<NodeDeclaration, "platform" | "ios"> {
  return platform === "ios" ? { platform, ios: { kind, image, ...(version !== undefined && { version }) } } : {};
}
