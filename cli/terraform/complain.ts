import { harmlessLines } from "../../model/harmless.ts";
import type { ProgressView } from "./progress-view.ts";
import type { TerraformDiagnostic } from "./terraform-event.ts";

/** Says each complaint once: what, where, and the rest below it. */
export function complain(diagnostics: readonly TerraformDiagnostic[], view: ProgressView): void {
  const said = new Set<string>();
  for (const { severity, summary, detail, address } of diagnostics) {
    const text = [
      `${severity === "error" ? "✖" : "▲"} ${summary}${address === undefined ? "" : `  (${address})`}`,
      ...(detail === "" ? [] : detail.split("\n").map((line) => `  ${line}`)),
    ];
    const shown = harmlessLines(text.join("\n")).join("\n");
    if (said.has(shown)) continue;
    said.add(shown);
    view.say(shown);
  }
}
