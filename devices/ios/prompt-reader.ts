/**
 * Bytes of an IOS terminal in, lines and pauses out. A state machine without a clock and without a device, so that it can be
 * handed anything: what it keeps is bounded, and so is the time it takes for a byte.
 */
import { classifyPause, type Pause } from "./classify-pause.ts";

/** What the bytes were. */
export type ReaderEvent =
  | { readonly kind: "line"; readonly text: string }
  /** The bytes ended within a line: what stands there, and what it may be waiting for. */
  | { readonly kind: "pause"; readonly pause: Pause };

/** A longer line is given out in parts. */
const maxLineBytes = 16 * 1024;
/** A longer escape sequence is none. */
const maxSequenceBytes = 64;

const escape = 0x1b;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const backspace = 0x08;

/** Reads what a terminal would show: overwriting, backspaces and erasing are done, colours and bells are dropped. */
export class PromptReader {
  #cells: number[] = [];
  #column = 0;
  #sequence: number[] | null = null;
  #lastPause = "";
  readonly #hostnames: string[] = [];
  readonly #decoder = new TextDecoder();

  /** The names a prompt may begin with; none yet: any name. */
  get hostnames(): readonly string[] {
    return this.#hostnames;
  }

  /** From now on a prompt begins with this name, or with one learnt before: a rename may be taken back. */
  learn(hostname: string): void {
    if (!this.#hostnames.includes(hostname)) this.#hostnames.push(hostname);
  }

  /** What these bytes complete. A pause is given when the text that the bytes end in is another than before. */
  push(bytes: Uint8Array): ReaderEvent[] {
    const events: ReaderEvent[] = [];
    for (const byte of bytes) this.#take(byte, events);
    const text = this.#text();
    if (text !== this.#lastPause || events.length > 0) {
      this.#lastPause = text;
      events.push({ kind: "pause", pause: classifyPause(text, this.#hostnames) });
    }
    return events;
  }

  #take(byte: number, events: ReaderEvent[]): void {
    // No line is lost in a sequence that was cut off.
    if (byte === lineFeed || byte === escape) this.#sequence = null;
    if (this.#sequence) this.#takeSequence(this.#sequence, byte);
    else if (byte === escape) this.#sequence = [];
    else if (byte === lineFeed) this.#endLine(events);
    else if (byte === carriageReturn) this.#column = 0;
    else if (byte === backspace) this.#column = Math.max(0, this.#column - 1);
    else if (byte >= 0x20 && byte !== 0x7f) this.#put(byte, events);
    else if (byte === 0x09) this.#put(0x20, events);
  }

  #put(byte: number, events: ReaderEvent[]): void {
    this.#cells[this.#column] = byte;
    this.#column += 1;
    if (this.#cells.length >= maxLineBytes) this.#endLine(events);
  }

  #endLine(events: ReaderEvent[]): void {
    events.push({ kind: "line", text: this.#text() });
    this.#cells = [];
    this.#column = 0;
  }

  /** ECMA-48: `ESC [ parameters final`, or `ESC` and one byte. */
  #takeSequence(sequence: number[], byte: number): void {
    sequence.push(byte);
    const isControl = sequence[0] === 0x5b;
    if (isControl && sequence.length === 1) return;
    const isOver = isControl ? byte >= 0x40 && byte <= 0x7e : byte < 0x20 || byte > 0x2f;
    if (!isOver && sequence.length < maxSequenceBytes) return;
    this.#sequence = null;
    // ESC [ K erases from here, ESC [ 2 K the whole line: pagers clean up by them.
    if (isControl && byte === 0x4b)
      this.#cells.length = sequence[1] === 0x32 ? 0 : Math.min(this.#column, this.#cells.length);
    if (isControl && byte === 0x4b && sequence[1] === 0x32) this.#column = 0;
  }

  #text(): string {
    return this.#decoder.decode(Uint8Array.from(this.#cells, (cell: number | undefined) => cell ?? 0x20)).trimEnd();
  }
}
