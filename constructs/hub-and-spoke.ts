import type { Construct } from "constructs";
import { DeclarationError } from "../model/finding.ts";
import { planHubAndSpoke, type HubAndSpokeAddresses } from "../model/hub-and-spoke.ts";
import { ospfTold, type OspfFailover } from "./failover.ts";
import { GreIpsecTunnel, type GreIpsecTunnelProps } from "./gre-ipsec-tunnel.ts";
import { Host } from "./host.ts";
import { Lab, type LabProps } from "./lab.ts";
import { Router } from "./router.ts";
import { Transit } from "./transit.ts";
import { withoutCreationStacks } from "./without-creation-stacks.ts";

/** How many spokes, and what they have in common. */
export interface HubAndSpokeProps
  extends
    Omit<LabProps, "addressesFor">,
    Pick<GreIpsecTunnelProps, "suite" | "esp" | "ike" | "mode" | "ikeVersion" | "ipMtuBytes"> {
  /** 1 or more; spoke k keeps its name and addresses when there are more. */
  readonly spokeCount: number;
  /**
   * The network that all addresses come from: half for sites, a quarter each for links and tunnels.
   * @default "10.64.0.0/14", which has room for 511 spokes
   */
  readonly prefix?: string;
  /**
   * How many of the spokes, from the first, have a host at their site: between hosts the packets' sizes are proved. The hub always has one.
   * @default 2
   */
  readonly hostedSpokeCount?: number;
  /**
   * How hub and spoke notice one another's death.
   * @default - OSPF with hello 5 s and dead 20 s: a machine on which many routers start at once is late with a hello or two
   */
  readonly failover?: OspfFailover;
}

/** What a hub of many waits for, where nothing is said: each router is given its turn late. */
const unhurried: OspfFailover = { by: "ospf", helloIntervalSeconds: 5, deadIntervalSeconds: 20 };
/** Labs of up to so many spokes are given the same block: one that grows within them is not built anew. */
const plannedSpokeCount = 47;

/**
 * A lab of one hub and any number of spokes: a provider with a link to each, a tunnel from the hub to every spoke (`tunnel1` to
 * `spoke1`), OSPF over all of them, and a site behind each. Spokes reach one another by the hub. All addresses come from one prefix.
 *
 * @example
 * ```ts
 * const lab = new HubAndSpoke(app, "hub-and-spoke", { spokeCount: 4 });
 * ```
 */
export class HubAndSpoke extends Lab {
  /** The hub. */
  readonly hub: Router;
  /** The provider. */
  readonly provider: Transit;
  /** Spoke 1 is the first. */
  readonly spokes: readonly Router[];
  /** The tunnel to spoke 1 is the first. */
  readonly tunnels: readonly GreIpsecTunnel[];

  /** @throws DeclarationError with every fault of prefix and count. */
  constructor(scope: Construct, id: string, props: HubAndSpokeProps) {
    const { spokeCount, prefix = "10.64.0.0/14", hostedSpokeCount = 2, failover = unhurried, ...rest } = props;
    const { suite, esp, ike, mode, ikeVersion, ipMtuBytes, ...labProps } = rest;
    const addresses = planned(id, { prefix, spokeCount });
    const most = Math.max(spokeCount, plannedSpokeCount);
    super(scope, id, { ...labProps, addressesFor: { nodes: 3 + 2 * most, segments: 2 + 2 * most } });

    const common = { ...defined({ suite, esp, ike, mode, ikeVersion, ipMtuBytes }), failover };
    const parts = withoutCreationStacks(() => build(this, addresses, hostedSpokeCount, common));
    this.provider = parts.provider;
    this.hub = parts.hub;
    this.spokes = parts.spokes;
    this.tunnels = parts.tunnels;
  }
}

type Parts = Pick<HubAndSpoke, "provider" | "hub" | "spokes" | "tunnels">;
type Common = Pick<GreIpsecTunnelProps, "suite" | "esp" | "ike" | "mode" | "ikeVersion" | "ipMtuBytes"> & {
  readonly failover: OspfFailover;
};

function build(
  lab: Lab,
  { hub: hubPlace, spokes: places }: HubAndSpokeAddresses,
  hostedSpokeCount: number,
  { failover, ...common }: Common,
): Parts {
  const named = places.map((place, index) => ({ ...place, number: index + 1 }));
  const provider = new Transit(lab, "isp", {
    links: {
      hub: { address: hubPlace.access.provider },
      ...Object.fromEntries(named.map(({ number, access }) => [`spoke${number}`, { address: access.provider }])),
    },
  });
  const router = (name: string, { access, site }: HubAndSpokeAddresses["hub"]): Router =>
    new Router(lab, name, { transit: provider.link(name), outside: access.router, inside: site.router });
  const hub = router("hub", hubPlace);
  new Host(lab, "h0", { behind: hub, address: hubPlace.site.host });
  const built = named.map(({ number, tunnel, ...place }) => {
    const spoke = router(`spoke${number}`, place);
    if (number <= hostedSpokeCount) new Host(lab, `h${number}`, { behind: spoke, address: place.site.host });
    return { number, tunnel, spoke };
  });
  // The left end begins anew by itself: a spoke calls its hub, not the hub all its spokes.
  const tunnels = built.map(
    ({ number, tunnel, spoke }) =>
      new GreIpsecTunnel(lab, `tunnel${number}`, {
        ...common,
        left: spoke,
        right: hub,
        leftAddress: tunnel.spoke,
        rightAddress: tunnel.hub,
        routing: { protocol: "ospf", ...ospfTold(failover) },
      }),
  );
  return { provider, hub, spokes: built.map(({ spoke }) => spoke), tunnels };
}

function planned(lab: string, size: { readonly prefix: string; readonly spokeCount: number }): HubAndSpokeAddresses {
  const { addresses, findings } = planHubAndSpoke(size);
  if (addresses === null) throw new DeclarationError(lab, findings);
  return addresses;
}

type Defined<Props> = { readonly [Name in keyof Props]?: Exclude<Props[Name], undefined> };

/** What was said, without what was left out. */
function defined<Props extends object>(props: Props): Defined<Props> {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)) as Defined<Props>;
}
