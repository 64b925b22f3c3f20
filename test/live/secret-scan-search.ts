/** Looks for many patterns in much data in one pass, also in archives: gzip, zip and tar, one in another. */
import { gunzipSync, inflateRawSync } from "node:zlib";
import type { Pattern, Secret } from "./secret-scan-forms.ts";

/** A secret at a place: what, in which form, how often. Never the secret. */
export interface Hit {
  readonly secret: string;
  readonly form: string;
  readonly count: number;
}

interface Candidate extends Pattern {
  readonly secret: string;
}

const tableBits = 20;
const probeBytes = 4;

/** Many patterns, searched for by their first four bytes. */
export class SecretSearch {
  readonly #candidates = new Map<number, Candidate[]>();
  readonly #table = new Uint8Array(1 << tableBits);

  constructor(secrets: readonly Secret[]) {
    for (const secret of secrets)
      for (const pattern of secret.patterns) {
        if (pattern.bytes.length < probeBytes) throw new Error(`a pattern of ${secret.name} is too short to look for`);
        const probe = pattern.bytes.readInt32BE(0);
        this.#table[slotOf(probe)] = 1;
        this.#candidates.set(probe, [...(this.#candidates.get(probe) ?? []), { ...pattern, secret: secret.name }]);
      }
  }

