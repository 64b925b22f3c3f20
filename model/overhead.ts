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

/** What goes into what. */
export type EncapsulationOrder = "gre-over-ipsec" | "ipsec-over-gre" | "gre" | "ipsec";
/** IPsec selects packets of the sites there, and not GRE packets of the routers. */
export function protectsSites(order: EncapsulationOrder): order is "ipsec-over-gre" | "ipsec" {
  return order === "ipsec-over-gre" || order === "ipsec";
}

/** What happens to an inner IP packet on its way out. */
export interface Encapsulation {
  /**
   * `gre-over-ipsec`: GRE inside ESP, tunnel protection. `ipsec-over-gre`: ESP inside GRE, a crypto map on the tunnel interface.
   * `gre`: no ESP. `ipsec`: no GRE.
   */
  readonly order: EncapsulationOrder;
  readonly outerFamily: "ipv4" | "ipv6";
  readonly gre: GreOptions;
  readonly esp: EspTransform;
  /** Transport mode without GRE around it keeps the packet's own IP header: it has the outer family, and is not counted twice. */
  readonly mode: IpsecMode;
  /** ESP inside UDP port 4500. */
  readonly natTraversal: boolean;
  /** IOS pads ESP-NULL to 8 bytes where Linux pads to 4. @default "linux" */
  readonly platform?: "linux" | "ios";
}

/** One header, trailer or payload of a packet, in the order of the wire. */
export interface Layer {
  readonly name: string;
  readonly bytes: number;
  /** What kind of thing it is: a picture gives each a colour. */
  readonly kind: "ip" | "udp" | "gre" | "esp" | "inner";
  /** Nobody between the IPsec peers can read it. */
  readonly encrypted: boolean;
}

const ipHeaderBytes = { ipv4: 20, ipv6: 40 } as const;
const tcpHeaderBytes = 20;
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

/** Bytes of the IP header of a family, without options or extension headers (RFC 791 section 3.1, RFC 8200 section 3). */
export function ipHeaderBytesOf(family: "ipv4" | "ipv6"): number {
  return ipHeaderBytes[family];
}

/** What ESP pads its plaintext and trailer to (RFC 4303 section 2.4: at least 4). */
export function espAlignBytes({ esp, platform = "linux" }: Pick<Encapsulation, "esp" | "platform">): number {
  return platform === "ios" && esp.encryption === "null" ? 8 : cipherSizes[esp.encryption].alignBytes;
}

/** Bytes of ESP around nothing, not counting the padding: header, initialization vector, trailer, integrity check value. */
export function espFixedBytes(esp: EspTransform): number {
  return espHeaderBytes + cipherSizes[esp.encryption].ivBytes + espTrailerBytes + icvBytes(esp);
}

function icvBytes(transform: EspTransform): number {
  return cipherSizes[transform.encryption].icvBytes + integrityIcvBytes[transform.integrity];
}

/**
 * The outer IP packet that carries an inner IP packet of the given size, from its first header to its last byte. Layers of no bytes
 * are left out. An inner packet is at least its own header; in transport mode without GRE inside, that header stands in front.
 *
 * @example
 * ```ts
 * layersOf(1442, gcmTransport).map(({ bytes }) => bytes); // [20, 8, 8, 4, 1442, 2, 16]
 * ```
 */
export function layersOf(innerBytes: number, e: Encapsulation): Layer[] {
  const header = ipHeaderBytes[e.outerFamily];
  const ip = (name: string, encrypted = false): Layer => ({
    name: `${name} ${e.outerFamily === "ipv4" ? "IPv4" : "IPv6"}`,
    bytes: header,
    kind: "ip",
    encrypted,
  });
  const gre = (encrypted: boolean): Layer => ({ name: "GRE", bytes: greHeaderBytes(e.gre), kind: "gre", encrypted });
  const inner = (encrypted: boolean): Layer => ({ name: "inner packet", bytes: innerBytes, kind: "inner", encrypted });
  const espAround = (plaintext: readonly Layer[]): Layer[] => {
    const bytes = totalBytes(plaintext) + espTrailerBytes;
    const align = espAlignBytes(e);
    const part = (name: string, partBytes: number, encrypted = false): Layer => ({
      name: `ESP ${name}`,
      bytes: partBytes,
      kind: "esp",
      encrypted,
    });
    return [
      { name: "UDP 4500", bytes: e.natTraversal ? udpHeaderBytes : 0, kind: "udp", encrypted: false },
      part("header", espHeaderBytes),
      part("IV", cipherSizes[e.esp.encryption].ivBytes),
      ...plaintext,
      part("padding", Math.ceil(bytes / align) * align - bytes, true),
      part("trailer", espTrailerBytes, true),
      part("ICV", icvBytes(e.esp)),
    ];
  };
  /** Without GRE inside: in transport mode the packet is split into its own header and the rest. */
  const espAroundInner = (): Layer[] =>
    e.mode === "tunnel"
      ? [ip(e.order === "ipsec" ? "outer" : "ESP's"), ...espAround([inner(true)])]
      : [
          ip("inner packet's own"),
          ...espAround([
            { name: "inner packet's payload", bytes: innerBytes - header, kind: "inner", encrypted: true },
          ]),
        ];
  const all = (): Layer[] => {
    switch (e.order) {
      case "gre":
        return [ip("outer"), gre(false), inner(false)];
      case "gre-over-ipsec":
        return [
          ip("outer"),
          ...espAround([...(e.mode === "tunnel" ? [ip("GRE's", true)] : []), gre(true), inner(true)]),
        ];
      case "ipsec":
        return espAroundInner();
      case "ipsec-over-gre":
        return [ip("outer"), gre(false), ...espAroundInner()];
    }
  };
  return all().filter(({ bytes }) => bytes > 0);
}

