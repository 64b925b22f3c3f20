/** `report`: the last run as one page of HTML, or in a few lines of Markdown for a job's summary. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { RunResult } from "../model/run-result.ts";
import type { LabPlan } from "../model/plan-document.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { labFolder, LackingError, readLatestResult, readPlan, readResultFile } from "./lab-folder.ts";

export interface ReportOptions {
  /** Another run than the last: a RunResult document. */
  readonly from?: string;
  /** A file; `-` is standard output. @default - `results/latest.html` or `latest.md` of the lab's folder */
  readonly output?: string;
  /** @default "html" */
  readonly format?: "html" | "markdown";
}

/** Writes the report and tells where; the verdict does not matter to its exit code. */
export async function writeReport(lab: string, { from, output, format = "html" }: ReportOptions): Promise<ExitCode> {
  const result = from === undefined ? await readLatestResult(lab) : await readResultFile(from);
  const text = format === "html" ? await html(lab, result) : await markdown(result);
  if (output === "-") {
    process.stdout.write(text);
    return exitCodes.passed;
  }
  const name = format === "html" ? "latest.html" : "latest.md";
  const file = output ?? join(relative("", labFolder(lab)), "results", name);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, text);
  console.log(file);
  return exitCodes.passed;
}

async function html(lab: string, result: RunResult): Promise<string> {
  const { renderHtml } = await import("../reports/html/render-html.tsx");
  const planned = await readPlan(lab).catch(
    (error: unknown): { readonly plan: LabPlan; readonly sha256: string } | null => {
      // A result of another machine: the page tells of it alone.
      if (error instanceof LackingError) return null;
      throw error;
    },
  );
  return renderHtml({ result, plan: planned?.plan ?? null, isOfPlan: planned?.sha256 === result.planSha256 });
}

async function markdown(result: RunResult): Promise<string> {
  const { renderMarkdown } = await import("../reports/render-markdown.ts");
  return renderMarkdown(result);
}
