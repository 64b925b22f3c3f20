/** `status`: how a running lab is, from its nodes themselves. */
import { observeLab } from "../checks/observe-lab.ts";
import { systemClock } from "../devices/system-clock.ts";
import { renderStatus, renderStatusJson } from "../reports/render-status.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { withRunningLab } from "./running-lab.ts";

/** A loaded machine takes seconds for what takes one tenth of that when it is idle. */
const deadlineMs = 15_000;

/** Prints the lab's status; 1 when something is unknown. */
export async function showStatus(
  lab: string,
  { json = false, signal }: { readonly json?: boolean; readonly signal: AbortSignal },
): Promise<ExitCode> {
  const over = new AbortController();
  const status = await withRunningLab(lab, { connectTimeoutMs: deadlineMs, signal }, ({ plan, on }) =>
    observeLab({ plan, on, clock: systemClock, deadline: systemClock.wait(deadlineMs, over.signal), signal }),
  ).finally(() => over.abort());
  const colour = process.stdout.isTTY && !process.env.NO_COLOR;
  process.stdout.write(json ? renderStatusJson(status) : renderStatus(status, { colour }));
  return status.isComplete ? exitCodes.passed : exitCodes.failed;
}
