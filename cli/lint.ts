/** `lint`: pasted IOS configurations held to the rules. It opens no socket. */
import { lintIos } from "../dialects/ios/lint.ts";
import { iosRules, withoutEdits } from "../dialects/ios/rules/catalogue.ts";
import { formatFindings, hasErrors, type Finding } from "../model/finding.ts";
import { harmlessJson, harmlessLines } from "../model/harmless.ts";
import { renderAnnotations } from "../reports/render-annotations.ts";
import { renderSarif } from "../reports/render-sarif.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { printJson } from "./json-documents.ts";
import { readConfigurations } from "./read-configurations.ts";

/** How the findings are wanted. */
export interface LintOptions {
  readonly json?: boolean;
  readonly sarif?: boolean;
  readonly github?: boolean;
}

/** Prints every finding; 1 when one of them is an error. */
export async function lint(
  files: readonly string[],
  { json = false, sarif = false, github = false }: LintOptions,
): Promise<ExitCode> {
  const { findings, devices, pairs } = lintIos(await readConfigurations(files));
  const bare = findings.map(withoutEdits);
  if (json) printJson("lint", { findings: bare });
  else if (sarif) process.stdout.write(harmlessJson(renderSarif(bare, iosRules)));
  else if (github) process.stdout.write(renderAnnotations(bare));
  else process.stdout.write(`${toldFindings(findings)}${summary(findings, devices.length, pairs.length)}\n`);
  return hasErrors(findings) ? exitCodes.failed : exitCodes.passed;
}

/** The findings as people read them, fit for a terminal. */
export function toldFindings(findings: readonly Finding[]): string {
  return findings.length === 0 ? "" : `${harmlessLines(formatFindings(findings)).join("\n")}\n\n`;
}

/** `2 routers, 1 tunnel with both ends: 4 errors, 7 warnings, 4 informations`. */
export function summary(findings: readonly Finding[], routerCount: number, pairCount: number): string {
  const count = (severity: Finding["severity"]): number =>
    findings.filter((finding) => finding.severity === severity).length;
  const some = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
  return `${some(routerCount, "router")}, ${some(pairCount, "tunnel")} with both ends: ${some(count("error"), "error")}, ${some(count("warning"), "warning")}, ${some(count("information"), "note")} (not run on IOS)`;
}
