/** IPv4 (RFC 791) and the choice of what it carries. */
import type { ByteWindow } from "./byte-window.ts";
import { dissectOspf } from "./dissect-ospf.ts";
import { dissectGre, dissectTcp } from "./dissect-transport.ts";
import { dissectEsp, dissectUdp } from "./dissect-udp.ts";
import { malformed, type Malformed } from "./malformed.ts";
import type { Icmp, Ipv4Packet, Payload } from "./packet.ts";

/** The EtherTypes that are told apart. */
export const etherTypes = { ipv4: 0x0800, ipv6: 0x86dd } as const;

/** The IP protocol numbers that are read or told apart. */
export const ipProtocols = { icmp: 1, tcp: 6, udp: 17, gre: 47, esp: 50, ospf: 89 } as const;

const shortestHeaderBytes = 20;
const icmpHeaderBytes = 8;
/** ICMP messages that quote the packet they are about (RFC 792): unreachable, source quench, redirect, time exceeded, parameter problem. */
const icmpErrorTypes: readonly number[] = [3, 4, 5, 11, 12];

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
  return { ...header, body: body.bytes, payload: dissectPayload(header, body, isQuoted) };
}

function dissectPayload(header: Omit<Ipv4Packet, "payload" | "body">, body: ByteWindow, isQuoted: boolean): Payload {
  if (header.fragmentOffsetBytes > 0) return { kind: "later-fragment" };
  // The rest of a first fragment is in the later ones: what is not here is cut off, not wrong.
  const readable = header.moreFragments ? body.asCut() : body;
  switch (header.protocol) {
    case ipProtocols.icmp:
      return dissectIcmp(readable, isQuoted);
    case ipProtocols.tcp:
      return dissectTcp(readable);
    case ipProtocols.udp:
      return dissectUdp(readable);
    case ipProtocols.gre:
      return dissectGre(readable);
    case ipProtocols.esp:
      return dissectEsp(readable, null);
    case ipProtocols.ospf:
      return dissectOspf(readable);
    default:
      return { kind: "other" };
  }
}

function dissectIcmp(message: ByteWindow, isQuoted: boolean): Icmp | Malformed {
  const problem = message.lacks(icmpHeaderBytes, "icmp", "an ICMP header");
  if (problem) return problem;
  const type = message.uint8(0);
  const code = message.uint8(1);
  const isEcho = type === 8 || type === 0;
  // Nobody answers an ICMP error with one (RFC 1122 section 3.2.2): inside a quotation the quoting ends.
  const hasQuotation = icmpErrorTypes.includes(type) && !isQuoted;
  return {
    kind: "icmp",
    type,
    code,
    nextHopMtuBytes: type === 3 && code === 4 ? message.uint16(6) : null,
    echo: isEcho ? { identifier: message.uint16(4), sequence: message.uint16(6) } : null,
    quoted: hasQuotation ? dissectPacket(message.from(icmpHeaderBytes).asCut(), true) : null,
  };
}
