/** Colour as a help for the eye; every meaning is also a word. */
import type { Verdict } from "../model/run-result.ts";

export type Colour = "green" | "red" | "yellow" | "bold" | "dim";

/** Puts a text in a colour, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string;

const codes: Readonly<Record<Colour, readonly [number, number]>> = {
  green: [32, 39],
  red: [31, 39],
  yellow: [33, 39],
  bold: [1, 22],
  dim: [2, 22],
};

/** Mark and colour of each verdict; the word beside them is the verdict itself. */
export const verdictLook: Readonly<Record<Verdict, { readonly mark: string; readonly colour: Colour }>> = {
  pass: { mark: "✔", colour: "green" },
  fail: { mark: "✖", colour: "red" },
  unknown: { mark: "?", colour: "yellow" },
};

/** A Paint that uses SGR escape codes, or one that uses none. */
export function makePaint(colour: boolean): Paint {
  if (!colour) return (_, text) => text;
  return (name, text) => `\u001b[${codes[name][0]}m${text}\u001b[${codes[name][1]}m`;
}
