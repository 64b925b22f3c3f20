import type { TunnelDeclaration } from "./declaration.ts";
import { protectsSites } from "./overhead.ts";
import { isAead, suites, type EspTransform, type IkeProposal, type IkeVersion, type IpsecMode } from "./suites.ts";

/** A tunnel's protection with every default filled in. */
export interface ResolvedCrypto {
  readonly esp: EspTransform;
  readonly ike: IkeProposal;
  readonly ikeVersion: IkeVersion;
  readonly mode: IpsecMode;
}

const defaultSuite = "aes-gcm-16";

/** Fills in what the declaration leaves out: AES-GCM-16, IKEv2, transport mode; an IKE proposal as strong as the suite's. */
export function resolveCrypto(tunnel: TunnelDeclaration): ResolvedCrypto {
  const suite = suites[tunnel.suite ?? defaultSuite];
  return {
    esp: tunnel.esp ? resolveEsp(tunnel.esp) : suite.esp,
    ike: tunnel.ike
      ? { ...tunnel.ike, keyBits: tunnel.ike.encryption === "aes-cbc" ? (tunnel.ike.keyBits ?? 256) : null }
      : suite.ike,
    ikeVersion: tunnel.ikeVersion ?? 2,
    // Hosts are not the IPsec peers, so what they send needs a header of its own.
    mode: tunnel.mode ?? (protectsSites(tunnel.order ?? "gre-over-ipsec") ? "tunnel" : "transport"),
  };
}

function resolveEsp(esp: NonNullable<TunnelDeclaration["esp"]>): EspTransform {
  const aes = esp.encryption.startsWith("aes-");
  return {
    encryption: esp.encryption,
    keyBits: aes ? (esp.keyBits ?? 256) : null,
    integrity: isAead(esp.encryption) ? "none" : (esp.integrity ?? "sha256-128"),
  };
}
