/**
 * A lab with every default filled in and every reference resolved: what the dialects render from.
 * Made by `validateLab` alone, so whoever holds one knows that it is sound.
 */
import type { Liveness } from "./detection.ts";
import type { IosRelease } from "./ios-release.ts";
import type { IosImageKind } from "./ios-images.ts";
import type { NodeRole } from "./plan-document.ts";
import type { EncapsulationOrder } from "./overhead.ts";
import type { EspTransform, IkeProposal, IkeVersion, IpsecMode } from "./suites.ts";

/** An address and the length of its network prefix. */
export interface InterfaceAddress {
  readonly address: string;
  readonly prefixLength: number;
}

export interface InterfaceModel extends InterfaceAddress {
  /** `eth0`, `eth1`, …: the data interfaces in the order declared; the management interface is not among them. */
  readonly name: string;
  readonly segment: string;
  readonly mtuBytes: number;
  readonly address6: InterfaceAddress | null;
}

export interface RouteModel {
  /** Prefix, e.g. `0.0.0.0/0` or `2001:db8:20::/64`. */
  readonly destination: string;
  readonly via: string;
}

/** A static route that the routing daemon holds: it goes with the line protocol of its device. */
export interface TunnelRouteModel extends RouteModel {
  readonly device: string;
  /** 1 to 254; the smallest is used. */
  readonly distance: number;
}

/** `keepalive seconds retries`. */
export interface KeepaliveModel {
  readonly periodSeconds: number;
  readonly retryCount: number;
}

/** OSPFv2 on a router: one process, the interfaces named. */
export interface OspfModel {
  /** Dotted quad, RFC 2328 section 1.2. */
  readonly routerId: string;
  readonly interfaces: readonly OspfInterfaceModel[];
}

export interface OspfInterfaceModel {
  readonly name: string;
  readonly area: number;
  /** Passive interfaces are announced and spoken to by nobody. */
  readonly passive: boolean;
  /** Point-to-point: no designated router, no wait timer. */
  readonly pointToPoint: boolean;
  readonly helloIntervalSeconds: number;
  readonly deadIntervalSeconds: number;
  /** `null`: what FRR makes of the device's speed. */
  readonly cost: number | null;
  readonly bfd: BfdModel | null;
}

/** Bidirectional forwarding detection (RFC 5880), asynchronous mode, the same both ways. */
export interface BfdModel {
  readonly intervalMs: number;
  readonly multiplier: number;
}

/** One end of a tunnel, as its router sees it. */
export interface TunnelEndModel {
  /** The tunnel's name in the lab, also the device's and the connection's name: `tunnel0`. */
  readonly name: string;
  readonly outsideInterface: string;
  readonly order: EncapsulationOrder;
  /** Source and destination of the GRE packets. */
  readonly localOuterAddress: string;
  readonly remoteOuterAddress: string;
  /** The peer's outer address as it is seen from here: a NAT on the way changes it. */
  readonly peerAddress: string;
  /** Between whom IKE is spoken, and who they say they are; on `gre` nobody speaks it. */
  readonly ikeAddresses: { readonly local: string; readonly remote: string };
  readonly ikeIdentities: { readonly local: string; readonly remote: string };
  /** What the CHILD SA protects, as swanctl.conf writes it: `198.51.100.2[gre]`, `192.168.10.0/24`. */
  readonly selectors: { readonly local: readonly string[]; readonly remote: readonly string[] };
  /** The networks behind this router and behind the far one, by way of links too: what goes between them goes by a tunnel. */
  readonly sites: { readonly local: readonly string[]; readonly remote: readonly string[] };
  /** IPsec alone has no device that could have one. */
  readonly tunnelAddress: InterfaceAddress | null;
  readonly remoteTunnelAddress: string | null;
  /** Both, or neither. */
  readonly tunnelAddress6: InterfaceAddress | null;
  readonly remoteTunnelAddress6: string | null;
  readonly greKey: number | null;
  readonly greChecksum: boolean;
  readonly greSequence: boolean;
  readonly ipMtuBytes: number;
  readonly tcpMssBytes: number;
  /** True: the outer DF bit is a copy of the inner one (`tunnel path-mtu-discovery`). False: always clear. */
  readonly pathMtuDiscovery: boolean;
  /** How the router would be told on IOS; both render to the same Linux policies. */
  readonly protection: "tunnel-protection" | "crypto-map";
  readonly mode: IpsecMode;
  readonly ikeVersion: IkeVersion;
  readonly ike: IkeProposal;
  readonly esp: EspTransform;
  readonly ikeLifetimeSeconds: number;
  readonly espLifetimeSeconds: number;
  /** A new Diffie-Hellman exchange for each CHILD SA (`set pfs`). */
  readonly perfectForwardSecrecy: boolean;
  /** After this long without a packet of the peer charon asks whether it is there. */
  readonly dpdDelaySeconds: number;
  /** The device's line protocol is down while there is no SA. */
  readonly lineFollowsSa: boolean;
  /** Of two ends that lost each other one begins anew by itself: were it both, there would be more SAs after each outage. */
  readonly restartsLostSa: boolean;
  readonly keepalive: KeepaliveModel | null;
  /** The far end is IOS, which knows keys as text alone: the key's base64 is the secret itself, not what it decodes to. */
  readonly keyIsText?: true;
  /** The ways in which this router notices that the far end is gone, the quickest first; never empty. */
  readonly liveness: readonly [Liveness, ...Liveness[]];
}

