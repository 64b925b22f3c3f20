/**
 * What a packet weighs after GRE and ESP, and what still fits: integer arithmetic from RFC 2784 (GRE), RFC 2890 (key, sequence),
 * RFC 4303 (ESP) and RFC 3948 (UDP encapsulation). All sizes are bytes of the IP packet, never of the frame.
 */
import { cipherSizes, integrityIcvBytes, type EspTransform, type IpsecMode } from "./suites.ts";

/** Which optional GRE fields are sent; each costs 4 bytes (RFC 2784 section 2.1, RFC 2890 section 2). */
export interface GreOptions {
  readonly key: boolean;
  readonly checksum: boolean;
  readonly sequence: boolean;
}

/** What happens to an inner IP packet on its way out. */
export interface Encapsulation {
  /** `gre`: no ESP. `ipsec`: ESP tunnel mode without GRE. */
  readonly order: "gre-over-ipsec" | "gre" | "ipsec";
  readonly outerFamily: "ipv4" | "ipv6";
  readonly gre: GreOptions;
  readonly esp: EspTransform;
  readonly mode: IpsecMode;
  /** ESP inside UDP port 4500. */
  readonly natTraversal: boolean;
}

const ipHeaderBytes = { ipv4: 20, ipv6: 40 } as const;
const udpHeaderBytes = 8;
const espHeaderBytes = 8;
/** Pad length and next header (RFC 4303 section 2). */
const espTrailerBytes = 2;

/**
 * Bytes of the GRE header alone, 4 to 16.
 *
 * @example
 * ```ts
 * greHeaderBytes({ key: true, checksum: false, sequence: false }); // 8
 * ```
 */
export function greHeaderBytes(options: GreOptions): number {
  return 4 + [options.key, options.checksum, options.sequence].filter(Boolean).length * 4;
}

/** Bytes of ESP around a plaintext: header, initialization vector, padded plaintext with trailer, integrity check value (RFC 4303 section 2). */
export function espPacketBytes(plaintextBytes: number, transform: EspTransform): number {
  const { ivBytes, alignBytes } = cipherSizes[transform.encryption];
  const padded = Math.ceil((plaintextBytes + espTrailerBytes) / alignBytes) * alignBytes;
  return espHeaderBytes + ivBytes + padded + icvBytes(transform);
}

function icvBytes(transform: EspTransform): number {
  return cipherSizes[transform.encryption].icvBytes + integrityIcvBytes[transform.integrity];
}

/** Bytes put before the inner packet that ESP encrypts: GRE, and in tunnel mode the GRE delivery header. */
function plaintextHeaderBytes(e: Encapsulation): number {
  switch (e.order) {
    case "gre-over-ipsec":
      return greHeaderBytes(e.gre) + (e.mode === "tunnel" ? ipHeaderBytes[e.outerFamily] : 0);
    case "gre":
      return greHeaderBytes(e.gre);
    case "ipsec":
      return 0;
  }
}

/**
 * Bytes of the outer IP packet that carries an inner IP packet of the given size, before any fragmentation.
 *
 * @example
 * ```ts
 * const gcmTransport = { order: "gre-over-ipsec", outerFamily: "ipv4", gre: { key: false, checksum: false, sequence: false },
 *   esp: { encryption: "aes-gcm-16", keyBits: 256, integrity: "none" }, mode: "transport", natTraversal: false } as const;
 * wireBytes(1442, gcmTransport); // 1500
 * ```
 */
export function wireBytes(innerBytes: number, e: Encapsulation): number {
  const outer = ipHeaderBytes[e.outerFamily];
  const plaintext = plaintextHeaderBytes(e) + innerBytes;
  if (e.order === "gre") return outer + plaintext;
  return outer + (e.natTraversal ? udpHeaderBytes : 0) + espPacketBytes(plaintext, e.esp);
}

/**
 * The largest inner IP packet whose outer packet is not larger than the path's MTU; negative when not even a header fits.
 * The kernel's `xfrm_state_mtu` and the "plaintext mtu" of `show crypto ipsec sa` are this number before GRE.
 *
 * @example
 * ```ts
 * largestInnerBytes(1500, gcmTransport); // 1442
 * ```
 */
export function largestInnerBytes(pathMtuBytes: number, e: Encapsulation): number {
  const room = pathMtuBytes - ipHeaderBytes[e.outerFamily];
  if (e.order === "gre") return room - greHeaderBytes(e.gre);
  const { ivBytes, alignBytes } = cipherSizes[e.esp.encryption];
  const forPadded = room - (e.natTraversal ? udpHeaderBytes : 0) - espHeaderBytes - ivBytes - icvBytes(e.esp);
  return Math.floor(forPadded / alignBytes) * alignBytes - espTrailerBytes - plaintextHeaderBytes(e);
}

/** The TCP maximum segment size that fills an inner packet of the given size: 20 bytes of IPv4 and 20 of TCP less (RFC 9293 section 3.7.1). */
export function tcpMssFor(ipMtuBytes: number): number {
  return ipMtuBytes - 40;
}
