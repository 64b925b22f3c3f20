/** Fragments put together again (RFC 791 section 3.2, RFC 815), as the receiver does. */
import { ByteWindow } from "./byte-window.ts";
import type { CaptureRecord } from "./capture-record.ts";
import { dissectIpv4 } from "./dissect-ipv4.ts";
import { dissect } from "./dissect.ts";
import type { Ipv4Packet } from "./packet.ts";

/** A fragment by its place in the capture. */
export interface SeenFragment {
  readonly recordIndex: number;
  /** Of its own IP packet. */
  readonly totalBytes: number;
  readonly offsetBytes: number;
}

/** A whole packet, and the fragments that it came in; one, at offset 0, when it was never cut. */
export interface JoinedPacket {
  readonly packet: Ipv4Packet;
  readonly fragments: readonly SeenFragment[];
}

/** What became of the IPv4 packets of a capture. */
export interface JoinedCapture {
  /** In the order in which they became whole. */
  readonly packets: readonly JoinedPacket[];
  /** Fragments of packets that never became whole. */
  readonly incomplete: readonly SeenFragment[];
  /** Fragments that overlap others: nobody knows whose bytes count, so their packets are given up (RFC 5722 asks that of IPv6). */
  readonly overlapping: readonly SeenFragment[];
}

interface Part extends SeenFragment {
  readonly packet: Ipv4Packet;
}

const headerBytes = 20;

/** Joins what belongs together: same source, destination, protocol and identification. Never throws; other records are passed over. */
export function joinFragments(records: readonly CaptureRecord[]): JoinedCapture {
  const packets: JoinedPacket[] = [];
  const overlapping: SeenFragment[] = [];
  const waiting = new Map<string, Part[]>();
  for (const [recordIndex, record] of records.entries()) {
    const network = record.kind === "malformed" ? record : dissect(record).network;
    if (network.kind !== "ipv4") continue;
    const part = { recordIndex, totalBytes: network.totalBytes, offsetBytes: network.fragmentOffsetBytes };
    if (!network.moreFragments && network.fragmentOffsetBytes === 0) {
      packets.push({ packet: network, fragments: [part] });
      continue;
    }
    const key = `${network.source} ${network.destination} ${network.protocol} ${network.identification}`;
    const parts = [...(waiting.get(key) ?? []), { ...part, packet: network }].sort(
      (a, b) => a.offsetBytes - b.offsetBytes,
    );
    waiting.set(key, parts);
    if (parts.some((each, index) => index > 0 && endOf(parts[index - 1]) > each.offsetBytes)) {
      overlapping.push(...parts.map(bare));
      waiting.delete(key);
    } else if (isWhole(parts)) {
      waiting.delete(key);
      const packet = join(parts);
      if (packet) packets.push({ packet, fragments: parts.map(bare) });
    }
  }
  return { packets, overlapping, incomplete: [...waiting.values()].flat().map(bare) };
}

const endOf = (part: Part | undefined): number => (part ? part.offsetBytes + part.packet.body.byteLength : 0);
const bare = ({ recordIndex, totalBytes, offsetBytes }: Part): SeenFragment => ({
  recordIndex,
  totalBytes,
  offsetBytes,
});

function isWhole(parts: readonly Part[]): boolean {
  return (
    parts.every((part, index) => part.offsetBytes === endOf(parts[index - 1])) &&
    parts.at(-1)?.packet.moreFragments === false
  );
}

/** The packet as its sender made it, but for options and checksum; undefined when it would be larger than IP allows. */
function join(parts: readonly Part[]): Ipv4Packet | undefined {
  const totalBytes = headerBytes + endOf(parts.at(-1));
  const first = parts[0]?.packet;
  if (!first || totalBytes > 0xffff) return undefined;
  const bytes = new Uint8Array(totalBytes);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 0x45);
  view.setUint16(2, totalBytes);
  view.setUint16(4, first.identification);
  view.setUint8(8, first.timeToLive);
  view.setUint8(9, first.protocol);
  bytes.set(first.source.split(".").map(Number), 12);
  bytes.set(first.destination.split(".").map(Number), 16);
  for (const { packet, offsetBytes } of parts) bytes.set(packet.body, headerBytes + offsetBytes);
  const joined = dissectIpv4(new ByteWindow(bytes, false));
  return joined.kind === "ipv4" ? joined : undefined;
}
