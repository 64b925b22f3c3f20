/** `rebuild`: the lab taken down, built anew and proved again, and what is otherwise than it was. The nightly of a lab. */
import type { RunResult } from "../model/run-result.ts";
import { renderComparison, renderComparisonJson } from "../reports/render-comparison.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { LackingError, readLatestResult, readResultFile } from "./lab-folder.ts";
import { presentResult, render, type Presentation } from "./present-result.ts";
import { deployLab, destroyLab } from "./stand-up.ts";
import { makeProgressView } from "./terraform/make-progress-view.ts";

export interface RebuildOptions extends Presentation {
  /** A RunResult document to compare with. @default - this folder's last run, if there is one */
  readonly against?: string;
}

/** Gives the exit code of the newer run's verdict; a difference alone is none. */
export async function rebuildLab(
  lab: string,
  { against, ...presentation }: RebuildOptions,
  signal: AbortSignal,
): Promise<ExitCode> {
  // Read before anything is taken down, and with it the lab's own results.
  const before = against === undefined ? await lastResult(lab) : await readResultFile(against);
  const options = { signal, view: await makeProgressView(presentation) };
  for (const stand of [destroyLab, deployLab]) {
    const code = await stand(lab, options);
    if (code === exitCodes.interrupted) return code;
    if (code !== exitCodes.passed && !(await lastResult(lab))) return code;
  }
  return presentResult(
    lab,
    presentation,
    () => readLatestResult(lab),
    (...shown) => {
      const [, { json, junit }, after] = shown;
      if (json) return renderComparisonJson(before, after);
      if (junit === "-") return render(...shown);
      const compared = before ? renderComparison(before, after) : "There is no earlier run to compare with.\n";
      return `${render(...shown)}\n${compared}`;
    },
  );
}

async function lastResult(lab: string): Promise<RunResult | null> {
  return readLatestResult(lab).catch((error: unknown) => {
    if (error instanceof LackingError) return null;
    throw error;
  });
}
