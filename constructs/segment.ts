import { Network } from "@cdktf/provider-docker/lib/network/index.js";
import { Construct } from "constructs";
import type { OspfDeclaration } from "../model/declaration.ts";
import type { Lab } from "./lab.ts";
import { withoutLength } from "../model/addresses.ts";
import { defaultMtuBytes } from "../model/path.ts";
import { segmentPortAddress, segmentSubnet } from "./address-block.ts";
import { lazyMap, lazyText } from "./lazy.ts";

/** What a link between nodes may be told. */
export interface SegmentProps {
  /**
   * Largest IP packet the link carries, in bytes.
   * @default 1500
   */
  readonly mtuBytes?: number;
  /**
   * The transit's address on this link, for routers to send their outer packets to.
   * @default - there is no transit: the two routers are back to back
   */
  readonly transitAddress?: string;
  /**
   * What the routers plugged into it speak with one another; a {@link Link} says it.
   * @default - nothing
   */
  readonly ospf?: OspfDeclaration;
}

/**
 * A link between nodes: plain layer 2, no address of the machine on it. The addresses a lab declares are the guests' own,
 * so two labs with equal addresses run side by side.
 *
 * @example
 * ```ts
 * const between = new Segment(lab, "between", { mtuBytes: 1400 });
 * ```
 */
export class Segment extends Construct {
  /** The link's name in the lab. */
  readonly name: string;
  /** The transit's address on this link, without prefix length; undefined when there is none. */
  readonly transitAddress: string | undefined;
  /** Docker's name of the network; using it makes Terraform build the network first. */
  readonly networkName: string;
  /** The network's address in the stack, `docker_network.isp-left`: a node's container is made anew with it. */
  readonly networkResource: string;
  /** Docker's book-keeping subnet, by which the node finds the interface. */
  readonly dockerSubnet: string;
  readonly #lab: Lab;
  readonly #number: number;

  /** @param scope where it hangs in the tree of constructs; in the lab itself when left out */
  constructor(lab: Lab, id: string, props: SegmentProps = {}, scope: Construct = lab) {
    super(scope, id);
    this.name = id;
    this.#lab = lab;
    this.transitAddress = props.transitAddress?.split("/")[0];
    this.#number = lab.addSegment(id, {
      ...(props.mtuBytes !== undefined && { mtuBytes: props.mtuBytes }),
      ...(props.ospf && { ospf: props.ospf }),
    });
    const { subnet, gateway } = segmentSubnet(lab.addressBlock, this.#number);
    this.dockerSubnet = subnet;
    const isOverlay = (): boolean => lab.engines?.ofSegment(id).isOverlay ?? false;
    const network = new Network(this, "network", {
      name: `tw-${lab.labName}-${id}`,
      driver: lab.engines ? lazyText(() => (isOverlay() ? "overlay" : "bridge")) : "bridge",
      // The gateway is nobody's; unsaid, the engine tells one after its restart, and a plan would replace the network.
      ipamConfig: [{ subnet, gateway }],
      options: lazyMap(() => ({
        ...(!isOverlay() && {
          "com.docker.network.bridge.enable_ip_masquerade": "false",
          // The machine has no address here: it neither answers nor routes.
          "com.docker.network.bridge.inhibit_ipv4": "true",
        }),
        // An overlay is told what its engines' network carries, and takes its own bytes off.
        "com.docker.network.driver.mtu": String(
          isOverlay() ? lab.engines?.underlayMtuBytes : (props.mtuBytes ?? defaultMtuBytes),
        ),
      })),
      labels: lab.labels({ segment: id }),
    });
    network.overrideLogicalId(id);
    lab.whenPlaced((engines) => {
      const { engine } = engines.ofSegment(id);
      network.provider = engine.provider;
      if (!isOverlay()) return;
      network.attachable = true;
      // The engine adds the VXLAN number that it chose.
      network.addOverride("lifecycle.ignore_changes", ["options"]);
    });
    this.networkResource = `${network.terraformResourceType}.${id}`;
    this.networkName = network.name;
  }

  /**
   * Docker's addresses of the ports of an overlay network, by the addresses that the guests have on it: they tell the ports' MAC addresses,
   * which nobody there could ask for. `null` where one engine carries the segment.
   */
  overlayPorts(): ReadonlyMap<string, { readonly node: string; readonly dockerAddress: string }> | null {
    if (!(this.#lab.engines?.ofSegment(this.name).isOverlay ?? false)) return null;
    const on = Object.entries(this.#lab.declared.nodes).flatMap(([node, { interfaces }]) =>
      Object.values(interfaces).flatMap(({ segment, address }) =>
        segment === this.name ? [{ node, address: withoutLength(address) }] : [],
      ),
    );
    return new Map(
      on.map(({ node, address }, index) => [
        address,
        { node, dockerAddress: segmentPortAddress(this.#lab.addressBlock, this.#number, index) },
      ]),
    );
  }
}
