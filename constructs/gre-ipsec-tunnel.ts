import { Construct } from "constructs";
import type { EspDeclaration, RoutingDeclaration, TunnelDeclaration } from "../model/declaration.ts";
import type { PlannedTunnel } from "../model/plan-document.ts";
import type { IkeVersion, IpsecMode, SuiteName } from "../model/suites.ts";
import type { Lab } from "./lab.ts";
import { PreSharedKey } from "./resources.ts";
import type { TunnelSource } from "./router.ts";
import { join } from "node:path";

/** `keepalive seconds retries`, per end. */
export interface KeepaliveProps {
  /** Seconds between two keepalives, 1 to 32767. */
  readonly periodSeconds: number;
  /** Unanswered keepalives in a row before the line protocol goes down, 1 to 255. */
  readonly retryCount: number;
}

/** A tunnel between two routers, in the field's words. */
export interface GreIpsecTunnelProps {
  /** The router on the left, or its second link: `r1`, `r1.backup`. */
  readonly left: TunnelSource;
  /** The router on the right, or its second link. */
  readonly right: TunnelSource;
  /** Address with prefix length on the left end of the tunnel. */
  readonly leftAddress: string;
  /** Address with prefix length on the right end of the tunnel. */
  readonly rightAddress: string;
  /**
   * IPv6 address with prefix length on the left end: what the sites' hosts send over IPv6 travels in the same tunnel, by static routes.
   * @default - no IPv6 in the tunnel
   */
  readonly leftAddress6?: string;
  /**
   * IPv6 address with prefix length on the right end.
   * @default - no IPv6 in the tunnel
   */
  readonly rightAddress6?: string;
  /**
   * What goes into what. `gre-over-ipsec` protects everything in the tunnel; `ipsec-over-gre` (a crypto map on the tunnel
   * interface) the traffic between the sites alone, and the routing protocol travels in clear; `gre` protects nothing.
   * @default "gre-over-ipsec"
   */
  readonly order?: "gre-over-ipsec" | "ipsec-over-gre" | "gre";
  /**
   * How the left router is told to protect the tunnel. On Linux both give the same policies.
   * @default "tunnel-protection"
   */
  readonly leftProtection?: "tunnel-protection" | "crypto-map";
  /**
   * How the right router is told to protect the tunnel. On Linux both give the same policies.
   * @default "tunnel-protection"
   */
  readonly rightProtection?: "tunnel-protection" | "crypto-map";
  /**
   * The cryptographic suite by its name.
   * @default "aes-gcm-16" (256 bit keys; IKE with AES-CBC-256, SHA-256, group 19)
   */
  readonly suite?: SuiteName;
  /**
   * The ESP transform spelled out, instead of a suite.
   * @default - the suite's
   */
  readonly esp?: EspDeclaration;
  /**
   * The IKE proposal spelled out.
   * @default - the suite's
   */
  readonly ike?: TunnelDeclaration["ike"];
  /**
   * What ESP encloses: the GRE packet alone, or with an IP header of its own (20 bytes more).
   * @default "transport"; with `ipsec-over-gre` it is tunnel, and nothing else
   */
  readonly mode?: IpsecMode;
  /**
   * Version of IKE, 1 or 2.
   * @default 2
   */
  readonly ikeVersion?: IkeVersion;
  /**
   * Seconds an IKE SA lives, 120 to 2592000.
   * @default 86400
   */
  readonly ikeLifetimeSeconds?: number;
  /**
   * Seconds a CHILD SA lives, 120 to 2592000.
   * @default 3600
   */
  readonly espLifetimeSeconds?: number;
  /**
   * A new Diffie-Hellman exchange for every CHILD SA.
   * @default false
   */
  readonly perfectForwardSecrecy?: boolean;
  /**
   * `crypto isakmp keepalive`: after `delaySeconds` (1 to 3600) without a packet of the peer it is asked whether it is there; with
   * `lineFollowsSa` the tunnel's line protocol is down while there is no SA, as a virtual tunnel interface's is.
   * @default - asked after 10 s, and the line protocol stays up
   */
  readonly deadPeerDetection?: NonNullable<TunnelDeclaration["deadPeerDetection"]>;
  /**
   * GRE key, 0 to 4294967295; costs 4 bytes (RFC 2890).
   * @default - no key
   */
  readonly greKey?: number;
  /**
   * A checksum in the GRE header; costs 4 bytes (RFC 2784 section 2.1).
   * @default false
   */
  readonly greChecksum?: boolean;
  /**
   * A sequence number in the GRE header; costs 4 bytes, and packets that come late are dropped (RFC 2890 section 2.2).
   * @default false
   */
  readonly greSequence?: boolean;
  /**
   * `ip mtu` of the tunnel, in bytes of the inner IP packet.
   * @default - the largest that travels whole
   */
  readonly ipMtuBytes?: number;
  /**
   * `ip tcp adjust-mss` of the tunnel, in bytes of the TCP segment.
   * @default - ip mtu less 40
   */
  readonly tcpMssBytes?: number;
  /**
   * `tunnel path-mtu-discovery`: the outer DF bit is a copy of the inner one; else it is always clear.
   * @default true
   */
  readonly pathMtuDiscovery?: boolean;
  /**
   * `keepalive` on the left router.
   * @default - none
   */
  readonly leftKeepalive?: KeepaliveProps;
  /**
   * `keepalive` on the right router.
   * @default - none
   */
  readonly rightKeepalive?: KeepaliveProps;
  /**
   * What routes over the tunnel.
   * @default - OSPF area 0 with hello 10 s and dead 40 s
   */
  readonly routing?: RoutingDeclaration;
  /**
   * Rules that this tunnel breaks on purpose, to show what comes of it: their findings are warnings, not errors.
   * @default - none
   */
  readonly accept?: readonly "mtu/exceeds-path"[];
}

