import { join, relative } from "node:path";
import type { RunResult } from "../model/run-result.ts";
import { renderJson, renderJunit, renderTerminal } from "../reports/index.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { openJunitFile } from "./junit-file.ts";
import { labFolder } from "./lab-folder.ts";

/** How a result is asked for, on the command line of every command that has one. */
export interface Presentation {
  /** Print the document. */
  readonly json?: boolean;
  /** A file for JUnit XML beside what is printed; `-` prints it instead. */
  readonly junit?: string;
  /** Print also what each check ran and what it saw, and a line for each thing that happens meanwhile. */
  readonly verbose?: boolean;
  /** Print the verdict alone, and what did not pass; nothing while the work is done. */
  readonly quiet?: boolean;
}

/** Gets the lab's result and shows it as it was asked for, or as `show` does. A file that cannot be written is told before anything else is done. */
export async function presentResult(
  lab: string,
  presentation: Presentation,
  obtain: () => Promise<RunResult>,
  show: (lab: string, presentation: Presentation, result: RunResult) => string = render,
): Promise<ExitCode> {
  const { junit } = presentation;
  const file = junit === undefined || junit === "-" ? null : await openJunitFile(junit);
  const result = await obtain().catch(async (error: unknown) => {
    await file?.abandon();
    throw error;
  });
  try {
    await file?.write(renderJunit(result));
  } finally {
    // Also when the disk is full by now: what was measured is told.
    process.stdout.write(show(lab, presentation, result));
  }
  return result.verdict === "pass" ? exitCodes.passed : exitCodes.failed;
}

/** As it was asked for: the table, the document or JUnit. */
export function render(
  lab: string,
  { json = false, junit, verbose = false, quiet = false }: Presentation,
  result: RunResult,
): string {
  if (json) return renderJson(result);
  if (junit === "-") return renderJunit(result);
  return renderTerminal(result, {
    colour: process.stdout.isTTY && !process.env.NO_COLOR,
    width: process.stdout.columns || 100,
    verbose,
    quiet,
    resultsFolder: join(relative("", labFolder(lab)), "results/"),
  });
}
