import { Construct } from "constructs";
import { ospfCosts, ospfTold, type OspfFailover } from "./failover.ts";
import { GreIpsecTunnel, type GreIpsecTunnelProps } from "./gre-ipsec-tunnel.ts";
import type { Lab } from "./lab.ts";
import type { Router, TunnelSource } from "./router.ts";

/** A hub, and the addresses with prefix length on the tunnel between the spoke and it. */
export interface HubProps {
  readonly hub: Router;
  readonly spokeAddress: string;
  readonly hubAddress: string;
}

/** What both tunnels have in common, and the two hubs. */
export interface DualHubProps extends Pick<
  GreIpsecTunnelProps,
  "suite" | "esp" | "ike" | "mode" | "ikeVersion" | "ipMtuBytes"
> {
  /** The tunnel to the backup hub begins on its second link to the outside, where it has one. */
  readonly spoke: Router;
  /** The hub by which packets go, there and back, while it lives. */
  readonly primary: HubProps;
  /** The hub that waits. */
  readonly backup: HubProps;
  /** How spoke and hubs notice one another's death. Give the links behind the hubs the same. */
  readonly failover: OspfFailover;
}

/**
 * A tunnel from a spoke to each of two hubs, the first preferred by OSPF's cost, which is the same both ways: named like this with 0 and
 * 1 behind it. Links lead from the hubs to the core router of their site, so that a dead hub, a dead provider and a dead link are
 * survived without a gateway that moves.
 *
 * @example
 * ```ts
 * const lab = new Lab(app, "two-hubs");
 * const isp = new Wan(lab, "isp", { left: "198.51.100.1/30", right: "203.0.113.1/29" });
 * const failover = { by: "bfd", intervalMs: 300, multiplier: 3 } as const;
 * const link1 = new Link(lab, "link1", { failover });
 * const link2 = new Link(lab, "link2", { failover });
 * const r1 = new Router(lab, "r1", { transit: isp.left, outside: "198.51.100.2/30", inside: "192.168.10.1/24" });
 * const hub1 = new Router(lab, "hub1", {
 *   transit: isp.right, outside: "203.0.113.2/29", links: [{ link: link1, address: "10.0.1.1/30" }],
 * });
 * const hub2 = new Router(lab, "hub2", {
 *   transit: isp.right, outside: "203.0.113.3/29", links: [{ link: link2, address: "10.0.2.1/30" }],
 * });
 * const core = new CoreRouter(lab, "core", {
 *   inside: "192.168.20.1/24",
 *   links: [{ link: link1, address: "10.0.1.2/30" }, { link: link2, address: "10.0.2.2/30" }],
 * });
 * new DualHub(lab, "tunnel", {
 *   spoke: r1,
 *   primary: { hub: hub1, spokeAddress: "172.16.0.1/30", hubAddress: "172.16.0.2/30" },
 *   backup: { hub: hub2, spokeAddress: "172.16.0.5/30", hubAddress: "172.16.0.6/30" },
 *   failover,
 * });
 * ```
 */
export class DualHub extends Construct {
  /** The tunnel that is used while it lives. */
  readonly primary: GreIpsecTunnel;
  /** The tunnel that waits. */
  readonly backup: GreIpsecTunnel;

  constructor(lab: Lab, id: string, { spoke, primary, backup, failover, ...both }: DualHubProps) {
    super(lab, id);
    const tunnel = (
      name: string,
      left: TunnelSource,
      { hub, spokeAddress, hubAddress }: HubProps,
      cost: number,
    ): GreIpsecTunnel =>
      new GreIpsecTunnel(lab, name, {
        ...both,
        left,
        right: hub,
        leftAddress: spokeAddress,
        rightAddress: hubAddress,
        routing: { protocol: "ospf", cost, ...ospfTold(failover) },
      });
    this.primary = tunnel(`${id}0`, spoke, primary, ospfCosts.primary);
    this.backup = tunnel(`${id}1`, spoke.hasBackup ? spoke.backup : spoke, backup, ospfCosts.backup);
  }
}
