import type { TunnelDeclaration } from "./declaration.ts";
import type { Encapsulation } from "./overhead.ts";
import { resolveCrypto } from "./resolve-crypto.ts";

/** What a declared tunnel does to a packet. */
export function tunnelEncapsulation(tunnel: TunnelDeclaration): Encapsulation {
  const { esp, mode } = resolveCrypto(tunnel);
  return {
    order: "gre-over-ipsec",
    outerFamily: "ipv4",
    gre: { key: tunnel.greKey !== undefined, checksum: false, sequence: false },
    esp,
    mode,
    natTraversal: false,
  };
}
