import { existsSync, readFileSync } from "node:fs";

/**
 * Counts of vitest's JSON report. What fails outside a test (a file that does not load, a hook, a crash before any report)
 * counts as one failure, so that a red run never says "0 failed".
 * @param {string} report
 * @param {number} exitCode vitest's
 */
export function countTests(report, exitCode) {
  /** @type {{ numPassedTests: number, numFailedTests: number, testResults: { status: string, assertionResults: { status: string }[] }[] }} */
  const { numPassedTests, numFailedTests, testResults } = existsSync(report)
    ? JSON.parse(readFileSync(report, "utf8"))
    : { numPassedTests: 0, numFailedTests: 0, testResults: [] };
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.every((test) => test.status !== "failed"),
  );
  const failedCount = numFailedTests + brokenFiles.length;
  return { passedCount: numPassedTests, failedCount: exitCode !== 0 && failedCount === 0 ? 1 : failedCount };
}
