import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { load, temporaryFolder } from "./modules.ts";

const { countTests } = (await load("test-count.mjs")) as {
  countTests: (report: string, exitCode: number) => { passedCount: number; failedCount: number };
};

test("counts what vitest reports, and a red run is never counted as 0 failed", () => {
  const folder = temporaryFolder();
  const report = join(folder, "report.json");
  const broken = { status: "failed", assertionResults: [] };
  writeFileSync(report, JSON.stringify({ numPassedTests: 5, numFailedTests: 2, testResults: [broken] }));
  expect(countTests(report, 1)).toEqual({ passedCount: 5, failedCount: 3 });
  writeFileSync(report, JSON.stringify({ numPassedTests: 5, numFailedTests: 0, testResults: [] }));
  expect(countTests(report, 0)).toEqual({ passedCount: 5, failedCount: 0 });
  expect(countTests(report, 1)).toEqual({ passedCount: 5, failedCount: 1 });
  expect(countTests(join(folder, "none.json"), 137)).toEqual({ passedCount: 0, failedCount: 1 });
});
