/** The public door: what a lab file imports. */
export { GreIpsecTunnel, type GreIpsecTunnelProps, type KeepaliveProps } from "./gre-ipsec-tunnel.ts";
export { Host, type HostProps } from "./host.ts";
export { IpsecTunnel, type IpsecTunnelProps } from "./ipsec-tunnel.ts";
export { Lab, type LabProps } from "./lab.ts";
export { RedundantTunnels, type Failover, type RedundantTunnelsProps } from "./redundant-tunnels.ts";
export {
  Router,
  type IosRouter,
  type LinuxRouter,
  type RouterPlace,
  type RouterProps,
  type TunnelSource,
} from "./router.ts";
export { Segment, type SegmentProps } from "./segment.ts";
export { Wan, type WanProps } from "./wan.ts";
export { DeclarationError } from "../model/index.ts";