/** Static NAT: the inside address leaves by the interface as the outside one, and comes back. */
export interface NatModel {
  readonly interface: string;
  readonly insideAddress: string;
  readonly outsideAddress: string;
}

/** What a router of IOS runs in. */
export interface IosNodeModel {
  readonly kind: IosImageKind;
  readonly image: string;
  readonly release: IosRelease;
}

export interface NodeModel {
  readonly name: string;
  readonly role: NodeRole;
  readonly platform: "linux" | "ios";
  /** Of a node with the platform `ios`, and of no other. */
  readonly ios?: IosNodeModel;
  readonly interfaces: readonly InterfaceModel[];
  readonly routes: readonly RouteModel[];
  readonly tunnels: readonly TunnelEndModel[];
  readonly nat: readonly NatModel[];
  /** What is not let by; `icmp-fragmentation-needed` is ICMP type 3 code 4. */
  readonly filters: readonly "icmp-fragmentation-needed"[];
  /** Static routes over tunnels whose line protocol can go down, or of which one is preferred. */
  readonly tunnelRoutes: readonly TunnelRouteModel[];
  /** `null` when no routing protocol runs. */
  readonly ospf: OspfModel | null;
}

export interface SegmentModel {
  readonly name: string;
  readonly mtuBytes: number;
  /** It spans several engines: what their network carries, and what of that VXLAN takes from each packet. */
  readonly overlay?: { readonly underlayMtuBytes: number; readonly overheadBytes: number };
}

/** The two ends of a tunnel by the names of their routers. */
export interface TunnelModel {
  readonly name: string;
  readonly left: { readonly router: string; readonly end: TunnelEndModel };
  readonly right: { readonly router: string; readonly end: TunnelEndModel };
  readonly routing: "ospf" | "static" | "none";
  /** OSPF's cost, or a static route's distance: the smaller is used. */
  readonly preference: number;
  /** Smallest IP MTU between the outer addresses. */
  readonly pathMtuBytes: number;
  /** The links between the outer addresses, from left to right. */
  readonly linkMtusBytes: readonly [number, ...number[]];
  /** The transit nodes between them, from left to right. */
  readonly transits: readonly string[];
  /** ESP goes in UDP port 4500, since there is a NAT on the way (RFC 3948). */
  readonly natTraversal: boolean;
}

/** A link between routers of a site: all of them speak OSPF on it. */
export interface LinkModel {
  readonly segment: string;
  readonly mtuBytes: number;
  readonly ends: readonly LinkEndModel[];
  /** OSPF's, the same at every end. */
  readonly cost: number;
  /** The ways in which each end notices that a neighbour is gone, the quickest first. */
  readonly liveness: readonly [Liveness, ...Liveness[]];
}

/** A router's plug into a link. */
export interface LinkEndModel {
  readonly router: string;
  readonly interface: string;
  readonly address: string;
}

export interface LabModel {
  readonly name: string;
  readonly segments: readonly SegmentModel[];
  readonly nodes: readonly NodeModel[];
  readonly tunnels: readonly TunnelModel[];
  readonly links: readonly LinkModel[];
}