  /** What stands in the bytes. */
  find(bytes: Buffer): Hit[] {
    return summed(this.#ranges(bytes));
  }

  /** The text with every secret replaced: for places, which are printed. */
  redact(text: string): string {
    const bytes = Buffer.from(text);
    const parts: string[] = [];
    let end = 0;
    for (const { from, to } of [...this.#ranges(bytes)].sort((a, b) => a.from - b.from)) {
      if (from > end || parts.length === 0) parts.push(bytes.toString("utf8", end, from), "(secret)");
      end = Math.max(end, to);
    }
    return [...parts, bytes.toString("utf8", end)].join("");
  }

  *#ranges(bytes: Buffer): Generator<Candidate & { readonly from: number; readonly to: number }> {
    const table = this.#table;
    let window = 0;
    for (let index = 0; index < bytes.length; index += 1) {
      window = (window << 8) | bytes[index]!;
      if (table[slotOf(window)] === 0 || index < probeBytes - 1) continue;
      const from = index - probeBytes + 1;
      for (const candidate of this.#candidates.get(window) ?? []) {
        const to = from + candidate.bytes.length;
        if (to <= bytes.length && bytes.compare(candidate.bytes, 0, candidate.bytes.length, from, to) === 0)
          yield { ...candidate, from, to };
      }
    }
  }
}

function slotOf(probe: number): number {
  return (probe ^ (probe >>> 13)) & ((1 << tableBits) - 1);
}

/** Runs that touch one another are one occurrence, in the form that most of them have. */
function summed(ranges: Iterable<{ secret: string; form: string; from: number; to: number }>): Hit[] {
  const occurrences = new Map<string, { end: number; runCounts: Map<string, number> }[]>();
  for (const { secret, form, from, to } of ranges) {
    const ofSecret = occurrences.get(secret) ?? [];
    occurrences.set(secret, ofSecret);
    let last = ofSecret.at(-1);
    if (!last || from > last.end) ofSecret.push((last = { end: to, runCounts: new Map() }));
    last.end = Math.max(last.end, to);
    last.runCounts.set(form, (last.runCounts.get(form) ?? 0) + 1);
  }
  return [...occurrences].flatMap(([secret, ofSecret]) => {
    const counts = new Map<string, number>();
    for (const { runCounts } of ofSecret) {
      const [form] = [...runCounts].reduce((most, next) => (next[1] > most[1] ? next : most));
      counts.set(form, (counts.get(form) ?? 0) + 1);
    }
    return [...counts].map(([form, count]) => ({ secret, form, count }));
  });
}

/** Bytes at a place; what is packed in them is a place below. */
export interface Layer {
  readonly place: string;
  readonly bytes: Buffer;
}

/** Compressed in a way that is not looked through, or damaged: what is in it stays unknown. */
export class OpaqueError extends Error {
  override readonly name = "OpaqueError";
}

const deepestLayer = 6;
const largestUnpackedBytes = 512 * 1024 * 1024;
const otherCompressions: readonly (readonly [string, Buffer])[] = [
  ["xz", Buffer.from("fd377a585a00", "hex")],
  ["zstd", Buffer.from("28b52ffd", "hex")],
  ["bzip2", Buffer.from("BZh")],
];

/**
 * The bytes, and everything packed in them. A tar archive is given by its entries alone, their names in the places.
 * @throws OpaqueError
 */
export function* layersOf(place: string, bytes: Buffer, depth = 0): Generator<Layer> {
  if (depth > deepestLayer) throw new OpaqueError(`${place}: packed more than ${deepestLayer} times`);
  if (isTar(bytes)) {
    for (const { name, content } of tarEntries(bytes, place)) yield* layersOf(`${place}:${name}`, content, depth + 1);
    return;
  }
  yield { place, bytes };
  if (bytes.length > 2 && bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8)
    yield* layersOf(
      `${place}:gunzipped`,
      unpacked(place, () => gunzipSync(bytes, { maxOutputLength: largestUnpackedBytes })),
      depth + 1,
    );
  else if (isZip(bytes))
    for (const { name, content } of zipEntries(bytes, place)) yield* layersOf(`${place}:${name}`, content, depth + 1);
  else {
    const compression = otherCompressions.find(([, magic]) => bytes.subarray(0, magic.length).equals(magic))?.[0];
    if (compression !== undefined && bytes.length > 16)
      throw new OpaqueError(`${place}: compressed by ${compression}, which this scan does not unpack`);
  }
}

function unpacked(place: string, unpack: () => Buffer): Buffer {
  try {
    return unpack();
  } catch (error) {
    throw new OpaqueError(`${place}: cannot be unpacked (${error instanceof Error ? error.message : String(error)})`);
  }
}

/** One file of an archive. */
export interface ArchiveEntry {
  readonly name: string;
  readonly content: Buffer;
  /** Permission bits, where the archive tells them. */
  readonly mode?: number;
  readonly ownerId?: number;
  readonly isFolder?: boolean;
}

const tarBlockBytes = 512;

function isTar(bytes: Buffer): boolean {
  return bytes.length >= tarBlockBytes && bytes.toString("latin1", 257, 262) === "ustar";
}

/** The files of a tar archive, as Docker and GNU tar write them (long names by GNU's `L` or by pax). */
export function* tarEntries(bytes: Buffer, place: string): Generator<ArchiveEntry> {
  let at = 0;
  let longName: string | undefined;
  while (at + tarBlockBytes <= bytes.length && bytes[at] !== 0) {
    const header = bytes.subarray(at, at + tarBlockBytes);
    const field = (from: number, length: number) => header.toString("utf8", from, from + length).split("\0")[0] ?? "";
    const size = parseInt(field(124, 12).trim() || "0", 8);
    const end = at + tarBlockBytes + size;
    if (!Number.isSafeInteger(size) || end > bytes.length)
      throw new OpaqueError(`${place}: the tar archive is cut off`);
    const content = bytes.subarray(at + tarBlockBytes, end);
    const type = field(156, 1);
    at = at + tarBlockBytes + Math.ceil(size / tarBlockBytes) * tarBlockBytes;
    if (type === "L") longName = content.toString("utf8").split("\0")[0];
    else if (type === "x") longName = /(?:^|\n)\d+ path=([^\n]*)\n/.exec(content.toString("utf8"))?.[1] ?? longName;
    else if (type !== "g") {
      const short = field(345, 155) === "" ? field(0, 100) : `${field(345, 155)}/${field(0, 100)}`;
      yield {
        name: longName ?? short,
        content,
        mode: parseInt(field(100, 8).trim() || "0", 8) & 0o7777,
        ownerId: parseInt(field(108, 8).trim() || "0", 8),
        isFolder: type === "5",
      };
      longName = undefined;
    }
  }
}

const zipEndMagic = 0x06054b50;
const zipEntryMagic = 0x02014b50;

function isZip(bytes: Buffer): boolean {
  return bytes.length >= 22 && bytes.readUInt32LE(0) === 0x04034b50;
}

/** The files of a zip archive, by its central directory. */
function* zipEntries(bytes: Buffer, place: string): Generator<ArchiveEntry> {
  let end = bytes.length - 22;
  while (end >= 0 && bytes.readUInt32LE(end) !== zipEndMagic) end -= 1;
  if (end < 0) throw new OpaqueError(`${place}: the zip archive has no end`);
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== zipEntryMagic)
      throw new OpaqueError(`${place}: the zip archive's directory is damaged`);
    const [method, packedBytes] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const local = bytes.readUInt32LE(at + 42);
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength!);
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(from, from + packedBytes);
    if (method !== 0 && method !== 8) throw new OpaqueError(`${place}:${name}: packed by the unknown method ${method}`);
    const content = method === 0 ? packed : unpacked(`${place}:${name}`, () => inflateRawSync(packed));
    yield { name, content };
    at += 46 + nameLength! + extraLength! + commentLength!;
  }
}
