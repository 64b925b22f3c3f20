/** Every report says what a run looked at, and of how much; in the same words. */
import { describe, expect, test } from "vitest";
import type { Coverage, RunResult } from "../../../model/run-result.ts";
import { renderHtml } from "../../../reports/html/render-html.tsx";
import { renderJunit, renderTerminal } from "../../../reports/index.ts";
import { renderMarkdown } from "../../../reports/render-markdown.ts";
import { sayCoverage } from "../../../reports/say-coverage.ts";

const sampled: Coverage = {
  mode: "sampled",
  seed: 7,
  tunnelCount: 31,
  kinds: [
    { kind: "ospf-full", lookedAt: Array.from({ length: 31 }, (_, index) => `tunnel${index + 1}`), ofCount: 31 },
    { kind: "icmp", lookedAt: ["tunnel4", "tunnel29"], ofCount: 31 },
    { kind: "wire", lookedAt: ["tunnel4", "tunnel29"], ofCount: 31 },
  ],
};
const run = (coverage?: Coverage): RunResult => ({
  format: "tunnelwright-run/1",
  lab: "scale",
  planSha256: "0".repeat(64),
  startedAt: "2026-01-01T00:00:00.000Z",
  durationMs: 1000,
  verdict: "pass",
  kernels: {},
  ...(coverage && { coverage }),
  checks: [],
});
const renderers: readonly (readonly [string, (result: RunResult) => string])[] = [
  ["the terminal", (result) => renderTerminal(result, { colour: false, width: 120 })],
  ["HTML", (result) => renderHtml({ result, plan: null, isOfPlan: false })],
  ["JUnit", renderJunit],
  ["Markdown", renderMarkdown],
];

describe.each(renderers)("%s", (_, render) => {
  test("tells the sample: its seed, which tunnels, of how many, and what was asked of all", () => {
    const told = render(run(sampled)).replaceAll("\\", "");
    expect(told).toContain("a sample of 31 tunnels, seed 7");
    expect(told).toContain("icmp, wire of 2 of 31 tunnels: tunnel4, tunnel29");
    expect(told).toContain("every other check of all of them");
    expect(told).not.toContain("tunnel17");
  });

  test("tells that all was looked at, and of a run that does not say, nothing", () => {
    const full: Coverage = { mode: "full", seed: null, tunnelCount: 3, kinds: [] };
    expect(render(run(full))).toContain("every check of 3 tunnels");
    expect(render(run())).not.toContain("every check");
    expect(render(run()).toLowerCase()).not.toContain("looked at");
  });
});

test("a name is shown, never obeyed", () => {
  const [, line] = sayCoverage(run({ ...sampled, kinds: [{ kind: "wire", lookedAt: ["\u001b[31mt"], ofCount: 9 }] }));
  expect(line).not.toContain("\u001b");
});
