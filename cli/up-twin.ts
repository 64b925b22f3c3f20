/** `up --from`: the twin of pasted IOS configurations on Linux routers. */
import { basename, extname } from "node:path";
import { fixIos } from "../dialects/ios/fix.ts";
import { formatFindings } from "../model/finding.ts";
import { harmless, harmlessLines } from "../model/harmless.ts";
import { planTwin, type PlannedTwin } from "../plan/plan-twin.ts";
import { forgetDeclaration, isDeclared, isSynthesized, keepDeclaration, whyNotDeclared } from "./declared-file.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { isLabName } from "./lab-folder.ts";
import { summary, toldFindings } from "./lint.ts";
import type { Presentation } from "./present-result.ts";
import { readConfigurations } from "./read-configurations.ts";
import { mustBeOurs } from "./stand-up.ts";
import { standUp } from "./up.ts";

/** How the twin is called and shown, and what ends the wait. */
export interface TwinOptions {
  /** @default - as the only file is called, where that is a lab's name; else `twin` */
  readonly name?: string;
  readonly presentation: Presentation;
  readonly signal: AbortSignal;
}

/**
 * Reads the texts, tells on standard error what the twin cannot enact and what is wrong with them, and stands it up; 1, and nothing is
 * started, when they are no lab. Again with a changed text it updates the twin in place.
 */
export async function standUpTwin(
  files: readonly string[],
  { name = nameOf(files), presentation, signal }: TwinOptions,
): Promise<ExitCode> {
  const refused = await whyNotDeclared(name);
  if (refused !== undefined) {
    console.error(`✖ the twin cannot be called ${name}: ${refused}; give it another --name`);
    return exitCodes.misuse;
  }
  const sources = await readConfigurations(files);
  const twin = planTwin(sources, name);
  console.error(toldTwin(twin));
  if (!twin.lab) {
    const mended = fixIos(sources).files.map((file) => ({ name: file.name, text: file.after }));
    console.error(hint(files, name, planTwin(mended, name).lab !== null));
    return exitCodes.failed;
  }
  await mustBeOurs(name);
  const wasDeclared = await isDeclared(name);
  await keepDeclaration(twin.lab);
  const code = await standUp(name, presentation, signal);
  if (code === exitCodes.interrupted || (await isSynthesized(twin.lab))) return code;
  if (!wasDeclared) await forgetDeclaration(name);
  console.error(
    `✖ the app of this folder did not build the twin ${name}: it must call addDeclaredLabs(app), as main.ts does, and have no lab of that name`,
  );
  return code === exitCodes.passed ? exitCodes.misuse : code;
}

/** `branch.cfg` is the twin branch. */
export function nameOf(files: readonly string[]): string {
  const [file = "-", ...others] = files;
  const stem = basename(file, extname(file));
  return others.length === 0 && isLabName(stem) ? stem : "twin";
}

/** What is told of a twin before anything is started, without a newline at its end. */
export function toldTwin({ lab, differences, findings, labFindings, routerCount, tunnelCount }: PlannedTwin): string {
  const faults = labFindings.filter(({ severity }) => severity === "error");
  return [
    ...(lab
      ? [
          `twin ${lab.name}: ${Object.keys(lab.nodes).join(", ")}; ${Object.keys(lab.tunnels).join(", ")}`,
          "",
          "What it does otherwise than IOS, or has nothing of:",
          ...differences.flatMap(({ what, why, where }) => [
            harmless(`  · ${what}${where === null ? "" : ` (${where})`}`),
            harmless(`    why  ${why}`),
          ]),
          "",
        ]
      : []),
    `${toldFindings(findings)}${summary(findings, routerCount, tunnelCount)}`,
    ...(faults.length > 0 ? ["", "No lab can be built of it:", ...harmlessLines(formatFindings(faults))] : []),
    "",
  ].join("\n");
}

function hint(files: readonly string[], name: string, isMendable: boolean): string {
  const named = harmless(files.join(" "));
  return isMendable
    ? `✖ no twin: nothing was started. It is one when it is mended: npx tunnelwright fix ${named} >mended.txt, then npx tunnelwright up --from mended.txt --name ${name}`
    : `✖ no twin: nothing was started. npx tunnelwright fix ${named} mends what has one sure remedy; the rest is told above`;
}
