import type { TunnelDeclaration } from "./declaration.ts";
import type { Encapsulation } from "./overhead.ts";
import { resolveCrypto } from "./resolve-crypto.ts";

/** What a declared tunnel does to a packet; with a NAT between its ends, ESP outside travels in UDP. */
export function tunnelEncapsulation(tunnel: TunnelDeclaration, hasNat: boolean): Encapsulation {
  const { esp, mode } = resolveCrypto(tunnel);
  const order = tunnel.order ?? "gre-over-ipsec";
  return {
    order,
    outerFamily: "ipv4",
    gre: {
      key: tunnel.greKey !== undefined,
      checksum: tunnel.greChecksum ?? false,
      sequence: tunnel.greSequence ?? false,
    },
    esp,
    mode,
    natTraversal: hasNat && (order === "gre-over-ipsec" || order === "ipsec"),
  };
}
