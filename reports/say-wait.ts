import type { CheckResult } from "../model/run-result.ts";
import { isBlocked } from "./is-blocked.ts";
import { sayDuration } from "./say-duration.ts";

/** How long the expected state was given to come, `30 s (settle time: ike)`; empty where nothing was waited for in vain. */
export function sayWait(check: CheckResult): string {
  const { verdict, settle } = check;
  if (verdict === "pass" || isBlocked(check) || settle.timeoutMs === 0) return "";
  return `${sayDuration(settle.timeoutMs).replace(".0 s", " s")} (settle time: ${settle.name})`;
}