function totalBytes(layers: readonly Layer[]): number {
  return layers.reduce((sum, { bytes }) => sum + bytes, 0);
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
  return totalBytes(layersOf(innerBytes, e));
}

/** What is added to an inner packet at least and at most, over all sizes: ESP's padding makes the difference. */
export function overheadBounds(e: Encapsulation): { readonly minBytes: number; readonly maxBytes: number } {
  const gre = ipHeaderBytes[e.outerFamily] + greHeaderBytes(e.gre);
  if (e.order === "gre") return { minBytes: gre, maxBytes: gre };
  const around = (e.natTraversal ? udpHeaderBytes : 0) + espFixedBytes(e.esp);
  const headers = (e.mode === "tunnel" ? ipHeaderBytes[e.outerFamily] : 0) + (e.order === "ipsec" ? 0 : gre);
  return { minBytes: headers + around, maxBytes: headers + around + espAlignBytes(e) - 1 };
}

/**
 * The largest IP packet that ESP can take over a path: the kernel's `xfrm_state_mtu`, and "plaintext mtu" in IOS's
 * `show crypto ipsec sa`. In transport mode the IP header before ESP is counted in. `null` without ESP.
 *
 * @example
 * ```ts
 * espPlaintextMtuBytes(1500, gcmTransport); // 1466
 * ```
 */
export function espPlaintextMtuBytes(pathMtuBytes: number, e: Encapsulation): number | null {
  if (e.order === "gre") return null;
  const header = ipHeaderBytes[e.outerFamily];
  const path = e.order === "ipsec-over-gre" ? pathMtuBytes - header - greHeaderBytes(e.gre) : pathMtuBytes;
  const align = espAlignBytes(e);
  const fixed = header + (e.natTraversal ? udpHeaderBytes : 0) + espFixedBytes(e.esp) - espTrailerBytes;
  const padded = Math.floor((path - fixed) / align) * align;
  return padded - espTrailerBytes + (e.mode === "transport" ? header : 0);
}

/**
 * The largest inner IP packet whose outer packet is not larger than the path's MTU; negative when not even a header fits.
 *
 * @example
 * ```ts
 * largestInnerBytes(1500, gcmTransport); // 1442
 * ```
 */
export function largestInnerBytes(pathMtuBytes: number, e: Encapsulation): number {
  const gre = ipHeaderBytes[e.outerFamily] + greHeaderBytes(e.gre);
  const plaintext = espPlaintextMtuBytes(pathMtuBytes, e);
  if (plaintext === null) return pathMtuBytes - gre;
  return e.order === "gre-over-ipsec" ? plaintext - gre : plaintext;
}

/** The TCP maximum segment size that fills an inner packet of the given size: its IP header and 20 bytes of TCP less (RFC 9293 section 3.7.1). */
export function tcpMssFor(ipMtuBytes: number, family: "ipv4" | "ipv6" = "ipv4"): number {
  return ipMtuBytes - ipHeaderBytes[family] - tcpHeaderBytes;
}

/** The largest IP packet that the tunnel's device takes without a fragment outside: with IPsec over GRE that is ESP's, not the host's. */
export function largestDeviceMtuBytes(pathMtuBytes: number, e: Encapsulation): number {
  return largestInnerBytes(pathMtuBytes, e.order === "ipsec-over-gre" ? { ...e, order: "gre" } : e);
}
