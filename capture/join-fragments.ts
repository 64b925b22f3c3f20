/** Fragments put together again (RFC 791 section 3.2, RFC 815; RFC 8200 section 4.5), as the receiver does. */
import { ByteWindow } from "./byte-window.ts";
import type { CaptureRecord } from "./capture-record.ts";
import { dissectRawIp } from "./dissect-ip.ts";
import { dissect } from "./dissect.ts";
import type { IpPacket, Ipv4Packet, Ipv6Packet } from "./packet.ts";

/** A fragment by its place in the capture. */
export interface SeenFragment {
  readonly recordIndex: number;
  /** Of its own IP packet. */
  readonly totalBytes: number;
  readonly offsetBytes: number;
}

/** A whole packet, and the fragments that it came in; one, at offset 0, when it was never cut. */
export interface JoinedPacket {
  readonly packet: IpPacket;
  readonly fragments: readonly SeenFragment[];
}

/** What became of the IP packets of a capture. */
export interface JoinedCapture {
  /** In the order in which they became whole. */
  readonly packets: readonly JoinedPacket[];
  /** Fragments of packets that never became whole. */
  readonly incomplete: readonly SeenFragment[];
  /** Fragments that overlap others: nobody knows whose bytes count, so their packets are given up (RFC 5722 asks that of IPv6). */
  readonly overlapping: readonly SeenFragment[];
}

interface Part extends SeenFragment {
  readonly packet: IpPacket;
}

/** Of a packet that is whole again, without options or extension headers. */
const headerBytes = { ipv4: 20, ipv6: 40 } as const;

/** Joins what belongs together: same source, destination, protocol and identification. Never throws; other records are passed over. */
export function joinFragments(records: readonly CaptureRecord[]): JoinedCapture {
  const packets: JoinedPacket[] = [];
  const overlapping: SeenFragment[] = [];
  const waiting = new Map<string, Part[]>();
  for (const [recordIndex, record] of records.entries()) {
    const network = record.kind === "malformed" ? record : dissect(record).network;
    if (network.kind !== "ipv4" && network.kind !== "ipv6") continue;
    const part = { recordIndex, totalBytes: network.totalBytes, offsetBytes: network.fragmentOffsetBytes };
    if (!network.moreFragments && network.fragmentOffsetBytes === 0) {
      packets.push({ packet: network, fragments: [part] });
      continue;
    }
    // With IPv6 the protocol is no part of it: only the first fragment's counts.
    const kind = network.kind === "ipv4" ? network.protocol : "ipv6";
    const key = `${network.source} ${network.destination} ${kind} ${network.identification}`;
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

/** The packet as its sender made it, but for options, extension headers and checksum; undefined when it would be larger than IP allows. */
function join(parts: readonly Part[]): IpPacket | undefined {
  const first = parts[0]?.packet;
  const bodyBytes = endOf(parts.at(-1));
  if (!first || bodyBytes + headerBytes.ipv4 > 0xffff) return undefined;
  const header = first.kind === "ipv4" ? ipv4Header(first, bodyBytes) : ipv6Header(first, bodyBytes);
  const bytes = new Uint8Array(header.length + bodyBytes);
  bytes.set(header);
  for (const { packet, offsetBytes } of parts) bytes.set(packet.body, header.length + offsetBytes);
  const joined = dissectRawIp(new ByteWindow(bytes, false));
  return joined.kind === "malformed" ? undefined : { ...joined, source: first.source, destination: first.destination };
}

/** The addresses are left out: they are known. */
function ipv4Header({ identification, timeToLive, protocol }: Ipv4Packet, bodyBytes: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(headerBytes.ipv4));
  view.setUint8(0, 0x45);
  view.setUint16(2, headerBytes.ipv4 + bodyBytes);
  view.setUint16(4, identification);
  view.setUint8(8, timeToLive);
  view.setUint8(9, protocol);
  return new Uint8Array(view.buffer);
}

/** The addresses are left out: they are known. */
function ipv6Header({ hopLimit, protocol }: Ipv6Packet, bodyBytes: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(headerBytes.ipv6));
  view.setUint8(0, 0x60);
  view.setUint16(4, bodyBytes);
  view.setUint8(6, protocol);
  view.setUint8(7, hopLimit);
  return new Uint8Array(view.buffer);
}
