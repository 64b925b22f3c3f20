import { Construct } from "constructs";
import { join } from "node:path";
import type { PlannedTunnel } from "../model/plan-document.ts";
import type { GreIpsecTunnelProps } from "./gre-ipsec-tunnel.ts";
import type { Lab } from "./lab.ts";
import { PreSharedKey } from "./resources.ts";
import type { TunnelSource } from "./router.ts";

/** IPsec alone between two routers, in the field's words: what it is told of cryptography is what a {@link GreIpsecTunnel} is told. */
export interface IpsecTunnelProps extends Pick<
  GreIpsecTunnelProps,
  | "suite"
  | "esp"
  | "ike"
  | "ikeVersion"
  | "ikeLifetimeSeconds"
  | "espLifetimeSeconds"
  | "perfectForwardSecrecy"
  | "tcpMssBytes"
> {
  /** The router on the left, or its second link: `r1`, `r1.backup`. */
  readonly left: TunnelSource;
  /** The router on the right, or its second link. */
  readonly right: TunnelSource;
  /**
   * The DF bit of a site's packet is copied to ESP's header (`crypto ipsec df-bit copy`, which is IOS's default); else it is clear.
   * @default true
   */
  readonly copyDf?: boolean;
}

/**
 * IPsec in tunnel mode without GRE: a crypto map on the outside interfaces, for the packets of the two sites. It has no device, so
 * no address, no ip mtu of its own, and no routing protocol: here for what GRE adds to be seen.
 *
 * @example
 * ```ts
 * new IpsecTunnel(lab, "sites", { left: r1, right: r2, suite: "3des-sha1" });
 * ```
 */
export class IpsecTunnel extends Construct {
  readonly #lab: Lab;
  readonly #name: string;

  constructor(lab: Lab, id: string, { left, right, copyDf, ...rest }: IpsecTunnelProps) {
    super(lab, id);
    this.#lab = lab;
    this.#name = id;
    lab.addTunnel(id, {
      ...rest,
      order: "ipsec",
      ...(copyDf !== undefined && { pathMtuDiscovery: copyDf }),
      left: { router: left.name, interface: left.outsideInterface, protection: "crypto-map" },
      right: { router: right.name, interface: right.outsideInterface, protection: "crypto-map" },
    });
    new PreSharedKey(this, "key", id, { file: join(lab.directory, "psk", id) });
  }

  /** Every number about this tunnel. Throws with all findings when the lab has faults. */
  get predicted(): PlannedTunnel {
    return this.#lab.plannedTunnel(this.#name);
  }
}
