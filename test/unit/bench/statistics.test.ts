import { describe, expect, test } from "vitest";
import {
  checkPhases,
  median,
  phasesOf,
  readEvents,
  secondsToLastCheck,
  summarize,
  table,
  wholeNumber,
} from "../../../bench/statistics.ts";

describe("median", () => {
  test.each([
    [[3], 3],
    [[3, 1, 2], 2],
    [[10, 9, 100], 10],
    [[4, 1, 3, 2], 2.5],
  ])("of %j is %d", (values, middle) => expect(median(values)).toBe(middle));

  test("of nothing is no number", () => expect(median([])).toBeNaN());

  test("leaves the values as they are", () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

test("a phase says its least, middle and most", () =>
  expect(summarize({ name: "plan", seconds: [2, 9, 4] })).toEqual({
    name: "plan",
    runCount: 3,
    minimum: 2,
    median: 4,
    maximum: 9,
  }));

test("the table keeps its columns, also for a phase that never ended", () =>
  expect(
    table([
      summarize({ name: "boot, ssh and push", seconds: [8.04, 12, 9.96] }),
      summarize({ name: "plan", seconds: [] }),
    ]),
  ).toMatchInlineSnapshot(`
    "phase                   runs     min s  median s     max s
    boot, ssh and push         3       8.0      10.0      12.0
    plan                       0         -         -         -
    "
  `));

describe("phases out of Terraform's stream", () => {
  const line = (second: number, type: string, resourceType?: string) =>
    JSON.stringify({
      "@timestamp": new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(),
      type,
      ...(resourceType ? { hook: { resource: { addr: `${resourceType}.x`, resource_type: resourceType } } } : {}),
    });

  test("last from the first start to the last end of a type", () => {
    const stream = [
      line(0, "version"),
      line(1, "apply_start", "docker_network"),
      line(2, "apply_start", "docker_network"),
      line(3, "apply_complete", "docker_network"),
      line(5, "apply_start", "tunnelwright_router_config"),
      line(6, "apply_complete", "docker_network"),
      line(15, "apply_progress", "tunnelwright_router_config"),
      line(17, "apply_complete", "tunnelwright_router_config"),
      line(18, "change_summary"),
    ].join("\n");
    expect(phasesOf(readEvents(stream))).toEqual({ networks: 5, "boot, ssh and push": 12 });
  });

  test("a refused resource ended too; one that never ended is left out", () => {
    const stream = [
      line(1, "apply_start", "tunnelwright_verification"),
      line(2, "apply_start", "docker_container"),
      line(4, "apply_errored", "tunnelwright_verification"),
    ].join("\n");
    expect(phasesOf(readEvents(stream))).toEqual({ verification: 3 });
  });

  test("an unknown type keeps its own name", () =>
    expect(phasesOf(readEvents(`${line(1, "apply_start", "a_b")}\n${line(2, "apply_complete", "a_b")}`))).toEqual({
      a_b: 1,
    }));

  test("a planned change that was not begun is no phase", () =>
    expect(phasesOf(readEvents(line(1, "planned_change", "docker_image")))).toEqual({}));

  test("lines that are no events are skipped", () =>
    expect(readEvents('warning: x\n{"type":"version"}\n{"cut off\n')).toEqual([{ type: "version" }]));
});

describe("times of the checks", () => {
  const result = {
    startedAt: "2026-01-01T00:00:30.000Z",
    durationMs: 8000,
    checks: [
      { kind: "underlay", durationMs: 500 },
      { kind: "wire", durationMs: 2500 },
    ],
  };

  test("are told by kind and together", () =>
    expect(checkPhases(result)).toEqual({ checks: 8, "check underlay": 0.5, "check wire": 2.5 }));

  test("the last check ends after the whole run, counted from the command", () =>
    expect(secondsToLastCheck(Date.parse("2026-01-01T00:00:00.000Z"), result)).toBe(38));
});

describe("a number of runs", () => {
  test("is whole", () => expect(wholeNumber("--runs", "12", 1)).toBe(12));
  test.each(["0", "-1", "1.5", "", "many", "1e3"])("fails for %j", (text) =>
    expect(() => wholeNumber("--runs", text, 1)).toThrow(
      `--runs takes a whole number of at least 1, not ${JSON.stringify(text)}`,
    ),
  );
});
