/** Things that happened side by side, as lines of letters on a common scale. */
import { harmless } from "../model/harmless.ts";
import type { DemoTimeline, TimelineLane } from "../model/demo-result.ts";
import { gap, pad, widthOf } from "./layout.ts";

/** What a column may stand for, in milliseconds. */
const columnMs = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000] as const;
const axisStep = 10;

/**
 * A scale, a line for each lane, and what the letters mean. A window is `░`, the time before it `─`; of two things in one column
 * the later one is seen. `width` is all that the lines may take, in columns.
 */
export function renderTimeline({ zero, lanes }: DemoTimeline, width: number): string[] {
  const names = Math.max(0, ...lanes.map(({ name }) => widthOf(name)));
  const room = Math.max(axisStep, width - names - gap.length);
  const lastMs = Math.max(1, ...lanes.flatMap(endsOf));
  const perColumnMs = columnMs.find((ms) => lastMs / ms < room) ?? Math.ceil(lastMs / room);
  const columns = Math.min(room, Math.floor(lastMs / perColumnMs) + 1);
  const words = new Map(lanes.flatMap(({ marks }) => marks.map(({ letter, words: each }) => [letter, each] as const)));
  return [
    `0 s: ${harmless(zero)}`,
    `${pad("", names)}${gap}${axis(columns, perColumnMs, room)}`,
    ...lanes.map((lane) => `${pad(harmless(lane.name), names)}${gap}${drawn(lane, columns, perColumnMs)}`.trimEnd()),
    [...words].map(([letter, each]) => `${letter} ${harmless(each)}`).join(gap),
  ];
}

function endsOf({ window, marks }: TimelineLane): number[] {
  return [window?.mostMs ?? 0, ...marks.map(({ atMs }) => atMs)];
}

/** In seconds, a number every ten columns; one that the room would cut is left out. */
function axis(columns: number, perColumnMs: number, room: number): string {
  const labels = Array.from(
    { length: Math.ceil(columns / axisStep) },
    (_, index) => `${(index * axisStep * perColumnMs) / 1000}`,
  );
  return labels
    .map((label, index) => (index * axisStep + widthOf(label) > room ? "" : pad(label, axisStep)))
    .join("")
    .trimEnd();
}

function drawn({ window, marks }: TimelineLane, columns: number, perColumnMs: number): string {
  const at = (ms: number): number => Math.min(columns - 1, Math.floor(ms / perColumnMs));
  const last = Math.max(0, ...endsOf({ name: "", window, marks }));
  const cells = Array.from(
    { length: endsOf({ name: "", window, marks }).some(Boolean) ? at(last) + 1 : columns },
    () => "─",
  );
  if (window) cells.fill("░", at(window.leastMs), at(window.mostMs) + 1);
  for (const { letter, atMs } of [...marks].sort((a, b) => a.atMs - b.atMs)) cells[at(Math.max(0, atMs))] = letter;
  return cells.join("");
}
