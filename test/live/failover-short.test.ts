/** Two cuts under keepalives of 1 s: the lane failover in short, its findings in the window, nothing left. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { failovers } from "../../labs/failover.ts";
import { FailoverLab, faultsOf } from "../failover/measure.ts";

const lab = new FailoverLab("cut-short", failovers.keepalive);

beforeAll(() => lab.deploy());
afterAll(async () => {
  expect(await lab.destroy()).toEqual([]);
});

test("each end notices in its window, routes by the backup, and returns", async () => {
  const result = await lab.measure([0.2, 0.7], new AbortController().signal);
  expect(result.cuts.flatMap((cut) => faultsOf(result, cut))).toEqual([]);
  // Four packets a second would be lost in the shortest outage already; one that lost none cut nothing.
  for (const { lostCount } of result.cuts) expect(lostCount).toBeGreaterThan(20);
});
