/** IP of either version, by what announces it. */
import type { ByteWindow } from "./byte-window.ts";
import { dissectIpv4 } from "./dissect-ipv4.ts";
import { dissectIpv6 } from "./dissect-ipv6.ts";
import type { Malformed } from "./malformed.ts";
import type { IpPacket, NotIp } from "./packet.ts";

/** The EtherTypes that are told apart. */
export const etherTypes = { ipv4: 0x0800, ipv6: 0x86dd } as const;

/** Reads what Ethernet or GRE announces by its type; never throws. */
export function dissectByEtherType(packet: ByteWindow, etherType: number): IpPacket | NotIp | Malformed {
  switch (etherType) {
    case etherTypes.ipv4:
      return dissectIpv4(packet);
    case etherTypes.ipv6:
      return dissectIpv6(packet);
    default:
      return { kind: "not-ip", etherType };
  }
}

/** Reads a packet that stands by itself: its first four bits tell the version. */
export function dissectRawIp(packet: ByteWindow): IpPacket | Malformed {
  const problem = packet.lacks(1, "raw-ip", "an IP packet");
  if (problem) return problem;
  return packet.uint8(0) >> 4 === 6 ? dissectIpv6(packet) : dissectIpv4(packet);
}
