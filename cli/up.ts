/** `up`: the lab stood up, and what was measured shown. */
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { readLatestResult } from "./lab-folder.ts";
import { presentResult, type Presentation } from "./present-result.ts";
import { deployLab, measuredAt } from "./stand-up.ts";
import { makeProgressView } from "./terraform/make-progress-view.ts";
import { verifyLab } from "./verify.ts";

/** Deploys the lab and shows the result of its checks; they run once more where the deploy had nothing to do. */
export async function standUp(lab: string, presentation: Presentation, signal: AbortSignal): Promise<ExitCode> {
  const before = await measuredAt(lab);
  const view = await makeProgressView(presentation);
  const deployed = await deployLab(lab, { signal, view });
  const hasMeasured = (await measuredAt(lab)) !== before;
  if (deployed === exitCodes.interrupted || (deployed !== exitCodes.passed && !hasMeasured)) return deployed;
  const judged = await presentResult(lab, presentation, () =>
    hasMeasured ? readLatestResult(lab) : verifyLab(lab, { view, disruptive: false, patienceMs: null, signal }),
  );
  return deployed === exitCodes.passed ? judged : deployed;
}
