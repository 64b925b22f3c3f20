import { expect, test } from "vitest";
import { systemClock } from "../../../devices/system-clock.ts";

test("waits at least the time, and counts it", async () => {
  const began = systemClock.nowMs();
  await systemClock.wait(50);
  expect(systemClock.nowMs() - began).toBeGreaterThanOrEqual(49);
  expect(systemClock.nowIso()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test("a signal ends the wait at once with its reason, before and during", async () => {
  const reason = new Error("Ctrl-C");
  await expect(systemClock.wait(10_000, AbortSignal.abort(reason))).rejects.toBe(reason);
  const controller = new AbortController();
  const waiting = systemClock.wait(10_000, controller.signal);
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
});
