/** The pcapng file format, version 1. @see draft-ietf-opsawg-pcapng */
import type { CaptureRecord, PacketRecord } from "./capture-record.ts";
import { malformed, type Malformed } from "./malformed.ts";

/** Block type of the Section Header Block; the same in both byte orders. */
export const sectionHeaderType = 0x0a0d0d0a;

const byteOrderMagic = 0x1a2b3c4d;
const blockTypes = { interfaceDescription: 1, obsoletePacket: 2, simplePacket: 3, enhancedPacket: 6 } as const;
const optionCodes = { end: 0, timestampResolution: 9, timestampOffset: 14 } as const;
/** Type and length before the body, length again behind it. */
const blockFrameBytes = 12;

interface Interface {
  readonly linkType: number;
  /** Zero: no limit. */
  readonly snapBytes: number;
  readonly ticksPerSecond: bigint;
  readonly offsetSeconds: bigint;
}

interface Section {
  readonly index: number;
  readonly isLittleEndian: boolean;
  /** `undefined`: described unreadably; it keeps its number, so that the next ones have theirs. */
  readonly interfaces: (Interface | undefined)[];
}

/**
 * Reads a pcapng file: several sections, each of its own byte order, each with several interfaces; never throws.
 * Blocks of other types (names, statistics, secrets, custom) are skipped, as the format asks.
 */
export function readPcapng(file: Uint8Array): CaptureRecord[] {
  const whole = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const records: CaptureRecord[] = [];
  let section: Section | undefined;
  let offset = 0;
  const stop = (cause: Malformed["cause"], reason: string): CaptureRecord[] => [
    ...records,
    { ...malformed("record", cause, reason), offsetBytes: offset },
  ];

  while (offset < whole.byteLength) {
    const left = whole.byteLength - offset;
    if (left < blockFrameBytes) return stop("cut", `a block needs ${blockFrameBytes} bytes, ${left} are there`);
    const isSectionHeader = whole.getUint32(offset) === sectionHeaderType;
    if (isSectionHeader) {
      const isLittleEndian = byteOrderAt(whole, offset + 8);
      if (isLittleEndian === undefined) return stop("invalid", "the section header has no byte-order magic");
      section = { index: section === undefined ? 0 : section.index + 1, isLittleEndian, interfaces: [] };
    }
    if (section === undefined) return stop("invalid", "the first block is no section header");
    const blockBytes = whole.getUint32(offset + 4, section.isLittleEndian);
    if (blockBytes < blockFrameBytes || blockBytes % 4 !== 0) {
      return stop("invalid", `a block cannot be ${blockBytes} bytes long`);
    }
    if (blockBytes > left) return stop("cut", `the block says ${blockBytes} bytes, ${left} are there`);
    const repeated = whole.getUint32(offset + blockBytes - 4, section.isLittleEndian);
    if (repeated !== blockBytes) return stop("invalid", `the block says ${blockBytes} bytes and ends with ${repeated}`);

    const type = whole.getUint32(offset, section.isLittleEndian);
    const body = file.subarray(offset + 8, offset + blockBytes - 4);
    if (isSectionHeader) {
      const problem = sectionProblem(body, section);
      if (problem !== undefined) return stop("invalid", problem);
    } else {
      const read = readBlock(type, body, section);
      if (read?.kind === "malformed") records.push({ ...read, offsetBytes: offset });
      else if (read !== undefined) records.push(read);
    }
    offset += blockBytes;
  }
  return records;
}

function byteOrderAt(view: DataView, offset: number): boolean | undefined {
  if (view.getUint32(offset, true) === byteOrderMagic) return true;
  return view.getUint32(offset, false) === byteOrderMagic ? false : undefined;
}

function sectionProblem(body: Uint8Array, { isLittleEndian }: Section): string | undefined {
  if (body.byteLength < 16) return `a section header's body needs 16 bytes, ${body.byteLength} are there`;
  const major = viewOf(body).getUint16(4, isLittleEndian);
  return major === 1 ? undefined : `pcapng version ${major} is not 1`;
}

function readBlock(type: number, body: Uint8Array, section: Section): PacketRecord | Malformed | undefined {
  switch (type) {
    case blockTypes.interfaceDescription: {
      const described = readInterface(body, section.isLittleEndian);
      const isReadable = !("kind" in described);
      section.interfaces.push(isReadable ? described : undefined);
      return isReadable ? undefined : described;
    }
    case blockTypes.enhancedPacket:
    case blockTypes.obsoletePacket:
      return readTimedPacket(type, body, section);
    case blockTypes.simplePacket:
      return readSimplePacket(body, section);
    default:
      return undefined;
  }
}

