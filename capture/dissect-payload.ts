/** The choice of what an IP packet carries, and ICMP of both versions (RFC 792, RFC 4443). */
import type { ByteWindow } from "./byte-window.ts";
import { dissectOspf } from "./dissect-ospf.ts";
import { dissectGre, dissectTcp } from "./dissect-transport.ts";
import { dissectEsp, dissectUdp } from "./dissect-udp.ts";
import type { Malformed } from "./malformed.ts";
import type { Icmp, Icmpv6, Ipv4Packet, Ipv6Packet, Payload } from "./packet.ts";

/** The IP protocol numbers that are read or told apart. */
export const ipProtocols = { icmp: 1, tcp: 6, udp: 17, gre: 47, esp: 50, icmpv6: 58, ospf: 89 } as const;

/** The two versions of IP number the same things alike, and quote packets of their own kind. */
export type Carrier =
  | {
      readonly version: 4;
      readonly protocol: number;
      /** Reads a quoted packet; `null` inside a quotation: nobody answers an ICMP error with one (RFC 1122 section 3.2.2). */
      readonly quote: ((packet: ByteWindow) => Ipv4Packet | Malformed) | null;
    }
  | {
      readonly version: 6;
      readonly protocol: number;
      /** The same of ICMPv6 (RFC 4443 section 2.4). */
      readonly quote: ((packet: ByteWindow) => Ipv6Packet | Malformed) | null;
    };

const icmpHeaderBytes = 8;
/** ICMP messages that quote the packet they are about (RFC 792): unreachable, source quench, redirect, time exceeded, parameter problem. */
const icmpErrorTypes: readonly number[] = [3, 4, 5, 11, 12];
/** Of ICMPv6 these are the lower half of the types (RFC 4443 section 2.1). */
const isIcmpv6Error = (type: number): boolean => type < 128;
const packetTooBig = 2;

/** Reads what stands behind the IP header, or behind the last extension header; never throws. */
export function dissectPayload(carrier: Carrier, body: ByteWindow): Payload {
  switch (carrier.protocol) {
    case ipProtocols.tcp:
      return dissectTcp(body);
    case ipProtocols.udp:
      return dissectUdp(body);
    case ipProtocols.gre:
      return dissectGre(body);
    case ipProtocols.esp:
      return dissectEsp(body, null);
  }
  if (carrier.version === 6)
    return carrier.protocol === ipProtocols.icmpv6 ? dissectIcmpv6(body, carrier.quote) : other;
  if (carrier.protocol === ipProtocols.icmp) return dissectIcmp(body, carrier.quote);
  // OSPF over IPv6 is version 3 (RFC 5340).
  return carrier.protocol === ipProtocols.ospf ? dissectOspf(body) : other;
}

const other = { kind: "other" } as const;

function dissectIcmp(
  message: ByteWindow,
  quote: ((packet: ByteWindow) => Ipv4Packet | Malformed) | null,
): Icmp | Malformed {
  const problem = message.lacks(icmpHeaderBytes, "icmp", "an ICMP header");
  if (problem) return problem;
  const type = message.uint8(0);
  const code = message.uint8(1);
  return {
    kind: "icmp",
    type,
    code,
    nextHopMtuBytes: type === 3 && code === 4 ? message.uint16(6) : null,
    echo: type === 8 || type === 0 ? dissectEcho(message) : null,
    quoted: icmpErrorTypes.includes(type) && quote ? quote(message.from(icmpHeaderBytes).asCut()) : null,
  };
}

function dissectIcmpv6(
  message: ByteWindow,
  quote: ((packet: ByteWindow) => Ipv6Packet | Malformed) | null,
): Icmpv6 | Malformed {
  const problem = message.lacks(icmpHeaderBytes, "icmpv6", "an ICMPv6 header");
  if (problem) return problem;
  const type = message.uint8(0);
  return {
    kind: "icmpv6",
    type,
    code: message.uint8(1),
    mtuBytes: type === packetTooBig ? message.uint32(4) : null,
    echo: type === 128 || type === 129 ? dissectEcho(message) : null,
    quoted: isIcmpv6Error(type) && quote ? quote(message.from(icmpHeaderBytes).asCut()) : null,
  };
}

const dissectEcho = (message: ByteWindow) => ({ identifier: message.uint16(4), sequence: message.uint16(6) });
