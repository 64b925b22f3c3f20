import type { LabDeclaration, TunnelDeclaration } from "./declaration.ts";
import type { Encapsulation } from "./overhead.ts";
import { resolveCrypto } from "./resolve-crypto.ts";

/** What a declared tunnel does to a packet; with a NAT between its ends, ESP outside travels in UDP. */
export function tunnelEncapsulation(
  tunnel: TunnelDeclaration,
  hasNat: boolean,
  platform: "linux" | "ios" = "linux",
): Encapsulation {
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
    ...(platform === "ios" && { platform }),
  };
}

/** The platform whose packets are the larger ones: IOS where either end is one. */
export function widestPlatform({ nodes }: LabDeclaration, { left, right }: TunnelDeclaration): "linux" | "ios" {
  return [left, right].some(({ router }) => nodes[router]?.platform === "ios") ? "ios" : "linux";
}
