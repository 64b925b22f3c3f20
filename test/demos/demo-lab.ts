/** A demo as a user runs it, and its lab taken away afterwards. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { claimLab, releaseLab } from "../live/claim-lab.ts";
import { run, type Ended } from "../live/lab-commands.ts";

/** Runs the demo; stands its labs up when they are not. */
export function runDemo(name: string, ...options: string[]): Promise<Ended> {
  return run("node", ["dist/cli/main.js", "demo", name, ...options], { timeoutMs: 580_000 });
}

/** Does the work while the labs' names are this process's; gives what is left of them in the end. */
export async function withLabsOfDemo(labs: readonly string[], work: () => Promise<void>): Promise<string[]> {
  for (const lab of labs) await claimLab(lab);
  try {
    await work();
  } finally {
    for (const lab of labs) await run("node", ["dist/cli/main.js", "down", lab]);
  }
  return (await Promise.all(labs.map((lab) => releaseLab(lab)))).flat();
}

/** What two runs have in common: times, counts of lost packets and timelines differ. */
export function withoutTimes(told: string): string {
  return told
    .replaceAll(/\d+\.\d\d s\b/g, "#.## s")
    .replaceAll(/\d+ lost\b/g, "# lost")
    .replaceAll(/^ {3}0 s: (?:.+\n)+/gm, "");
}

/** The text is the known one but for times; else it is compared whole, so that the difference is told, or the known one renewed. */
export async function expectToldAsKnown(told: string, name: string): Promise<void> {
  const file = new URL(`golden/${name}.txt`, import.meta.url);
  const known = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (withoutTimes(known) === withoutTimes(told)) return;
  await expect(told).toMatchFileSnapshot(fileURLToPath(file));
}
