/** `fix`: pasted IOS configurations given back, mended where the remedy is sure. It opens no socket and writes no file. */
import { fixIos } from "../dialects/ios/fix.ts";
import { unifiedDiff } from "../dialects/ios/unified-diff.ts";
import { hasErrors } from "../model/finding.ts";
import { harmless } from "../model/harmless.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { toldFindings } from "./lint.ts";
import { readConfigurations } from "./read-configurations.ts";

/** What is wanted back. */
export interface FixOptions {
  readonly diff?: boolean;
}

/**
 * Prints the mended texts one after the other, or what changed in them; tells on standard error what was mended and what is left.
 * 1 when an error is left.
 */
export async function fix(files: readonly string[], { diff = false }: FixOptions): Promise<ExitCode> {
  const { files: fixed, mended, left } = fixIos(await readConfigurations(files));
  for (const file of fixed) process.stdout.write(diff ? unifiedDiff(file) : file.after);
  for (const { where, what, ruleId } of mended) console.error(`✔ mended ${harmless(`${what} (${ruleId}, ${where})`)}`);
  const open = left.filter(({ severity }) => severity !== "information");
  if (open.length > 0) console.error(`\nleft to you:\n${toldFindings(open).trimEnd()}`);
  console.error("not run on IOS: read the difference before you paste it");
  return hasErrors(left) ? exitCodes.failed : exitCodes.passed;
}
