/** The document that tells what was seen: one run of a lab's checks. Versioned; its JSON Schema is published (docs/schemas). */
import { z } from "zod";

const fact = z.strictObject({
  quantity: z.string().meta({ description: "What was predicted and measured, e.g. `tunnel ip mtu h1 → h2`" }),
  unit: z.string().meta({ description: "bytes, packets, state, … ; empty for a word" }),
  predicted: z.string(),
  measured: z.string().meta({ description: "What was seen; `-` when nothing could be seen" }),
  agrees: z.boolean(),
});

const evidence = z.strictObject({
  node: z.string(),
  command: z.array(z.string()).meta({ description: "The argument vector as it was run on the node" }),
  output: z.string(),
  exitCode: z.number().int().meta({ description: "-1 when the command did not end; the output then says why" }),
  file: z.string().nullable().meta({
    description: "A capture kept beside the result, its path relative to the lab's results folder; else null",
  }),
});

const verdict = z.enum(["pass", "fail", "unknown"]);

const checkResult = z.strictObject({
  id: z.string().meta({ description: "Stable within the lab, e.g. `tunnel0/child-sa`" }),
  kind: z.string(),
  title: z.string(),
  verdict,
  summary: z.string().meta({ description: "One line: what was seen, in the field's words" }),
  blockedBy: z
    .array(z.string())
    .meta({ description: "Ids of the failed checks this one needed; empty unless unknown for that reason" }),
  facts: z.array(fact),
  lookAt: z.array(z.string()).meta({ description: "Where to look when it failed" }),
  settle: z
    .strictObject({ name: z.string(), timeoutMs: z.number() })
    .meta({ description: "How long the expected state was waited for at most, and what the wait is called" }),
  evidence: z.array(evidence),
  durationMs: z.number(),
});

const coverage = z.strictObject({
  mode: z
    .enum(["full", "sampled"])
    .meta({ description: "`sampled`: of some kinds of checks not every tunnel was looked at; `kinds` tells which" }),
  seed: z.number().int().nullable().meta({ description: "What decided the sample; null where there was none" }),
  tunnelCount: z.number().int(),
  kinds: z.array(
    z.strictObject({
      kind: z.string(),
      lookedAt: z.array(z.string()).meta({ description: "Names of the tunnels whose check of this kind was made" }),
      ofCount: z.number().int().meta({ description: "How many tunnels of the lab have a check of this kind" }),
    }),
  ),
});

/** Validates a RunResult document; the published JSON Schema is made from it. */
export const runResultSchema = z.strictObject({
  format: z.literal("tunnelwright-run/1"),
  lab: z.string(),
  planSha256: z.string(),
  startedAt: z.string(),
  durationMs: z.number(),
  verdict,
  kernels: z
    .record(z.string(), z.string())
    .meta({ description: "Node name to the kernel it ran on, e.g. `uml 6.1.176`" }),
  software: z.record(z.string(), z.string()).optional().meta({
    description: "What the routers run, e.g. `frr` to `8.4.4-1.1~deb12u2`; left out where no node told it",
  }),
  coverage: coverage.optional().meta({
    description:
      "How much of the plan was looked at; left out where a run is made of pasted outputs, and in older ones",
  }),
  checks: z.array(checkResult),
});

/** pass: seen as predicted. fail: seen otherwise. unknown: could not be seen; never counts as pass. */
export type Verdict = z.infer<typeof verdict>;
/** One quantity, predicted beside measured. */
export type Fact = z.infer<typeof fact>;
/** One command and what it printed, whole. */
export type Evidence = z.infer<typeof evidence>;
/** What one check found. */
export type CheckResult = z.infer<typeof checkResult>;
/** How much of a plan a run looked at. */
export type Coverage = z.infer<typeof coverage>;
/** What a run of all checks found. */
export type RunResult = z.infer<typeof runResultSchema>;

/** The whole is as good as its worst part: any fail is fail, else any unknown is unknown. No checks at all is unknown. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("fail")) return "fail";
  return verdicts.length === 0 || verdicts.includes("unknown") ? "unknown" : "pass";
}