/**
 * A GRE tunnel in IPsec between two routers. Its id is the device's name on both.
 * The pre-shared key is made once, kept in one file of the lab, and never in state or plan.
 *
 * @example
 * ```ts
 * new GreIpsecTunnel(lab, "tunnel0", { left: r1, right: r2, leftAddress: "172.16.0.1/30", rightAddress: "172.16.0.2/30", ipMtuBytes: 1400 });
 * ```
 */
export class GreIpsecTunnel extends Construct {
  readonly #lab: Lab;
  readonly #name: string;

  constructor(lab: Lab, id: string, props: GreIpsecTunnelProps) {
    super(lab, id);
    this.#lab = lab;
    this.#name = id;
    lab.addTunnel(id, declare(props));
    if (props.order !== "gre") new PreSharedKey(this, "key", id, { file: join(lab.directory, "psk", id) });
  }

  /** Every number about this tunnel. Throws with all findings when the lab has faults. */
  get predicted(): PlannedTunnel {
    return this.#lab.plannedTunnel(this.#name);
  }
}

function declare(props: GreIpsecTunnelProps): TunnelDeclaration {
  const {
    left,
    right,
    leftAddress,
    rightAddress,
    leftAddress6,
    rightAddress6,
    leftProtection,
    rightProtection,
    leftKeepalive,
    rightKeepalive,
    accept,
    ...rest
  } = props;
  return {
    ...rest,
    ...(accept && { accept: [...accept] }),
    left: {
      router: left.name,
      interface: left.outsideInterface,
      address: leftAddress,
      ...(leftAddress6 !== undefined && { address6: leftAddress6 }),
      ...(leftProtection && { protection: leftProtection }),
      ...(leftKeepalive && { keepalive: leftKeepalive }),
    },
    right: {
      router: right.name,
      interface: right.outsideInterface,
      address: rightAddress,
      ...(rightAddress6 !== undefined && { address6: rightAddress6 }),
      ...(rightProtection && { protection: rightProtection }),
      ...(rightKeepalive && { keepalive: rightKeepalive }),
    },
  };
}
