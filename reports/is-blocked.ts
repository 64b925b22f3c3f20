import type { CheckResult } from "../model/run-result.ts";

/** Unknown only because other checks, which it names, did not pass: it was not looked at. */
export function isBlocked({ verdict, blockedBy }: CheckResult): boolean {
  return verdict === "unknown" && blockedBy.length > 0;
}
