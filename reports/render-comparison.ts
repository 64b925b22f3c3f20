/** Two runs side by side: what is otherwise in the newer one. */
import { compareResults, type ResultChange } from "../model/compare-results.ts";
import { harmless, harmlessDocument } from "../model/harmless.ts";
import type { RunResult } from "../model/run-result.ts";
import { sayDuration } from "./say-duration.ts";

/** Lines that begin with when the older run was, and end with a line feed. */
export function renderComparison(before: RunResult, after: RunResult): string {
  const changes = compareResults(before, after);
  const since = `Since ${harmless(before.startedAt)}`;
  const took = `checked in ${sayDuration(after.durationMs)}, then ${sayDuration(before.durationMs)}`;
  if (changes.length === 0) return `${since}: nothing is otherwise (${took})\n`;
  return [`${since}: ${changes.length} otherwise (${took})`, ...changes.map(renderChange), ""].join("\n");
}

/** Both runs and what is otherwise, for machines; parses to `{ format, before, after, changes }`. */
export function renderComparisonJson(before: RunResult | null, after: RunResult): string {
  const changes = before ? compareResults(before, after) : null;
  return harmlessDocument({ format: "tunnelwright-comparison/1", before, after, changes });
}

function renderChange({ kind, where, quantity, before, after }: ResultChange): string {
  const what = kind === "kernel" ? `kernel of ${where}` : quantity === "" ? where : `${where}: ${quantity}`;
  return `  ${harmless(what)}  ${harmless(before ?? "none")} → ${harmless(after ?? "none")}`;
}
