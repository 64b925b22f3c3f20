/** Predicted beside measured: the columns, and what is stacked because it does not fit them. */
import type { Fact } from "../model/run-result.ts";
import { gap, hang, pad, widthOf, wrap } from "./layout.ts";
import type { Paint } from "./paint.ts";

/** Left of the facts stands the result of the check, or the word that marks a fact: `✔ pass`, ` mismatch`. */
export const resultColumns = 11;

const headings = { quantity: "Check / quantity", predicted: "Predicted", measured: "Measured", unit: "Unit" } as const;
/** A value longer than this is a text, and gets lines of its own. */
const longestValue = 24;
/** With less room for the quantity than this, predicted and measured go below it. */
const narrowestQuantity = 16;

/** Widths in columns; values longer than `longestValue` are stacked. `null`: everything is. */
export type FactColumns = Readonly<Record<keyof typeof headings | "longestValue", number>> | null;

/** One set of columns for all facts of a run, so that they stand below each other: as wide as the terminal lets the values be. */
export function planColumns(facts: readonly Fact[], width: number): FactColumns {
  for (let limit = longestValue; limit >= widthOf(headings.predicted); limit -= 1) {
    const columns = columnsFor(
      facts.filter((fact) => longest(fact) <= limit),
      limit,
      width,
    );
    if (columns !== null) return columns;
  }
  return null;
}

function columnsFor(facts: readonly Fact[], limit: number, width: number): FactColumns {
  const widest = (column: keyof typeof headings): number =>
    Math.max(widthOf(headings[column]), ...facts.map((fact) => widthOf(fact[column])));
  const [predicted, measured, unit] = [widest("predicted"), widest("measured"), widest("unit")];
  const room = width - resultColumns - predicted - measured - unit - 3 * gap.length;
  if (facts.length === 0 || room < narrowestQuantity) return null;
  return { quantity: Math.min(widest("quantity"), room), predicted, measured, unit, longestValue: limit };
}

/** The table's one header line. */
export function renderHeading(columns: FactColumns, paint: Paint): string {
  const cells = columns
    ? [
        pad(headings.quantity, columns.quantity),
        pad(headings.predicted, columns.predicted),
        pad(headings.measured, columns.measured),
        headings.unit,
      ]
    : [headings.quantity];
  return paint("bold", pad("Result", resultColumns) + cells.join(gap));
}

/** The lines of one fact; one that does not agree is marked by a word before it. */
export function renderFact(fact: Fact, columns: FactColumns, width: number, paint: Paint): string[] {
  const word = fact.agrees ? "" : fact.measured === "-" ? "not seen" : "mismatch";
  const colour = word === "not seen" ? "yellow" : "red";
  const emphasize = (text: string): string => (word === "" ? text : paint(colour, text));
  const mark = pad(` ${word}`, resultColumns, ` ${emphasize(word)}`);
  if (columns === null || longest(fact) > columns.longestValue) return stack(fact, mark, width, emphasize);
  const values = [
    pad(fact.predicted, columns.predicted),
    pad(fact.measured, columns.measured, emphasize(fact.measured)),
    fact.unit,
  ];
  const row = (quantity: string): string => [pad(quantity, columns.quantity), ...values].join(gap).trimEnd();
  const indent = " ".repeat(resultColumns);
  if (widthOf(fact.quantity) <= columns.quantity) return [mark + row(fact.quantity)];
  // Too narrow a terminal: the quantity over the whole line, the values in their columns below it.
  const lines = wrap(fact.quantity, width - resultColumns);
  return [...lines.map((line, index) => (index === 0 ? mark : indent) + line), indent + row("")];
}

function stack(fact: Fact, mark: string, width: number, emphasize: (text: string) => string): string[] {
  const indent = " ".repeat(resultColumns);
  const withUnit = (value: string): string => (value === "-" ? value : `${value} ${fact.unit}`);
  const quantity = wrap(fact.quantity, width - resultColumns);
  const measured = hang(`${indent}  measured   `, withUnit(fact.measured), width);
  return [
    ...quantity.map((line, index) => (index === 0 ? mark : indent) + line),
    ...hang(`${indent}  predicted  `, withUnit(fact.predicted), width),
    ...measured.map((line) => {
      const at = indent.length + 2 + "measured   ".length;
      return line.slice(0, at) + emphasize(line.slice(at));
    }),
  ];
}

function longest(fact: Fact): number {
  return Math.max(widthOf(fact.predicted), widthOf(fact.measured), widthOf(fact.unit));
}
