/** A demo as it is told: each step with what was predicted and seen, in the end a table of the steps. Without times, so that two runs read alike. */
import { harmless } from "../model/harmless.ts";
import type { DemoResult, DemoRow, DemoStep, TwoWorlds } from "../model/demo-result.ts";
import { gap, hang, pad, widthOf } from "./layout.ts";
import { makePaint, type Paint } from "./paint.ts";
import { renderTimeline } from "./render-timeline.ts";

/** How it is shown. */
export interface DemoLook {
  readonly colour: boolean;
  /** The terminal's width in columns. */
  readonly width: number;
}

const widestProse = 120;

/** The words before the first step. */
export function renderDemoTitle({ demo, labs, title }: Pick<DemoResult, "demo" | "labs" | "title">): string {
  return `Demo ${demo}: ${title}\nLab  ${labs.join(", ")}\n`;
}

/** A step with its rows; `number` counts from 1. Ends with a newline. */
export function renderDemoStep(step: DemoStep, number: number, { colour, width }: DemoLook): string {
  const paint = makePaint(colour);
  return [
    "",
    paint("bold", `${number}. ${harmless(step.title)}`),
    ...hang("   ", harmless(step.explanation), Math.min(width, widestProse)),
    "",
    ...renderRows(step.rows, paint),
    ...(step.worlds ? ["", ...renderWorlds(step.worlds, width)] : []),
    ...(step.timeline
      ? ["", ...renderTimeline(step.timeline, Math.min(width, widestProse) - 3).map((line) => `   ${line}`)]
      : []),
    "",
  ].join("\n");
}

function renderRows(rows: readonly DemoRow[], paint: Paint): string[] {
  const table = rows.map(({ quantity, predicted, seen, agrees }) => ({
    cells: [harmless(quantity), harmless(predicted), harmless(seen)],
    agrees,
  }));
  const head = ["", "predicted", "seen"];
  const widths = head.map((title, at) =>
    Math.max(widthOf(title), ...table.map(({ cells }) => widthOf(cells[at] ?? ""))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => pad(cell, widths[at] ?? 0))
      .join(gap)
      .trimEnd();
  return [
    paint("dim", `     ${line(head)}`),
    ...table.map(({ cells, agrees }) => `   ${agrees ? paint("green", "✔") : paint("red", "✖")} ${line(cells)}`),
  ];
}

/** Side by side where there is room; the two are never blurred into one. */
function renderWorlds({ ios, linux }: TwoWorlds, width: number): string[] {
  const heads = ["as IOS is documented (not run on IOS)", "as Linux does it"] as const;
  const left = Math.max(widthOf(heads[0]), ...ios.map(widthOf));
  const right = Math.max(widthOf(heads[1]), ...linux.map(widthOf));
  if (3 + left + gap.length + right > width)
    return [
      `   ${heads[0]}`,
      ...ios.map((each) => `     ${each}`),
      `   ${heads[1]}`,
      ...linux.map((each) => `     ${each}`),
    ];
  const lines = Array.from({ length: Math.max(ios.length, linux.length) }, (_, at) => [ios[at] ?? "", linux[at] ?? ""]);
  return [[...heads], ...lines].map(([a = "", b = ""]) => `   ${pad(a, left)}${gap}${b}`.trimEnd());
}

/** The table of the steps, and the verdict. Ends with a newline. */
export function renderDemoEnd({ steps, agrees }: DemoResult, { colour }: DemoLook): string {
  const paint = makePaint(colour);
  const lines = steps.map(({ title, rows }, index) => {
    const wrong = rows.filter((each) => !each.agrees).length;
    const mark = wrong === 0 ? paint("green", "✔") : paint("red", "✖");
    return {
      title: `${mark} ${index + 1}. ${harmless(title)}`,
      width: widthOf(title),
      count: `${rows.length - wrong} of ${rows.length} as predicted`,
    };
  });
  const width = Math.max(0, ...lines.map((line) => line.width));
  const rows = steps.flatMap((step) => step.rows);
  const right = rows.filter((each) => each.agrees).length;
  return [
    "",
    ...lines.map(({ title, width: own, count }) => `${title}${" ".repeat(width - own)}${gap}${count}`),
    "",
    `${agrees ? paint("green", "✔") : paint("red", "✖")} ${right} of ${rows.length} as predicted`,
    "",
  ].join("\n");
}
