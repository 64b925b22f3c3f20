import { Construct } from "constructs";
import { ospfCosts, ospfTold, type Failover } from "./failover.ts";
import { GreIpsecTunnel, type GreIpsecTunnelProps } from "./gre-ipsec-tunnel.ts";
import type { Lab } from "./lab.ts";
import type { Router } from "./router.ts";

/** What both tunnels have in common, and the addresses on each. */
export interface RedundantTunnelsProps extends Pick<
  GreIpsecTunnelProps,
  "suite" | "esp" | "ike" | "mode" | "ikeVersion" | "ipMtuBytes"
> {
  /** A router with a `backup`. */
  readonly left: Router;
  /** A router with a `backup`. */
  readonly right: Router;
  /** Addresses with prefix length on the tunnel over the first links. */
  readonly primary: Pick<GreIpsecTunnelProps, "leftAddress" | "rightAddress">;
  /** Addresses with prefix length on the tunnel over the second links. */
  readonly backup: Pick<GreIpsecTunnelProps, "leftAddress" | "rightAddress">;
  readonly failover: Failover;
}

/**
 * Two tunnels between the same sites over two transits, the first preferred: named like this with 0 and 1 behind it.
 *
 * @example
 * ```ts
 * const lte = new Wan(lab, "lte", { left: "198.51.100.5/30", right: "203.0.113.5/30" });
 * const r1 = new Router(lab, "r1", {
 *   transit: isp.left, outside: "198.51.100.2/30", inside: "192.168.10.1/24",
 *   backup: { transit: lte.left, outside: "198.51.100.6/30" },
 * });
 * const r2 = new Router(lab, "r2", {
 *   transit: isp.right, outside: "203.0.113.2/30", inside: "192.168.20.1/24",
 *   backup: { transit: lte.right, outside: "203.0.113.6/30" },
 * });
 * new RedundantTunnels(lab, "tunnel", {
 *   left: r1, right: r2,
 *   primary: { leftAddress: "172.16.0.1/30", rightAddress: "172.16.0.2/30" },
 *   backup: { leftAddress: "172.16.0.5/30", rightAddress: "172.16.0.6/30" },
 *   failover: { by: "bfd", intervalMs: 300, multiplier: 3 },
 * });
 * ```
 */
export class RedundantTunnels extends Construct {
  /** The tunnel that is used while it lives. */
  readonly primary: GreIpsecTunnel;
  /** The tunnel that waits. */
  readonly backup: GreIpsecTunnel;

  constructor(lab: Lab, id: string, { left, right, primary, backup, failover, ...both }: RedundantTunnelsProps) {
    super(lab, id);
    this.primary = new GreIpsecTunnel(lab, `${id}0`, {
      ...both,
      left,
      right,
      ...primary,
      ...notices(failover, "primary"),
    });
    this.backup = new GreIpsecTunnel(lab, `${id}1`, {
      ...both,
      left: left.backup,
      right: right.backup,
      ...backup,
      ...notices(failover, "backup"),
    });
  }
}

/** Of the distances the smaller is preferred; 250 floats above every routing protocol. */
const distances = { primary: 1, backup: 250 } as const;

function notices(
  failover: Failover,
  place: "primary" | "backup",
): Pick<
  GreIpsecTunnelProps,
  "routing" | "leftKeepalive" | "rightKeepalive" | "leftProtection" | "rightProtection" | "deadPeerDetection"
> {
  const floating = { protocol: "static", distance: distances[place] } as const;
  switch (failover.by) {
    case "keepalive": {
      const { periodSeconds, retryCount } = failover;
      const keepalive = { periodSeconds, retryCount };
      // Crypto maps, since IOS's keepalives do not go with tunnel protection (Cisco document 118370).
      const maps = { leftProtection: "crypto-map", rightProtection: "crypto-map" } as const;
      return { routing: floating, ...maps, leftKeepalive: keepalive, rightKeepalive: keepalive };
    }
    case "ospf":
    case "bfd":
      return { routing: { protocol: "ospf", cost: ospfCosts[place], ...ospfTold(failover) } };
    case "dpd":
      return {
        routing: floating,
        deadPeerDetection: { delaySeconds: failover.delaySeconds, lineFollowsSa: true },
      };
    case "none":
      return { routing: floating };
  }
}
