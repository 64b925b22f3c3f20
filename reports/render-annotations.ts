import type { LocatedFinding, Severity } from "../model/finding.ts";

const commands: Record<Severity, "error" | "warning" | "notice"> = {
  error: "error",
  warning: "warning",
  information: "notice",
};

/**
 * The findings as GitHub shows them beside the changed lines: one workflow command each.
 * @see GitHub documentation, "Workflow commands for GitHub Actions"
 */
export function renderAnnotations(findings: readonly LocatedFinding[]): string {
  return findings
    .map(({ severity, file, line, ruleId, device, what, fix }) => {
      const place = [
        `file=${property(file)}`,
        ...(line === null ? [] : [`line=${line}`]),
        `title=${property(ruleId)}`,
      ].join(",");
      return `::${commands[severity]} ${place}::${data(`${device}: ${what}. To mend: ${fix}.`)}\n`;
    })
    .join("");
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
