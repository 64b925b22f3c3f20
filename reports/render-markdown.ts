/** A run in Markdown, for the summary page of a CI job. */
import { harmless } from "../model/harmless.ts";
import type { CheckResult, Fact, RunResult } from "../model/run-result.ts";
import { isBlocked } from "./is-blocked.ts";
import { verdictLook } from "./paint.ts";
import { sayCoverage } from "./say-coverage.ts";
import { sayDuration } from "./say-duration.ts";

/** GitHub refuses a summary of a mebibyte, and with it all others of the job; nobody reads a tenth of that. */
const mostBytes = 100_000;

/**
 * The verdict, a row a check, and under it the numbers that differ with where to look. What devices said is text in it, never Markdown.
 *
 * @example
 * ```ts
 * renderMarkdown(result).split("\n")[0]; // "### ✔ gre-over-ipsec: pass"
 * ```
 */
export function renderMarkdown(result: RunResult): string {
  const count = (verdict: CheckResult["verdict"]): number =>
    result.checks.filter((check) => check.verdict === verdict).length;
  const coverage = sayCoverage(result);
  const rows = result.checks.map(
    (check) =>
      `| ${verdictLook[check.verdict].mark} ${check.verdict} | ${literal(check.title)} | ${literal(summaryOf(check))} | ${sayDuration(check.durationMs)} |`,
  );
  const text = [
    `### ${verdictLook[result.verdict].mark} ${literal(result.lab)}: ${result.verdict}`,
    "",
    `${count("pass")} passed, ${count("fail")} failed, ${count("unknown")} unknown in ${sayDuration(result.durationMs)}; started ${literal(result.startedAt)}, plan \`${result.planSha256.slice(0, 12)}\`.`,
    "",
    ...coverage.map((line) => `- looked at: ${literal(line)}`),
    ...(coverage.length > 0 ? [""] : []),
    "| verdict | check | seen | took |",
    "|---|---|---|---|",
    ...rows,
    "",
    ...result.checks.filter(({ verdict }) => verdict !== "pass").flatMap(details),
  ].join("\n");
  return text.length <= mostBytes ? text : `${text.slice(0, text.lastIndexOf("\n", mostBytes))}\n\n… and more\n`;
}

function summaryOf(check: CheckResult): string {
  return isBlocked(check) ? `not looked at: ${check.blockedBy.join(", ")} did not pass` : check.summary;
}

function details(check: CheckResult): string[] {
  if (isBlocked(check)) return [];
  const differing = check.facts.filter(({ agrees }) => !agrees);
  return [
    `#### ${verdictLook[check.verdict].mark} ${literal(check.title)} (\`${check.id.replaceAll("`", "")}\`)`,
    "",
    ...(differing.length > 0
      ? ["| quantity | predicted | measured |", "|---|---|---|", ...differing.map(factRow), ""]
      : []),
    ...check.lookAt.map((place) => `- ${literal(place)}`),
    "",
  ];
}

function factRow({ quantity, predicted, measured, unit }: Fact): string {
  const behind = unit === "" ? "" : ` ${unit}`;
  return `| ${literal(quantity)} | ${literal(predicted + behind)} | ${literal(measured + behind)} |`;
}

/** Everything that Markdown or HTML would act on is written out. */
function literal(text: string): string {
  return harmless(text)
    .replace(/[\\`*_{}[\]()#+!|~-]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/(https?):/gi, "$1&#58;")
    .replaceAll("@", "&#64;");
}
