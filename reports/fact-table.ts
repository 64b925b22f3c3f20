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
export type FactColumns = {
  readonly quantity: number;
  readonly predicted: number;
  readonly measured: number;
  /** `null`: no column, the unit stands behind each value. */
  readonly unit: number | null;
  readonly longestValue: number;
} | null;

/** One set of columns for all facts of a run, so that they stand below each other: the one that takes the fewest lines. */
export function planColumns(facts: readonly Fact[], width: number): FactColumns {
  const lineCount = (columns: FactColumns): number =>
    facts.reduce((count, fact) => count + renderFact(fact, columns, width, (_, text) => text).length, 0);
  let best: FactColumns = null;
  let fewest = Infinity;
  // Of equals the first is taken: units in their column, and as few values stacked as can be.
  for (const isUnitApart of [true, false])
    for (let limit = longestValue; limit >= widthOf(headings.predicted); limit -= 1) {
      const columns = columnsFor(facts, limit, isUnitApart, width);
      const count = columns === null ? Infinity : lineCount(columns);
      if (count < fewest) [best, fewest] = [columns, count];
    }
  return best;
}

function columnsFor(facts: readonly Fact[], limit: number, isUnitApart: boolean, width: number): FactColumns {
  const short = facts.map((fact) => cellsOf(fact, isUnitApart)).filter((cells) => longest(cells) <= limit);
  const widest = (column: keyof typeof headings): number =>
    Math.max(widthOf(headings[column]), ...short.map((cells) => widthOf(cells[column])));
  const [predicted, measured] = [widest("predicted"), widest("measured")];
  const unit = isUnitApart ? widest("unit") : null;
  const room = width - resultColumns - predicted - measured - 2 * gap.length - (unit === null ? 0 : gap.length + unit);
  if (short.length === 0 || room < narrowestQuantity) return null;
  return { quantity: Math.min(widest("quantity"), room), predicted, measured, unit, longestValue: limit };
}

type Cells = Readonly<Record<keyof typeof headings, string>>;

/** What stands in the columns; without one of its own the unit is behind each value that was seen. */
function cellsOf({ quantity, predicted, measured, unit }: Fact, isUnitApart: boolean): Cells {
  if (isUnitApart || unit === "") return { quantity, predicted, measured, unit };
  const withUnit = (value: string): string => (value === "-" ? value : `${value} ${unit}`);
  return { quantity, predicted: withUnit(predicted), measured: withUnit(measured), unit: "" };
}

function longest({ predicted, measured, unit }: Cells): number {
  return Math.max(widthOf(predicted), widthOf(measured), widthOf(unit));
}

/** The table's one header line. */
export function renderHeading(columns: FactColumns, paint: Paint): string {
  const cells = columns
    ? [
        pad(headings.quantity, columns.quantity),
        pad(headings.predicted, columns.predicted),
        columns.unit === null ? headings.measured : pad(headings.measured, columns.measured),
        ...(columns.unit === null ? [] : [headings.unit]),
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
  const cells = cellsOf(fact, columns !== null && columns.unit !== null);
  if (columns === null || longest(cells) > columns.longestValue)
    return renderLong(cellsOf(fact, false), fact.agrees, columns, mark, width, emphasize);
  const values = [
    pad(cells.predicted, columns.predicted),
    pad(cells.measured, columns.measured, emphasize(cells.measured)),
    cells.unit,
  ];
  const row = (quantity: string): string => [pad(quantity, columns.quantity), ...values].join(gap).trimEnd();
  const indent = " ".repeat(resultColumns);
  if (widthOf(fact.quantity) <= columns.quantity) return [mark + row(fact.quantity)];
  // Too narrow a terminal: the quantity over the whole line, the values in their columns below it.
  const lines = wrap(fact.quantity, width - resultColumns);
  return [...lines.map((line, index) => (index === 0 ? mark : indent) + line), indent + row("")];
}

const same = "as predicted";

/** One value over the other, so that what differs stands below each other; said once where nothing does, on the line if there is room. */
function renderLong(
  { quantity, predicted, measured }: Cells,
  agrees: boolean,
  columns: FactColumns,
  mark: string,
  width: number,
  emphasize: (text: string) => string,
): string[] {
  const indent = " ".repeat(resultColumns);
  const isOnce = agrees && predicted === measured;
  if (isOnce && columns !== null && widthOf(quantity) <= columns.quantity && widthOf(same) <= columns.predicted) {
    const line = mark + [pad(quantity, columns.quantity), pad(same, columns.predicted), measured].join(gap);
    if (widthOf(line) <= width) return [line];
  }
  const name = wrap(quantity, width - resultColumns).map((line, index) => (index === 0 ? mark : indent) + line);
  if (isOnce) return [...name, ...hang(`${indent}  ${same}  `, measured, width)];
  const head = `${indent}  measured   `;
  return [
    ...name,
    ...hang(`${indent}  predicted  `, predicted, width),
    ...hang(head, measured, width).map((line) => line.slice(0, head.length) + emphasize(line.slice(head.length))),
  ];
}
