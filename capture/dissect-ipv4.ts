/** IPv4 (RFC 791). */
import type { ByteWindow } from "./byte-window.ts";
import { dissectPayload } from "./dissect-payload.ts";
import { malformed, type Malformed } from "./malformed.ts";
import type { Ipv4Packet, Payload } from "./packet.ts";

const shortestHeaderBytes = 20;
/**
 * Reads an IPv4 packet, bytes behind its total length (Ethernet's padding) left out; never throws.
 * A packet shorter than its total length is read as far as it goes when the window is cut, and malformed otherwise.
 */
export function dissectIpv4(packet: ByteWindow): Ipv4Packet | Malformed {
  return dissectPacket(packet, false);
}

function dissectPacket(packet: ByteWindow, isQuoted: boolean): Ipv4Packet | Malformed {
  const problem = packet.lacks(shortestHeaderBytes, "ipv4", "an IPv4 header");
  if (problem) return problem;
  const version = packet.uint8(0) >> 4;
  if (version !== 4) return malformed("ipv4", "invalid", `IP version ${version} where 4 was announced`);
  const headerBytes = (packet.uint8(0) & 0xf) * 4;
  if (headerBytes < shortestHeaderBytes) {
    return malformed("ipv4", "invalid", `a header of ${headerBytes} bytes is shorter than ${shortestHeaderBytes}`);
  }
  const missing = packet.lacks(headerBytes, "ipv4", "the IPv4 header with its options");
  if (missing) return missing;
  const totalBytes = packet.uint16(2);
  if (totalBytes < headerBytes) {
    return malformed("ipv4", "invalid", `total length ${totalBytes} is less than the header's ${headerBytes} bytes`);
  }
  if (totalBytes > packet.length && !packet.isCut) {
    return malformed("ipv4", "invalid", `total length ${totalBytes}, only ${packet.length} bytes are there`);
  }
  const fragment = packet.uint16(6);
  const header = {
    kind: "ipv4" as const,
    source: packet.ipv4Address(12),
    destination: packet.ipv4Address(16),
    headerBytes,
    totalBytes,
    identification: packet.uint16(4),
    dontFragment: (fragment & 0x4000) !== 0,
    moreFragments: (fragment & 0x2000) !== 0,
    fragmentOffsetBytes: (fragment & 0x1fff) * 8,
    timeToLive: packet.uint8(8),
    protocol: packet.uint8(9),
  };
  const body = packet.slice(headerBytes, totalBytes);
  return { ...header, body: body.bytes, payload: dissectBody(header, body, isQuoted) };
}

function dissectBody(header: Omit<Ipv4Packet, "payload" | "body">, body: ByteWindow, isQuoted: boolean): Payload {
  if (header.fragmentOffsetBytes > 0) return { kind: "later-fragment" };
  const quote = isQuoted ? null : (packet: ByteWindow) => dissectPacket(packet, true);
  // The rest of a first fragment is in the later ones: what is not here is cut off, not wrong.
  const readable = header.moreFragments ? body.asCut() : body;
  return dissectPayload({ version: 4, protocol: header.protocol, quote }, readable);
}
