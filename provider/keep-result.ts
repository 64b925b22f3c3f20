import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RunResult } from "../model/run-result.ts";

/** Of so many runs the results and captures are kept; older ones go. */
const keptRunCount = 20;

/**
 * Keeps a result beside its lab, under its time and as the latest; gives the path of the latest.
 * `junit` is the same result for continuous integration, kept as latest.junit.xml; without it that of the run before is taken away.
 */
export async function keepResult(directory: string, result: RunResult, junit: string | null = null): Promise<string> {
  const folder = join(directory, "results");
  await mkdir(folder, { recursive: true });
  const text = `${JSON.stringify(result, null, 2)}\n`;
  const latest = join(folder, "latest.json");
  const latestJunit = join(folder, "latest.junit.xml");
  await writeFile(join(folder, `${result.startedAt.replaceAll(":", "")}.json`), text);
  // First away: at no time does it tell another run than the document does.
  await rm(latestJunit, { force: true });
  await writeWhole(latest, text);
  if (junit !== null) await writeWhole(latestJunit, junit);
  await forgetOldRuns(folder);
  return latest;
}

/** Who reads the file meets the old text or the new one, never half of it. */
async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

/** Keeps the captures of a run beside its result; the path is relative to the lab's results. */
export function captureKeeper(directory: string): (path: string, bytes: Uint8Array) => Promise<void> {
  return async (path, bytes) => {
    const file = join(directory, "results", path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  };
}

/** A run's names begin with its time, so that their order is theirs. */
async function forgetOldRuns(folder: string): Promise<void> {
  const runs = new Map<string, string[]>();
  for (const name of await readdir(folder)) {
    const time = /^\d{4}-\d\d-\d\dT\d{6}\.\d{3}Z/.exec(name)?.[0];
    if (time !== undefined) runs.set(time, [...(runs.get(time) ?? []), name]);
  }
  const old = [...runs.keys()].sort().slice(0, -keptRunCount);
  const names = old.flatMap((time) => runs.get(time) ?? []);
  await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}
