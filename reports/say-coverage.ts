import { harmless } from "../model/harmless.ts";
import type { RunResult } from "../model/run-result.ts";

/**
 * How much of the lab a run looked at, a line for each group of kinds of which it was the same; empty where the run does not tell.
 * Names of tunnels come from documents, and are shown, never obeyed.
 */
export function sayCoverage({ coverage }: RunResult): string[] {
  if (!coverage) return [];
  const { mode, seed, tunnelCount, kinds } = coverage;
  const tunnels = tunnelCount === 1 ? "1 tunnel" : `${tunnelCount} tunnels`;
  if (mode === "full") return [`every check of ${tunnels}`];
  const groups = new Map<string, string[]>();
  for (const { kind, lookedAt, ofCount } of kinds) {
    if (lookedAt.length === ofCount) continue;
    const what = `${lookedAt.length} of ${ofCount} tunnels: ${lookedAt.map(harmless).join(", ")}`;
    groups.set(what, [...(groups.get(what) ?? []), harmless(kind)]);
  }
  return [
    `a sample of ${tunnels}, seed ${seed ?? "unknown"} (verify --full looks at all)`,
    ...Array.from(groups, ([what, names]) => `${names.join(", ")} of ${what}`),
    "every other check of all of them",
  ];
}
