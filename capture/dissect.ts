/** A captured packet to its layers. */
import { ByteWindow } from "./byte-window.ts";
import { linkTypes, type PacketRecord } from "./capture-record.ts";
import { dissectByEtherType, dissectRawIp } from "./dissect-ip.ts";
import { malformed } from "./malformed.ts";
import type { Frame, LinkHeader, SllPacketType } from "./packet.ts";

const vlanTags: readonly number[] = [0x8100, 0x88a8, 0x9100];
/** At or below this the Ethernet type field is a length (IEEE 802.3). */
const largestLength = 1500;
const sllPacketTypes: readonly SllPacketType[] = ["to-us", "broadcast", "multicast", "to-others", "sent-by-us"];

/**
 * Reads a packet of link type Ethernet, Linux cooked (both versions) or raw IP down to IP and what it carries; never throws.
 *
 * @example
 * ```ts
 * const { network } = dissect(record);
 * if (network.kind === "ipv4" && network.payload.kind === "esp") sizes.push(network.totalBytes);
 * ```
 */
export function dissect(record: PacketRecord): Frame {
  const frame = new ByteWindow(record.bytes, record.originalBytes > record.bytes.byteLength);
  switch (record.linkType) {
    case linkTypes.ethernet:
      return dissectEthernet(frame);
    case linkTypes.linuxSll:
      return dissectSll(frame);
    case linkTypes.linuxSll2:
      return dissectSll2(frame);
    case linkTypes.raw:
    case linkTypes.rawBsd:
    case linkTypes.rawOpenBsd:
    case linkTypes.ipv4:
    case linkTypes.ipv6:
      return { link: { kind: "raw-ip" }, network: dissectRawIp(frame) };
    default: {
      const reason = `link type ${record.linkType} is not read (Ethernet, LINUX_SLL, LINUX_SLL2 and raw IP are)`;
      return { link: null, network: malformed("record", "invalid", reason) };
    }
  }
}

function dissectEthernet(frame: ByteWindow): Frame {
  const problem = frame.lacks(14, "ethernet", "an Ethernet header");
  if (problem) return { link: null, network: problem };
  const vlanIds: number[] = [];
  const link: LinkHeader = {
    kind: "ethernet",
    destination: frame.macAddress(0),
    source: frame.macAddress(6),
    vlanIds,
  };
  let typeAt = 12;
  while (vlanTags.includes(frame.uint16(typeAt))) {
    const missing = frame.lacks(typeAt + 6, "ethernet", "an Ethernet header with a VLAN tag");
    if (missing) return { link, network: missing };
    vlanIds.push(frame.uint16(typeAt + 2) & 0xfff);
    typeAt += 4;
  }
  const etherType = frame.uint16(typeAt);
  if (etherType <= largestLength) return { link, network: { kind: "not-ip", etherType: null } };
  return { link, network: dissectByEtherType(frame.from(typeAt + 2), etherType) };
}

/** LINKTYPE_LINUX_SLL: type, device type, address length, address, protocol. */
function dissectSll(frame: ByteWindow): Frame {
  const problem = frame.lacks(16, "linux-sll", "a Linux cooked header");
  if (problem) return { link: null, network: problem };
  const link: LinkHeader = { kind: "linux-sll", packetType: sllPacketTypes[frame.uint16(0)] ?? "unknown" };
  return { link, network: dissectByEtherType(frame.from(16), frame.uint16(14)) };
}

/** LINKTYPE_LINUX_SLL2: protocol, reserved, interface number, device type, packet type, address length, address. */
function dissectSll2(frame: ByteWindow): Frame {
  const problem = frame.lacks(20, "linux-sll2", "a Linux cooked header of version 2");
  if (problem) return { link: null, network: problem };
  const link: LinkHeader = {
    kind: "linux-sll2",
    packetType: sllPacketTypes[frame.uint8(10)] ?? "unknown",
    interfaceNumber: frame.uint32(4),
  };
  return { link, network: dissectByEtherType(frame.from(20), frame.uint16(0)) };
}
