/** IPv6 and its extension headers (RFC 8200). */
import type { ByteWindow } from "./byte-window.ts";
import { dissectPayload } from "./dissect-payload.ts";
import { malformed, type Malformed } from "./malformed.ts";
import type { Ipv6Packet, Payload } from "./packet.ts";

const fixedHeaderBytes = 40;
const shortestExtensionBytes = 8;
const fragmentHeader = 44;
/** Hop-by-hop options, routing, destination options, mobility, HIP, shim6: a next header, a length in units of 8 bytes (IANA's list). */
const sizedHeaders: readonly number[] = [0, 43, 60, 135, 139, 140];
/** Authentication: the same in units of 4 bytes, less 2 (RFC 4302 section 2.2). */
const authenticationHeader = 51;

/**
 * Reads an IPv6 packet, bytes behind its payload length left out; never throws. The extension headers before the payload are
 * stepped over, a fragment header among them is told. A jumbogram (RFC 2675) is malformed.
 */
export function dissectIpv6(packet: ByteWindow): Ipv6Packet | Malformed {
  return dissectPacket(packet, false);
}

function dissectPacket(packet: ByteWindow, isQuoted: boolean): Ipv6Packet | Malformed {
  const problem = packet.lacks(fixedHeaderBytes, "ipv6", "an IPv6 header");
  if (problem) return problem;
  const version = packet.uint8(0) >> 4;
  if (version !== 6) return malformed("ipv6", "invalid", `IP version ${version} where 6 was announced`);
  const payloadBytes = packet.uint16(4);
  const totalBytes = fixedHeaderBytes + payloadBytes;
  if (totalBytes > packet.length && !packet.isCut)
    return malformed(
      "ipv6",
      "invalid",
      `payload length ${payloadBytes}, only ${packet.length - fixedHeaderBytes} bytes are there`,
    );
  const headers = stepOver(packet.slice(0, totalBytes));
  if ("kind" in headers) return headers;
  const header = {
    kind: "ipv6" as const,
    source: packet.ipv6Address(8),
    destination: packet.ipv6Address(24),
    totalBytes,
    hopLimit: packet.uint8(7),
    ...headers,
  };
  const body = packet.slice(headers.headerBytes, totalBytes);
  return { ...header, body: body.bytes, payload: dissectBody(header, body, isQuoted) };
}

type ExtensionHeaders = Pick<
  Ipv6Packet,
  "headerBytes" | "identification" | "moreFragments" | "fragmentOffsetBytes" | "protocol"
>;

/** What the extension headers say. Behind those of a later fragment stands no header: only bytes. */
function stepOver(packet: ByteWindow): ExtensionHeaders | Malformed {
  let at = fixedHeaderBytes;
  let protocol = packet.uint8(6);
  let fragment = { identification: null as number | null, moreFragments: false, fragmentOffsetBytes: 0 };
  while (fragment.fragmentOffsetBytes === 0 && isExtension(protocol)) {
    const missing = packet.lacks(at + shortestExtensionBytes, "ipv6", "the IPv6 header with its extensions");
    if (missing) return missing;
    if (protocol === fragmentHeader) {
      const offsetAndFlag = packet.uint16(at + 2);
      fragment = {
        identification: packet.uint32(at + 4),
        moreFragments: (offsetAndFlag & 1) !== 0,
        fragmentOffsetBytes: offsetAndFlag & 0xfff8,
      };
    }
    const extensionBytes = extensionBytesOf(protocol, packet.uint8(at + 1));
    protocol = packet.uint8(at);
    at += extensionBytes;
  }
  const missing = packet.lacks(at, "ipv6", "the IPv6 header with its extensions");
  return missing ?? { headerBytes: at, protocol, ...fragment };
}

function isExtension(header: number): boolean {
  return header === fragmentHeader || header === authenticationHeader || sizedHeaders.includes(header);
}

function extensionBytesOf(header: number, lengthField: number): number {
  if (header === fragmentHeader) return shortestExtensionBytes;
  return header === authenticationHeader ? (lengthField + 2) * 4 : (lengthField + 1) * 8;
}

function dissectBody(header: Omit<Ipv6Packet, "payload" | "body">, body: ByteWindow, isQuoted: boolean): Payload {
  if (header.fragmentOffsetBytes > 0) return { kind: "later-fragment" };
  const quote = isQuoted ? null : (packet: ByteWindow) => dissectPacket(packet, true);
  const readable = header.moreFragments ? body.asCut() : body;
  return dissectPayload({ version: 6, protocol: header.protocol, quote }, readable);
}
