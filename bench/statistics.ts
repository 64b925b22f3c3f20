/** The pure part of the bench: medians, spread, phases out of Terraform's own stream, and the table a person reads. */

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
    minimum: seconds.length === 0 ? NaN : Math.min(...seconds),
    median: median(seconds),
    maximum: seconds.length === 0 ? NaN : Math.max(...seconds),
  };
}

/** A table of summaries, seconds with one decimal. Ends in a newline. */
export function table(summaries: readonly Summary[]): string {
  const heads = ["runs", "min s", "median s", "max s"];
  const nameWidth = Math.max("phase".length, ...summaries.map(({ name }) => name.length));
  const line = (name: string, cells: readonly string[]) =>
    `${name.padEnd(nameWidth)}${cells.map((cell) => cell.padStart(10)).join("")}`;
  const time = (seconds: number) => (Number.isNaN(seconds) ? "-" : seconds.toFixed(1));
  return [
    line("phase", heads),
    ...summaries.map((s) => line(s.name, [String(s.runCount), time(s.minimum), time(s.median), time(s.maximum)])),
    "",
  ].join("\n");
}

/** One line of Terraform's `-json` stream, as far as the bench reads it. */
export interface TerraformEvent {
  readonly "@timestamp"?: string;
  readonly type?: string;
  readonly hook?: { readonly resource?: { readonly addr?: string; readonly resource_type?: string } };
}

/** The events of a `-json` stream; what is no JSON object (a warning of a wrapper) is skipped. */
export function readEvents(stdout: string): TerraformEvent[] {
  return stdout.split("\n").flatMap((line) => {
    if (!line.startsWith("{")) return [];
    try {
      return [JSON.parse(line) as TerraformEvent];
    } catch {
      return [];
    }
  });
}

const phaseNames: Readonly<Record<string, string>> = {
  tunnelwright_lab_access: "keys",
  docker_network: "networks",
  docker_container: "containers",
  tunnelwright_router_config: "boot, ssh and push",
  tunnelwright_verification: "verification",
};

/** From the first start to the last end of each type of resource, in seconds, under the names a person uses. A type none of which ended is left out. */
export function phasesOf(events: readonly TerraformEvent[]): Record<string, number> {
  const spans = new Map<string, { from: number; to: number }>();
  for (const { type: what, hook, "@timestamp": timestamp } of events) {
    const type = hook?.resource?.resource_type;
    const at = Date.parse(timestamp ?? "");
    if (type === undefined || Number.isNaN(at)) continue;
    const span = spans.get(type) ?? { from: Infinity, to: -Infinity };
    if (what === "apply_start") span.from = Math.min(span.from, at);
    if (what === "apply_complete" || what === "apply_errored") span.to = Math.max(span.to, at);
    spans.set(type, span);
  }
  return Object.fromEntries(
    [...spans]
      .filter(([, { from, to }]) => Number.isFinite(to - from))
      .map(([type, { from, to }]) => [phaseNames[type] ?? type, (to - from) / 1000]),
  );
}

/** What was written of a run's checks, as far as the bench reads it. */
interface CheckTimes {
  readonly startedAt: string;
  readonly durationMs: number;
  readonly checks: readonly { readonly kind: string; readonly durationMs: number }[];
}

/** Seconds of each kind of check, waiting included, and of all together (they run side by side). */
export function checkPhases({ durationMs, checks }: CheckTimes): Record<string, number> {
  return Object.fromEntries([
    ["checks", durationMs / 1000],
    ...checks.map(({ kind, durationMs: ms }): [string, number] => [`check ${kind}`, ms / 1000]),
  ]);
}

/** Seconds from a moment to the end of the last check. */
export function secondsToLastCheck(beganAtMs: number, { startedAt, durationMs }: CheckTimes): number {
  return (Date.parse(startedAt) + durationMs - beganAtMs) / 1000;
}

/** A whole number of the wanted size out of an argument; throws a sentence for anything else. */
export function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least)
    throw new RangeError(`${option} takes a whole number of at least ${least}, not ${JSON.stringify(text)}`);
  return value;
}
