/** What is said of a cut: in its window, or not, and why. */
import { expect, test } from "vitest";
import type { EndOfCut, MeasuredCut } from "../../../checks/cut-and-watch.ts";
import { detectionWindow, type Liveness } from "../../../model/detection.ts";
import { timersInRow } from "../../../checks/notice-loss.ts";
import { faultsOf, type MeasuredFailover } from "../../failover/measure.ts";
import { failoverTable } from "../../failover/table.ts";

const measured = (liveness: Liveness, cuts: readonly MeasuredCut[] = []): MeasuredFailover => ({
  name: "cut-keepalive",
  how: { by: "none" },
  detection: { liveness, ...detectionWindow(liveness), recoveryMostMs: null },
  cuts,
});
const end = (router: string, changes: Partial<EndOfCut> = {}): EndOfCut => ({
  router,
  noticer: router,
  noticedAfterMs: [3200, 3300],
  switchedAfterMs: 3350,
  returnedAfterMs: 700,
  ...changes,
});
const cut = (left: Partial<EndOfCut> = {}): MeasuredCut => ({
  left: end("r1", left),
  right: end("r2"),
  cutWidthMs: 100,
  sentCount: 70,
  lostCount: 33,
  silenceMs: 3500,
});
const keepalive = { kind: "keepalive", periodSeconds: 1, retryCount: 3 } as const;

test("in the window, also where only one of the two instants fits, and by the timer's error", () => {
  for (const noticedAfterMs of [
    [3000, 3100],
    [2950, 3050],
    [4050, 4150],
  ] as const)
    expect(faultsOf(measured(keepalive), cut({ noticedAfterMs }))).toEqual([]);
});

test.each([
  [{ noticedAfterMs: [2700, 2800] }, "r1 noticed after 2700 to 2800 ms, not 3000 to 4000"],
  [{ noticedAfterMs: [4150, 4250] }, "r1 noticed after 4150 to 4250 ms, not 3000 to 4000"],
  [{ noticedAfterMs: null }, "r1 did not notice"],
  [{ switchedAfterMs: null }, "r1 did not route by the backup"],
  [{ returnedAfterMs: null }, "r1 did not return to the primary"],
] as const)("a planted fault is told: %o", (change, said) => {
  expect(faultsOf(measured(keepalive), cut(change))).toEqual([said]);
});

test("where nobody asks, nobody may notice", () => {
  const nobody = { noticedAfterMs: null, switchedAfterMs: null, returnedAfterMs: null } as const;
  const silent = { ...cut(nobody), right: end("r2", nobody) };
  expect(faultsOf(measured({ kind: "none" }), silent)).toEqual([]);
  expect(faultsOf(measured({ kind: "none" }), { ...silent, left: end("r1") })).toEqual([
    "r1 noticed, and nobody had asked",
  ]);
});

test("IKE waits seven times in a row", () => {
  expect(timersInRow(measured({ kind: "dpd", delaySeconds: 2 }).detection)).toBe(7);
});

test("the table", () => {
  expect(failoverTable([measured(keepalive, [cut()])])[1]).toEqual([
    "keepalive",
    "3.0 to 4.0",
    "3.20 to 3.30",
    "0.1",
    "3.35 to 3.35",
    "33 to 33",
    "0.70 to 0.70",
    "1",
  ]);
});

test("where a router only hears of it, it is the one who notices that is told of", () => {
  const heard = cut({ router: "core", noticer: "hub1", noticedAfterMs: null, switchedAfterMs: 3350 });
  expect(faultsOf(measured(keepalive), heard)).toEqual(["hub1 did not notice"]);
  expect(faultsOf(measured(keepalive), cut({ router: "core", noticer: "hub1", switchedAfterMs: null }))).toEqual([
    "core did not route by the backup",
  ]);
});
