/** The public door: what a lab file imports. */
export { CoreRouter, type CoreRouterProps } from "./core-router.ts";
export { DualHub, type DualHubProps, type HubProps } from "./dual-hub.ts";
export { hostsFromEnvironment } from "./engines.ts";
export type { Failover, OspfFailover } from "./failover.ts";
export { addDeclaredLabs } from "./declared-labs.ts";
export { GreIpsecTunnel, type GreIpsecTunnelProps, type KeepaliveProps } from "./gre-ipsec-tunnel.ts";
export { Host, type HostProps } from "./host.ts";
export { HubAndSpoke, type HubAndSpokeProps } from "./hub-and-spoke.ts";
export { IpsecTunnel, type IpsecTunnelProps } from "./ipsec-tunnel.ts";
export { labOf } from "./lab-of.ts";
export { Lab, type LabProps } from "./lab.ts";
export { Link, type LinkPlug, type LinkProps } from "./link.ts";
export { RedundantTunnels, type RedundantTunnelsProps } from "./redundant-tunnels.ts";
export {
  Router,
  type IosRouter,
  type LinuxRouter,
  type RouterPlace,
  type RouterProps,
  type Site,
  type TunnelSource,
} from "./router.ts";
export { Segment, type SegmentProps } from "./segment.ts";
export { Transit, type TransitLinkProps, type TransitProps } from "./transit.ts";
export { Wan, type WanProps } from "./wan.ts";
export { DeclarationError } from "../model/index.ts";
export type { EngineHost } from "../model/placement.ts";
