/** The pure part of the bench: medians, spread, and the table a person reads. */

/** One phase's times over the runs, in seconds. */
export interface Phase {
  readonly name: string;
  readonly seconds: readonly number[];
}

/** What the runs of one phase say. */
export interface Summary {
  readonly name: string;
  readonly runCount: number;
  readonly minimum: number;
  readonly median: number;
  readonly maximum: number;
}

/** The middle value; of an even count the mean of the two in the middle. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Minimum, median and maximum of a phase. */
export function summarize({ name, seconds }: Phase): Summary {
  return {
    name,
    runCount: seconds.length,
    minimum: Math.min(...seconds),
    median: median(seconds),
    maximum: Math.max(...seconds),
  };
}

/** A table of summaries, seconds with one decimal. Ends in a newline. */
export function table(summaries: readonly Summary[]): string {
  const width = Math.max(5, ...summaries.map(({ name }) => name.length));
  const cell = (value: number) => value.toFixed(1).padStart(8);
  const lines = summaries.map((s) => `${s.name.padEnd(width)}${cell(s.minimum)}${cell(s.median)}${cell(s.maximum)}`);
  return [
    `${"phase".padEnd(width)}${["min s", "median", "max s"].map((head) => head.padStart(8)).join("")}`,
    ...lines,
    "",
  ].join("\n");
}

/** One line of `terraform -json`: what began or ended. */
export interface TerraformEvent {
  readonly "@timestamp"?: string;
  readonly type?: string;
  readonly hook?: { readonly resource?: { readonly resource_type?: string } };
}

/** From the first start to the last end of each resource type, in seconds. */
export function phasesOf(events: readonly TerraformEvent[]): Record<string, number> {
  const spans = new Map<string, { from: number; to: number }>();
  for (const event of events) {
    const type = event.hook?.resource?.resource_type;
    const at = Date.parse(event["@timestamp"] ?? "");
    if (type === undefined || Number.isNaN(at)) continue;
    const span = spans.get(type) ?? { from: at, to: at };
    if (event.type === "apply_start") span.from = Math.min(span.from, at);
    if (event.type === "apply_complete" || event.type === "apply_errored") span.to = Math.max(span.to, at);
    spans.set(type, span);
  }
  return Object.fromEntries([...spans].map(([type, { from, to }]) => [type, (to - from) / 1000]));
}
