import { FrameError } from "./errors.ts";

/** One named text or run of bytes of a configuration. */
export interface Frame {
  /** Lower-case words and digits joined by `-` and `/`, e.g. `change/interfaces`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

const namePattern = /^[a-z][a-z0-9]*(?:[-/][a-z0-9]+)*$/;
const longestHeaderBytes = 128;
/** The router's reader takes sizes of at most eight digits. */
const largestFrameBytes = 99_999_999;

/** A stream of `NAME SPACE BYTES LF` headers, each followed by exactly that many bytes. Throws on a name the router would refuse. */
export function encodeFrames(frames: readonly Frame[]): Buffer {
  return Buffer.concat(
    frames.flatMap(({ name, bytes }) => {
      if (!namePattern.test(name) || name.length > longestHeaderBytes - 10)
        throw new TypeError(`${JSON.stringify(name)} is no name of a frame: lower-case words joined by - and /`);
      if (bytes.byteLength > largestFrameBytes)
        throw new TypeError(`the frame ${name} is larger than ${largestFrameBytes} bytes`);
      return [Buffer.from(`${name} ${bytes.byteLength}\n`), bytes];
    }),
  );
}

/** The frames of a whole stream, in order. Throws {@link FrameError} on anything that is not exactly such a stream, a name given twice included. */
export function decodeFrames(stream: Uint8Array): Frame[] {
  const buffer = Buffer.from(stream.buffer, stream.byteOffset, stream.byteLength);
  const frames: Frame[] = [];
  const seen = new Set<string>();
  let offset = 0;
  while (offset < buffer.length) {
    const { name, size, end } = readHeader(buffer, offset);
    if (seen.has(name)) throw new FrameError(offset, `the frame ${name} is given twice`);
    seen.add(name);
    if (end + size > buffer.length)
      throw new FrameError(offset, `the frame ${name} promises ${size} bytes, ${buffer.length - end} are there`);
    frames.push({ name, bytes: buffer.subarray(end, end + size) });
    offset = end + size;
  }
  return frames;
}

function readHeader(buffer: Buffer, offset: number): { name: string; size: number; end: number } {
  const newline = buffer.subarray(offset, offset + longestHeaderBytes).indexOf(0x0a);
  if (newline === -1) throw new FrameError(offset, "a header has no end of line");
  const header = buffer.toString("latin1", offset, offset + newline);
  const [, name = "", digits = ""] = /^([^ ]+) (\d{1,8})$/.exec(header) ?? [];
  if (!namePattern.test(name)) throw new FrameError(offset, `${JSON.stringify(header)} is not a header`);
  return { name, size: Number(digits), end: offset + newline + 1 };
}
