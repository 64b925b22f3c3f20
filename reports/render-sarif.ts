import type { LocatedFinding, Severity } from "../model/finding.ts";

const levels: Record<Severity, "error" | "warning" | "note"> = {
  error: "error",
  warning: "warning",
  information: "note",
};

/** What a rule is, for the reader of a report. */
export interface ReportedRule {
  readonly title: string;
  readonly why: string;
  readonly source: string;
}

/**
 * The findings in the Static Analysis Results Interchange Format, for whatever shows them beside the text.
 * @see SARIF Version 2.1.0, OASIS Standard
 */
export function renderSarif(
  findings: readonly LocatedFinding[],
  rules: Readonly<Record<string, ReportedRule>>,
): string {
  const used = [...new Set(findings.map(({ ruleId }) => ruleId))].sort();
  const document = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "tunnelwright",
            rules: used.map((id) => ({
              id,
              shortDescription: { text: rules[id]?.title ?? id },
              fullDescription: { text: `${rules[id]?.why ?? ""} (${rules[id]?.source ?? ""})` },
            })),
          },
        },
        results: findings.map(({ ruleId, severity, what, why, fix, file, line, device }) => ({
          ruleId,
          ruleIndex: used.indexOf(ruleId),
          level: levels[severity],
          message: { text: `${device}: ${what}. Why: ${why}. To mend: ${fix}.` },
          locations: [
            { physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: line ?? 1 } } },
          ],
        })),
      },
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** A path as a relative reference (RFC 3986 section 4.2). */
function uriOf(file: string): string {
  return file.split(/[\\/]/).map(encodeURIComponent).join("/");
}
