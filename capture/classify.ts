/** What travelled between two outer addresses, counted by kind: the evidence of the wire. */
import type { CaptureRecord } from "./capture-record.ts";
import { dissect } from "./dissect.ts";
import { ipProtocols } from "./dissect-payload.ts";
import type { Malformed } from "./malformed.ts";
import type { Ipv4Packet } from "./packet.ts";

/**
 * - `esp`: IP protocol 50; `esp-in-udp`: ESP on UDP port 4500
 * - `ike`: on UDP port 500, or on 4500 behind the non-ESP marker
 * - `gre-in-clear`: IP protocol 47, whatever is in it: it should have been inside ESP
 * - `fragment`: a later fragment of UDP whose first one was not captured, so that nothing tells what it belongs to
 * - `malformed`: UDP whose header could not be read
 */
export const outerKinds = [
  "esp",
  "esp-in-udp",
  "ike",
  "nat-keepalive",
  "icmp",
  "gre-in-clear",
  "fragment",
  "malformed",
  "other",
] as const;
export type OuterKind = (typeof outerKinds)[number];

/** The packets of one direction. */
export interface OuterDirection {
  /** Every kind is there, with 0 if none was seen. */
  readonly counts: Readonly<Record<OuterKind, number>>;
  /** IP total length of each ESP packet in the order of capture, in UDP or not; fragments are not among them. */
  readonly espTotalBytes: readonly number[];
  /** The same of GRE. */
  readonly greTotalBytes: readonly number[];
  /** How many of the packets were fragments, of any kind. */
  readonly fragmentCount: number;
}

/** What a capture says about two outer addresses. */
export interface OuterTraffic {
  /** Both directions together. */
  readonly counts: Readonly<Record<OuterKind, number>>;
  readonly leftToRight: OuterDirection;
  readonly rightToLeft: OuterDirection;
  /** Packets of other addresses, and frames that are not IPv4. */
  readonly elsewhereCount: number;
  /** Records in which no addresses could be read. With any of these, "nothing was seen" is not known. */
  readonly unreadable: readonly { readonly recordIndex: number; readonly malformed: Malformed }[];
}

interface DirectionInMaking {
  counts: Record<OuterKind, number>;
  espTotalBytes: number[];
  greTotalBytes: number[];
  fragmentCount: number;
}

/**
 * Counts the packets that one of the two addresses sent to the other; never throws.
 * A capture on several interfaces at once (`-i any`) counts a forwarded packet more than once: capture on one.
 *
 * @example
 * ```ts
 * const traffic = classifyBetween(readCapture(stdout), "198.51.100.2", "203.0.113.2");
 * traffic.counts["gre-in-clear"]; // 0
 * traffic.leftToRight.espTotalBytes; // [1496, 1496]
 * ```
 */
export function classifyBetween(records: readonly CaptureRecord[], left: string, right: string): OuterTraffic {
  const leftToRight = emptyDirection();
  const rightToLeft = emptyDirection();
  const unreadable: { recordIndex: number; malformed: Malformed }[] = [];
  /** Kind of a fragmented packet, known from its first fragment; by addresses, protocol and identification (RFC 791). */
  const kindOfFragments = new Map<string, OuterKind>();
  let elsewhereCount = 0;

  for (const [recordIndex, record] of records.entries()) {
    const network = record.kind === "malformed" ? record : dissect(record).network;
    if (network.kind === "malformed") {
      unreadable.push({ recordIndex, malformed: network });
      continue;
    }
    const direction = network.kind === "ipv4" ? directionOf(network) : undefined;
    if (network.kind !== "ipv4" || direction === undefined) {
      elsewhereCount += 1;
      continue;
    }
    const fragmentKey = `${network.source} ${network.destination} ${network.protocol} ${network.identification}`;
    const kind = kindOf(network, kindOfFragments.get(fragmentKey));
    direction.counts[kind] += 1;
    if (isFragment(network)) {
      direction.fragmentCount += 1;
      if (network.fragmentOffsetBytes === 0) kindOfFragments.set(fragmentKey, kind);
    } else if (kind === "esp" || kind === "esp-in-udp") {
      direction.espTotalBytes.push(network.totalBytes);
    } else if (kind === "gre-in-clear") {
      direction.greTotalBytes.push(network.totalBytes);
    }
  }

  const counts = emptyCounts();
  for (const kind of outerKinds) counts[kind] = leftToRight.counts[kind] + rightToLeft.counts[kind];
  return { counts, leftToRight, rightToLeft, elsewhereCount, unreadable };

  function directionOf(packet: Ipv4Packet): DirectionInMaking | undefined {
    if (packet.source === left && packet.destination === right) return leftToRight;
    return packet.source === right && packet.destination === left ? rightToLeft : undefined;
  }
}

/** By protocol number first: GRE in clear and ESP are known even from a later fragment or a broken header. */
function kindOf(packet: Ipv4Packet, kindOfFirst: OuterKind | undefined): OuterKind {
  switch (packet.protocol) {
    case ipProtocols.gre:
      return "gre-in-clear";
    case ipProtocols.esp:
      return "esp";
    case ipProtocols.icmp:
      return "icmp";
    case ipProtocols.udp:
      return kindOfUdp(packet, kindOfFirst);
    default:
      return "other";
  }
}

function kindOfUdp({ payload }: Ipv4Packet, kindOfFirst: OuterKind | undefined): OuterKind {
  switch (payload.kind) {
    case "esp":
      return "esp-in-udp";
    case "ike":
    case "nat-keepalive":
    case "malformed":
      return payload.kind;
    case "later-fragment":
      return kindOfFirst ?? "fragment";
    case "udp":
    case "icmp":
    case "icmpv6":
    case "tcp":
    case "gre":
    case "ospf":
    case "other":
      return "other";
  }
}

function isFragment(packet: Ipv4Packet): boolean {
  return packet.moreFragments || packet.fragmentOffsetBytes > 0;
}

function emptyDirection(): DirectionInMaking {
  return { counts: emptyCounts(), espTotalBytes: [], greTotalBytes: [], fragmentCount: 0 };
}

function emptyCounts(): Record<OuterKind, number> {
  return {
    esp: 0,
    "esp-in-udp": 0,
    ike: 0,
    "nat-keepalive": 0,
    icmp: 0,
    "gre-in-clear": 0,
    fragment: 0,
    malformed: 0,
    other: 0,
  };
}
