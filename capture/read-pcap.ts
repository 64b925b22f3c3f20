/** The pcap file format, version 2.4. @see draft-ietf-opsawg-pcap */
import type { CaptureRecord, MalformedRecord } from "./capture-record.ts";
import { malformed, type Malformed } from "./malformed.ts";

const fileHeaderBytes = 24;
const recordHeaderBytes = 16;

/** The first four bytes read in big-endian order, to byte order and unit of the timestamps' fractions. */
export const pcapMagics: ReadonlyMap<number, { readonly isLittleEndian: boolean; readonly fractionNs: bigint }> =
  new Map([
    [0xa1b2c3d4, { isLittleEndian: false, fractionNs: 1000n }],
    [0xd4c3b2a1, { isLittleEndian: true, fractionNs: 1000n }],
    [0xa1b23c4d, { isLittleEndian: false, fractionNs: 1n }],
    [0x4d3cb2a1, { isLittleEndian: true, fractionNs: 1n }],
  ]);

/** Reads a pcap file of either byte order, with microseconds or nanoseconds; never throws. */
export function readPcap(file: Uint8Array): CaptureRecord[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const magic = view.byteLength < 4 ? undefined : pcapMagics.get(view.getUint32(0));
  if (magic === undefined) return [at(0, "file", "invalid", "does not begin with a pcap magic number")];
  if (view.byteLength < fileHeaderBytes) {
    return [at(0, "file", "cut", `the file header needs ${fileHeaderBytes} bytes, ${view.byteLength} are there`)];
  }
  const { isLittleEndian, fractionNs } = magic;
  const version = `${view.getUint16(4, isLittleEndian)}.${view.getUint16(6, isLittleEndian)}`;
  if (version !== "2.4") return [at(4, "file", "invalid", `pcap version ${version} is not 2.4`)];
  // The upper half of the word tells of a frame check sequence; IPv4's total length makes it irrelevant here.
  const linkType = view.getUint32(20, isLittleEndian) & 0xffff;

  const records: CaptureRecord[] = [];
  let offset = fileHeaderBytes;
  while (offset < view.byteLength) {
    const left = view.byteLength - offset;
    if (left < recordHeaderBytes) {
      records.push(
        at(offset, "record", "cut", `a record's header needs ${recordHeaderBytes} bytes, ${left} are there`),
      );
      break;
    }
    const capturedBytes = view.getUint32(offset + 8, isLittleEndian);
    if (capturedBytes > left - recordHeaderBytes) {
      const there = left - recordHeaderBytes;
      records.push(at(offset, "record", "cut", `the record says ${capturedBytes} bytes, ${there} are there`));
      break;
    }
    const seconds = BigInt(view.getUint32(offset, isLittleEndian));
    const start = offset + recordHeaderBytes;
    records.push({
      kind: "packet",
      sectionIndex: 0,
      interfaceIndex: 0,
      linkType,
      timestampNs: seconds * 1_000_000_000n + BigInt(view.getUint32(offset + 4, isLittleEndian)) * fractionNs,
      originalBytes: view.getUint32(offset + 12, isLittleEndian),
      bytes: file.subarray(start, start + capturedBytes),
    });
    offset = start + capturedBytes;
  }
  return records;
}

function at(
  offsetBytes: number,
  layer: Malformed["layer"],
  cause: Malformed["cause"],
  reason: string,
): MalformedRecord {
  return { ...malformed(layer, cause, reason), offsetBytes };
}
