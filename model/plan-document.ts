/**
 * The document that tells what will be: everything known about a lab before anything is started.
 * Versioned JSON, written at synth to `.tunnelwright/<lab>/plan.json`; the live half reads it and nothing else of the declaration.
 */
import type { DetectionWindow, Liveness } from "./detection.ts";
import type { Finding } from "./finding.ts";
import type { IosImageKind } from "./ios-images.ts";
import type { EncapsulationOrder } from "./overhead.ts";
import type { RelayWay } from "./relay.ts";
import type { EspTransform, IkeProposal, IpsecMode, IkeVersion } from "./suites.ts";

/** The seven texts of a router's configuration, in the order they are applied (docs/decisions/0002). */
export interface NodeTexts {
  readonly sysctl: string;
  readonly firewall: string;
  readonly interfaces: string;
  readonly ipsec: string;
  /** Carries `{{psk:TUNNEL}}` where the key goes; the key itself is never in a plan. */
  readonly ipsecSecrets: string;
  readonly routing: string;
  /** What `tw-keepalive` reads: a line for each tunnel that sends keepalives. */
  readonly keepalive: string;
}

export type NodeRole = "router" | "host" | "transit";

export interface PlannedInterface {
  readonly name: string;
  readonly segment: string;
  /** Address with prefix length, e.g. `198.51.100.2/30`. */
  readonly address: string;
  readonly mtuBytes: number;
}

/** A router of IOS: what it runs in, and what it is told. Nothing of it was run on IOS. */
export interface PlannedIos {
  readonly kind: IosImageKind;
  readonly image: string;
  /** What the driver pushes: a part of the running configuration, with `{{psk:TUNNEL}}` where a key goes. */
  readonly config: string;
  /** What it is started with, without management: name, archive, addresses of the data interfaces. No key. */
  readonly startup: string;
}

export interface PlannedNode {
  readonly name: string;
  readonly role: NodeRole;
  readonly platform: "linux" | "ios";
  readonly interfaces: readonly PlannedInterface[];
  /** All empty on IOS, whose text is another. */
  readonly texts: NodeTexts;
  /** Of a router of IOS, and of no other node. */
  readonly ios?: PlannedIos;
  /** Tunnels whose pre-shared key this node needs. */
  readonly pskTunnels: readonly string[];
}

export interface PlannedSegment {
  readonly name: string;
  readonly mtuBytes: number;
  /** It spans several engines: what their network carries, and what of that VXLAN takes from each packet. */
  readonly overlay?: { readonly underlayMtuBytes: number; readonly overheadBytes: number };
  /** Node names on it. */
  readonly members: readonly string[];
}

/** A link between two routers of a site, from the tunnel's end on. */
export interface PlannedLink {
  readonly segment: string;
  readonly near: PlannedLinkEnd;
  readonly far: PlannedLinkEnd;
  /** OSPF's cost of it. */
  readonly cost: number;
  /** How either router notices that the other is gone, the quickest way first; never empty. */
  readonly detection: readonly PlannedDetection[];
}

/** A router on a link. */
export interface PlannedLinkEnd {
  readonly router: string;
  /** By which interface: `eth1`. */
  readonly interface: string;
  /** Without prefix length. */
  readonly address: string;
}

/** What a router holds of the far host's network while everything works. */
export interface PlannedSiteRoute {
  readonly router: string;
  /** `192.168.20.0/24` */
  readonly network: string;
  /** The devices by which it goes there: more than one where the costs are equal. */
  readonly devices: readonly string[];
}

/** A host as its router's tunnel sees it. */
export interface PlannedHost {
  readonly name: string;
  /** The interface toward the router. */
  readonly interface: string;
  readonly address: string;
  readonly mtuBytes: number;
  /** The address toward the host of the router on which the tunnel ends: who answers when a packet is too big. */
  readonly gatewayAddress: string;
  /** The same in IPv6, where the host has it. */
  readonly ipv6: { readonly address: string; readonly gatewayAddress: string } | null;
}

