/** What a capture file holds, whatever its format. */
import type { Malformed } from "./malformed.ts";

/** Link types that `dissect` reads, by their numbers in the file. @see https://www.tcpdump.org/linktypes.html */
export const linkTypes = {
  ethernet: 1,
  /** RAW IP as some systems number it in a file. */
  rawBsd: 12,
  rawOpenBsd: 14,
  raw: 101,
  linuxSll: 113,
  ipv4: 228,
  ipv6: 229,
  linuxSll2: 276,
} as const;

/** One captured packet; its bytes are a view of the file's bytes, not a copy. */
export interface PacketRecord {
  readonly kind: "packet";
  /** Sections are counted from 0; a pcap file is one section. */
  readonly sectionIndex: number;
  /** Interfaces are counted from 0 in each section; a pcap file has one. */
  readonly interfaceIndex: number;
  /** A number of `linkTypes`, or one that is not read. */
  readonly linkType: number;
  /** Nanoseconds since 1970-01-01 UTC; finer units are rounded down. `null` where the block carries no time. */
  readonly timestampNs: bigint | null;
  /** Length on the wire in bytes; more than `bytes` holds when the capture was limited (`tcpdump -s`). */
  readonly originalBytes: number;
  readonly bytes: Uint8Array;
}

/** A place of the file that could not be read. Reading goes on behind it only where the file's framing allows. */
export interface MalformedRecord extends Malformed {
  /** Where in the file, in bytes from its start. */
  readonly offsetBytes: number;
}

/** In the file's order. */
export type CaptureRecord = PacketRecord | MalformedRecord;
