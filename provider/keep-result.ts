import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunResult } from "../model/run-result.ts";

/** Keeps a result beside its lab, under its time and as the latest; gives the path of the latest. */
export async function keepResult(directory: string, result: RunResult): Promise<string> {
  const folder = join(directory, "results");
  await mkdir(folder, { recursive: true });
  const text = `${JSON.stringify(result, null, 2)}\n`;
  const latest = join(folder, "latest.json");
  await writeFile(join(folder, `${result.startedAt.replaceAll(":", "")}.json`), text);
  await writeFile(`${latest}.new`, text);
  await rename(`${latest}.new`, latest);
  return latest;
}