/** One end of a tunnel, everything resolved. */
export interface PlannedEnd {
  readonly router: string;
  /** The tunnel's device on the router, e.g. `tunnel0`; IPsec alone has none. */
  readonly device: string | null;
  readonly outsideInterface: string;
  /** Outer address without prefix length. */
  readonly outerAddress: string;
  /** The peer's outer address as it is seen from here: a NAT on the way changes it. */
  readonly peerAddress: string;
  /** Address on the tunnel's device with prefix length. */
  readonly tunnelAddress: string | null;
  /** IPv6 address on the tunnel with prefix length, where IPv6 travels in it. */
  readonly tunnelAddress6: string | null;
  readonly ipMtuBytes: number;
  readonly tcpMssBytes: number;
  readonly protection: "tunnel-protection" | "crypto-map";
  /** What the CHILD SA protects here and there, as charon tells it: `198.51.100.2/32[gre]`, `192.168.10.0/24`. */
  readonly selectors: { readonly local: readonly string[]; readonly remote: readonly string[] };
  /** The firewall rules that drop what should be in IPsec and is not. */
  readonly guards: readonly string[];
  /** The networks behind this router, also by way of links; those of the links last. */
  readonly site: readonly string[];
  /** The links between this router and the host's, from here on; none where the host is on a segment of this router. */
  readonly links: readonly PlannedLink[];
  /**
   * When this router dies: the window in which the first of its neighbours notices, over the tunnel or on a link; OSPF then takes another
   * way. `null` on a router without links.
   */
  readonly death: DetectionWindow | null;
  /** `keepalive seconds retries`, where this router sends them. */
  readonly keepalive: { readonly periodSeconds: number; readonly retryCount: number } | null;
  /** How this router notices that the far end is gone, the quickest way first, and when; never empty. */
  readonly detection: readonly PlannedDetection[];
  /** A host behind this router, if one is declared: PMTUD is a story about hosts. */
  readonly host: PlannedHost | null;
}

/** A way to notice a dead far end, and its window. */
export interface PlannedDetection extends DetectionWindow {
  readonly liveness: Liveness;
  /** After the path is back the tunnel is used again within this, in milliseconds; `null`: nothing was noticed. */
  readonly recoveryMostMs: number | null;
}

/** The numbers that will be measured; all sizes are bytes of the IP packet. */
export interface TunnelPrediction {
  /** Smallest IP MTU on the way between the outer addresses. */
  readonly pathMtuBytes: number;
  /** The largest inner IP packet that travels whole. */
  readonly largestInnerBytes: number;
  /** The tunnel's ip mtu: declared, or the largest that fits. */
  readonly ipMtuBytes: number;
  readonly tcpMssBytes: number;
  /** The largest packet with DF that a host behind the tunnel gets through. */
  readonly hostMtuBytes: number;
  /** Inner IP packet to outer packet on the wire, bytes of IP, for the sizes the checks probe. */
  readonly wireSizes: readonly { readonly innerBytes: number; readonly wireBytes: number }[];
}

/** One tunnel, everything resolved and predicted. */
export interface PlannedTunnel {
  readonly name: string;
  readonly order: EncapsulationOrder;
  readonly left: PlannedEnd;
  readonly right: PlannedEnd;
  readonly ikeVersion: IkeVersion;
  readonly ike: IkeProposal;
  readonly esp: EspTransform;
  readonly mode: IpsecMode;
  readonly ikeLifetimeSeconds: number;
  readonly espLifetimeSeconds: number;
  readonly greKey: number | null;
  readonly greChecksum: boolean;
  readonly greSequence: boolean;
  /** True: the outer DF bit is a copy of the inner one. False: always clear. */
  readonly pathMtuDiscovery: boolean;
  /** ESP goes in UDP port 4500: there is a NAT on the way. */
  readonly natTraversal: boolean;
  /** The links between the outer addresses, from left to right. */
  readonly linkMtusBytes: readonly [number, ...number[]];
  /** The transit nodes between them, from left to right. */
  readonly transits: readonly string[];
  readonly routing: "ospf" | "static" | "none";
  /** Another way between the sites is preferred: while that lives, their packets do not come this way. */
  readonly standby: boolean;
  /** The tunnel between the same sites that takes over when this one is dead; `null` where there is none. */
  readonly backup: string | null;
  /** Where links stand between an end and its host: how the routers on the way hold both hosts' networks; else empty. */
  readonly siteRoutes: readonly PlannedSiteRoute[];
  /** The transit node and interface where the outer packets can be captured, if the lab has one. */
  readonly tap: { readonly node: string; readonly interface: string } | null;
  readonly prediction: TunnelPrediction;
}