function readInterface(body: Uint8Array, isLittleEndian: boolean): Interface | Malformed {
  const short = shortBody(body, 8, "an interface description");
  if (short) return short;
  const view = viewOf(body);
  let ticksPerSecond = 1_000_000n;
  let offsetSeconds = 0n;
  for (let offset = 8; offset + 4 <= view.byteLength;) {
    const code = view.getUint16(offset, isLittleEndian);
    const length = view.getUint16(offset + 2, isLittleEndian);
    const value = offset + 4;
    if (code === optionCodes.end) break;
    if (value + length > view.byteLength) {
      return malformed(
        "record",
        "invalid",
        `option ${code} says ${length} bytes, ${view.byteLength - value} are there`,
      );
    }
    if (code === optionCodes.timestampResolution && length >= 1) ticksPerSecond = ticks(view.getUint8(value));
    if (code === optionCodes.timestampOffset && length >= 8) offsetSeconds = view.getBigInt64(value, isLittleEndian);
    offset = value + Math.ceil(length / 4) * 4;
  }
  return {
    linkType: view.getUint16(0, isLittleEndian),
    snapBytes: view.getUint32(4, isLittleEndian),
    ticksPerSecond,
    offsetSeconds,
  };
}

/** if_tsresol: a negative power of 2 when the highest bit is set, else of 10. */
function ticks(resolution: number): bigint {
  return (resolution & 0x80 ? 2n : 10n) ** BigInt(resolution & 0x7f);
}

/** Enhanced Packet Block, and the Packet Block it replaced: that one has a 16-bit interface and a drop count in the first word. */
function readTimedPacket(type: number, body: Uint8Array, section: Section): PacketRecord | Malformed {
  const short = shortBody(body, 20, "a packet block");
  if (short) return short;
  const view = viewOf(body);
  const { isLittleEndian } = section;
  const interfaceIndex =
    type === blockTypes.enhancedPacket ? view.getUint32(0, isLittleEndian) : view.getUint16(0, isLittleEndian);
  const from = section.interfaces[interfaceIndex];
  if (from === undefined) return malformed("record", "invalid", `interface ${interfaceIndex} is not described`);
  const capturedBytes = view.getUint32(12, isLittleEndian);
  if (capturedBytes > body.byteLength - 20) {
    return malformed("record", "invalid", `the packet says ${capturedBytes} bytes, ${body.byteLength - 20} are there`);
  }
  const units = (BigInt(view.getUint32(4, isLittleEndian)) << 32n) | BigInt(view.getUint32(8, isLittleEndian));
  return {
    kind: "packet",
    sectionIndex: section.index,
    interfaceIndex,
    linkType: from.linkType,
    timestampNs: from.offsetSeconds * 1_000_000_000n + (units * 1_000_000_000n) / from.ticksPerSecond,
    originalBytes: view.getUint32(16, isLittleEndian),
    bytes: body.subarray(20, 20 + capturedBytes),
  };
}

/** Simple Packet Block: of interface 0, without a time; as long as on the wire or as the interface's limit. */
function readSimplePacket(body: Uint8Array, section: Section): PacketRecord | Malformed {
  const short = shortBody(body, 4, "a simple packet block");
  if (short) return short;
  const from = section.interfaces[0];
  if (from === undefined) return malformed("record", "invalid", "interface 0 is not described");
  const originalBytes = viewOf(body).getUint32(0, section.isLittleEndian);
  const capturedBytes = from.snapBytes === 0 ? originalBytes : Math.min(originalBytes, from.snapBytes);
  if (capturedBytes > body.byteLength - 4) {
    return malformed("record", "invalid", `the packet says ${capturedBytes} bytes, ${body.byteLength - 4} are there`);
  }
  return {
    kind: "packet",
    sectionIndex: section.index,
    interfaceIndex: 0,
    linkType: from.linkType,
    timestampNs: null,
    originalBytes,
    bytes: body.subarray(4, 4 + capturedBytes),
  };
}

function shortBody(body: Uint8Array, neededBytes: number, what: string): Malformed | undefined {
  if (body.byteLength >= neededBytes) return undefined;
  return malformed("record", "invalid", `${what} needs ${neededBytes} bytes, ${body.byteLength} are there`);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
