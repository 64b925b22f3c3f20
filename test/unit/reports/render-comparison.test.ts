/** Two runs side by side: what counts as otherwise, and how it is told. */
import { expect, test } from "vitest";
import { compareResults } from "../../../model/compare-results.ts";
import { renderComparison, renderComparisonJson } from "../../../reports/render-comparison.ts";
import { check, fact, failed, passed, run } from "./support.ts";

const mtu = (predicted: string, measured: string) =>
  check({ id: "tunnel0/path-mtu", title: "tunnel MTU", facts: [fact("tunnel MTU", predicted, measured, "bytes")] });
const before = run([mtu("1442", "1442"), check({ id: "tunnel0/wire", title: "wire" })]);

test.each([passed, failed])("a run is as it is itself", (result) => {
  expect(compareResults(result, result)).toEqual([]);
  expect(renderComparison(result, { ...result, durationMs: 9000 })).toBe(
    "Since 2026-11-23T22:56:24.122Z: nothing is otherwise (checked in 9.0 s, then 8.4 s)\n",
  );
});

test("a time that lies in its window again is as it was", () => {
  const noticed = (measured: string) =>
    run([
      check({ id: "a/b", title: "", facts: [{ ...fact("r1 notices after", "3 to 4", measured, "s"), agrees: true }] }),
    ]);
  expect(compareResults(noticed("3.21"), noticed("3.87"))).toEqual([]);
});

test("verdicts, numbers and kernels that are otherwise are told, with what is new and what is gone", () => {
  const after = run([{ ...mtu("1442", "1400"), verdict: "fail" }, check({ id: "tunnel1/wire", title: "wire" })], {
    kernels: { isp: "linux 6.1.176", r1: "uml 6.1.177" },
  });
  expect(compareResults(before, after)).toEqual([
    { kind: "verdict", where: "tunnel0/path-mtu", quantity: "", before: "pass", after: "fail" },
    { kind: "verdict", where: "tunnel1/wire", quantity: "", before: null, after: "pass" },
    { kind: "verdict", where: "tunnel0/wire", quantity: "", before: "pass", after: null },
    {
      kind: "number",
      where: "tunnel0/path-mtu",
      quantity: "tunnel MTU",
      before: "1442 bytes",
      after: "1400 instead of 1442 bytes",
    },
    { kind: "kernel", where: "r1", quantity: "", before: "uml 6.1.176", after: "uml 6.1.177" },
    { kind: "kernel", where: "r2", quantity: "", before: "uml 6.1.176", after: null },
  ]);
  expect(renderComparison(before, after)).toBe(
    [
      "Since 2026-11-23T22:56:24.122Z: 6 otherwise (checked in 8.4 s, then 8.4 s)",
      "  tunnel0/path-mtu  pass → fail",
      "  tunnel1/wire  none → pass",
      "  tunnel0/wire  pass → none",
      "  tunnel0/path-mtu: tunnel MTU  1442 bytes → 1400 instead of 1442 bytes",
      "  kernel of r1  uml 6.1.176 → uml 6.1.177",
      "  kernel of r2  uml 6.1.176 → none",
      "",
    ].join("\n"),
  );
});

test("a number that is predicted otherwise is a difference, though it was measured so", () => {
  expect(compareResults(before, run([mtu("1438", "1438"), before.checks[1]!]))).toEqual([
    { kind: "number", where: "tunnel0/path-mtu", quantity: "tunnel MTU", before: "1442 bytes", after: "1438 bytes" },
  ]);
});

test("the document parses to both runs and the differences; without an earlier run there are none to tell", () => {
  expect(JSON.parse(renderComparisonJson(before, before))).toEqual({
    format: "tunnelwright-comparison/1",
    before,
    after: before,
    changes: [],
  });
  expect(JSON.parse(renderComparisonJson(null, before))).toMatchObject({ before: null, changes: null });
});