/** What a check is about; checks/ holds one file for each. */
export type CheckKindName =
  | "clocks"
  | "underlay"
  | "icmp"
  | "fail-closed"
  | "ike-sa"
  | "child-sa"
  | "ends-agree"
  | "tunnel-up"
  | "keepalive"
  | "ospf-full"
  | "links-full"
  | "site-routes"
  | "path-mtu"
  | "ipv6"
  | "tcp-mss"
  | "wire"
  | "drill-sa"
  | "drill-charon"
  | "drill-psk"
  | "drill-keepalive"
  | "drill-failover";

/** A wait with a name: until the expected state is seen, and not longer. */
export interface SettleTime {
  /** What is waited for: `ike`, `ospf`, … */
  readonly name: string;
  /** The wait ends as soon as the state is seen. */
  readonly timeoutMs: number;
}

/** What is to be checked, as data. */
export interface PlannedCheck {
  readonly kind: CheckKindName;
  readonly id: string;
  readonly title: string;
  /** Ids of the checks that must pass before this one means anything. */
  readonly needs: readonly string[];
  /** Ids of the checks that would disturb this one: it waits for their end, whatever they find. */
  readonly after: readonly string[];
  readonly settle: SettleTime;
  readonly tunnel: string;
  /** It takes something away to see what happens then: run only when asked for, alone, after all others. */
  readonly disruptive: boolean;
}

/** A check that is not made, so that nobody takes it for passed. */
export interface NotAskedCheck {
  readonly id: string;
  readonly why: string;
}

/** Everything known about a lab before anything is started. */
export interface LabPlan {
  readonly format: "tunnelwright-plan/1";
  readonly lab: string;
  readonly segments: readonly PlannedSegment[];
  readonly nodes: readonly PlannedNode[];
  readonly tunnels: readonly PlannedTunnel[];
  readonly checks: readonly PlannedCheck[];
  /** Checks that a tunnel between Linux routers would have and IOS is not asked; nothing is said of them. Left out where there is no IOS. */
  readonly notAsked?: readonly NotAskedCheck[];
  /** Warnings and information; a plan with errors is never made. */
  readonly findings: readonly Finding[];
}

/** Where the nodes of a running lab are reached; written by the provider to `.tunnelwright/<lab>/inventory.json`. */
export interface Inventory {
  readonly format: "tunnelwright-inventory/1";
  readonly lab: string;
  readonly nodes: Readonly<Record<string, InventoryNode>>;
  /** The routers of IOS, which are opened by a password. Left out where there are none. */
  readonly iosNodes?: Readonly<Record<string, InventoryIosNode>>;
  /** Private key for user `root`, path relative to the inventory. */
  readonly identityFile: string;
}

/** Where a router of IOS is reached. */
export interface InventoryIosNode {
  readonly address: string;
  readonly port: number;
  readonly username: string;
  /** Path of the file that holds the password, relative to the inventory. */
  readonly passwordFile: string;
  /** Path of the file that holds the host key, learnt when it was configured; relative to the inventory. */
  readonly hostKeyFile: string;
}

export interface InventoryNode {
  readonly address: string;
  readonly port: number;
  /** The pinned host key, `ssh-ed25519 AAAA…`. */
  readonly hostKey: string;
  /** By which engine it is reached. Left out where this machine is on its management network. */
  readonly through?: RelayWay;
}
