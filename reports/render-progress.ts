/** A run while it is under way: a line a check. */
import type { CheckResult } from "../model/run-result.ts";
import { resultColumns } from "./fact-table.ts";
import { harmless } from "../model/harmless.ts";
import { isBlocked } from "./is-blocked.ts";
import { cut, gap, pad, widthOf } from "./layout.ts";
import { makePaint, verdictLook } from "./paint.ts";
import { sayDuration } from "./say-duration.ts";

export interface ProgressOptions {
  /** Escape codes for colour; the caller honours NO_COLOR. */
  readonly colour: boolean;
  /** The terminal's width in columns; what does not fit is cut, the title first. */
  readonly width: number;
}

/** What the title must keep to be worth its place. */
const shortestTitle = 12;

/**
 * One check as it ended, on one line of the terminal that ends in a line feed: verdict, id, title, and the time it took or what blocked it.
 *
 * @example
 * ```ts
 * process.stderr.write(renderProgress(check, { colour: true, width: process.stderr.columns }));
 * ```
 */
export function renderProgress(check: CheckResult, { colour, width }: ProgressOptions): string {
  const { mark, colour: verdictColour } = verdictLook[check.verdict];
  const id = harmless(check.id);
  const ending = isBlocked(check)
    ? `blocked by ${harmless(check.blockedBy.join(", "))}`
    : sayDuration(check.durationMs);
  const room = width - resultColumns - widthOf(id + gap + ending) - gap.length;
  const title = harmless(check.title);
  const told = [id, ...(room < Math.min(shortestTitle, widthOf(title)) ? [] : [cut(title, room)]), ending].join(gap);
  const verdict = `${mark} ${check.verdict}`;
  return `${pad(verdict, resultColumns, makePaint(colour)(verdictColour, verdict))}${cut(told, width - resultColumns)}\n`;
}
