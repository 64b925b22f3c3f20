/** What a pasted text is made of, line by line. */
import type { ReadCommand } from "./match-line.ts";
import type { PhysicalLine } from "./physical-lines.ts";

/** A text and the name it is told by: a file's, or `standard input`. */
export interface SourceText {
  readonly name: string;
  readonly text: string;
}

/**
 * `understood`: it says something of a tunnel. `ignored`: it is known to have no bearing, or is no command at all.
 * `unknown`: a command that is not in the table. `refused`: a router would not take it, or did not.
 */
export type LineStatus = "understood" | "ignored" | "unknown" | "refused";

/** A line with what became of it. */
export interface ReadLine extends PhysicalLine {
  readonly file: string;
  readonly status: LineStatus;
  /** Why it is ignored, unknown or refused, in a few words. */
  readonly reason: string;
  /** What a router printed before it: `R1(config-if)#`. */
  readonly prompt: string | null;
  /** The words after the prompt, with the blanks before them. */
  readonly words: string;
  readonly command: ReadCommand | null;
  /** The host its prompt names, when the line is read as another's. */
  readonly strayFrom: string | null;
}

/** All lines that are one router's. */
export interface DeviceText {
  readonly name: string;
  readonly file: string;
  readonly lines: readonly ReadLine[];
}

/** A run of lines behind another router's prompt. */
export interface StrayRun {
  readonly file: string;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly promptHost: string;
  readonly device: string;
  /** Why it is read so. */
  readonly because: string;
}

/** Pasted texts, read: every line once, in its file and, where it is a router's, with its router. */
export interface Transcript {
  readonly files: readonly { readonly name: string; readonly lines: readonly ReadLine[] }[];
  readonly devices: readonly DeviceText[];
  readonly strays: readonly StrayRun[];
}
