/** Byte streams for the prompt reader: what devices print, mutated, and noise; the same for the same seed. */
import { classifyPause } from "../../devices/ios/classify-pause.ts";
import { PromptReader, type ReaderEvent } from "../../devices/ios/prompt-reader.ts";

/** Marsaglia's xorshift32: numbers from 0 up to, not including, the bound. */
function dice(seed: number): (bound: number) => number {
  let state = seed | 0 || 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

const pieces = [
  "R1#",
  "R1>",
  "R1(config)#",
  "R1(config-if)#",
  "R1(ipsec-profile)#",
  "R1(cfg-crypto-trans)#",
  "a-very-long-hostna(config)#",
  "show crypto ipsec sa",
  "interface Tunnel0",
  "\r\n",
  "\n",
  "\r",
  "\b",
  "\b".repeat(10) + " ".repeat(10) + "\b".repeat(10),
  " --More-- ",
  " -- More -- ",
  "\u001b[K --More-- ",
  "\u001b[7m--More--\u001b[27m",
  "\u001b[2K",
  "\u001b[",
  "\u001b",
  "\u001b]0;R1#\u0007",
  "*Nov  1 10:00:00.000: %SYS-5-CONFIG_I: Configured from console",
  "% Invalid input detected at '^' marker.",
  "            ^",
  "[confirm]",
  "[yes/no]: ",
  "Destination filename [startup-config]? ",
  "Password: ",
  "Username: ",
  "Press RETURN to get started!",
  "Would you like to enter the initial configuration dialog? [yes/no]: ",
  "Building configuration...",
  "#####",
  ">>>>",
  "((((((((",
  "))))",
  "[[[[[[[[[[[[",
  "\u0000",
  "\u0003",
  "\u0007",
  "\u00ff\u00fe",
  "\u00c3\u00a9",
  "x".repeat(300),
  " ".repeat(300),
].map((text) => Uint8Array.from(text, (character) => character.charCodeAt(0)));

/** A stream of some hundred bytes; one in a few thousand has some tens of thousands, in one line. */
function makeStream(next: (bound: number) => number): Uint8Array {
  const bytes: number[] = [];
  const isLong = next(4_000) === 0;
  const count = isLong ? 400 : 1 + next(14);
  for (let index = 0; index < count; index += 1) {
    const kind = next(10);
    if (kind < 7) bytes.push(...(pieces[next(pieces.length)] ?? []));
    else if (kind < 9) for (let noise = next(24); noise > 0; noise -= 1) bytes.push(next(256));
    else for (let ascii = next(24); ascii > 0; ascii -= 1) bytes.push(0x20 + next(0x5f));
  }
  for (let changes = next(4); changes > 0 && bytes.length > 0; changes -= 1) bytes[next(bytes.length)] = next(256);
  return Uint8Array.from(isLong ? bytes.map((byte) => (byte === 0x0a ? 0x2e : byte)) : bytes);
}

type MakeReader = () => Pick<PromptReader, "push" | "learn">;

/** What went wrong with a stream, or `null`. */
function faultOf(bytes: Uint8Array, next: (bound: number) => number, makeReader: MakeReader): string | null {
  const knows = next(2) === 0;
  const beganMs = performance.now();
  const whole = read([bytes], knows, makeReader);
  // What takes long does so every time; a machine that was busy elsewhere does not.
  if (performance.now() - beganMs > 100 && [1, 2, 3].every(() => timeOf(() => read([bytes], knows, makeReader)) > 100))
    return "it took more than 100 ms, four times";
  const feeds = bytes.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0);
  if (bytes.length < 16_000 && whole.lines.length !== feeds)
    return `${feeds} line feeds gave ${whole.lines.length} lines`;
  if (whole.lines.some((line) => line.length > 16_384)) return "a line is longer than the bound";
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + 1 + next(40));
    chunks.push(bytes.subarray(at, end));
    at = end;
  }
  const parted = read(chunks, whole.knows, makeReader);
  if (parted.lines.join("\n") !== whole.lines.join("\n")) return "cut into pieces it gives other lines";
  if (JSON.stringify(parted.pause) !== JSON.stringify(whole.pause)) return "cut into pieces it ends in another pause";
  return null;
}

function timeOf(work: () => unknown): number {
  const beganMs = performance.now();
  work();
  return performance.now() - beganMs;
}

function read(chunks: readonly Uint8Array[], knows: boolean, makeReader: MakeReader) {
  const reader = makeReader();
  if (knows) reader.learn("R1");
  const events: ReaderEvent[] = chunks.flatMap((chunk) => reader.push(chunk));
  const lines = events.flatMap((event) => (event.kind === "line" ? [event.text] : []));
  const last = events.findLast((event) => event.kind === "pause");
  return { knows, lines, pause: last?.kind === "pause" ? last.pause : classifyPause("", []) };
}

/** Reads so many streams; throws with seed and bytes at the first fault. */
export function fuzzPromptReader(count: number, seed: number, makeReader: MakeReader = () => new PromptReader()): void {
  for (let index = 0; index < count; index += 1) {
    const own = seed + index * 2_654_435_761;
    const next = dice(own);
    const bytes = makeStream(next);
    let fault: string | null;
    try {
      fault = faultOf(bytes, next, makeReader);
    } catch (error) {
      fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
    if (fault !== null)
      throw new Error(`stream ${index} of seed ${seed}: ${fault}\n${Buffer.from(bytes).toString("base64")}`);
  }
}
