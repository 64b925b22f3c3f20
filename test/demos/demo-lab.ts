/** A demo as a user runs it, and its lab taken away afterwards. */
import { claimLab, releaseLab } from "../live/claim-lab.ts";
import { run, type Ended } from "../live/lab-commands.ts";

/** Runs the demo; stands its lab up when it is not. */
export function runDemo(name: string, ...options: string[]): Promise<Ended> {
  return run("node", ["dist/cli/main.js", "demo", name, ...options], { timeoutMs: 280_000 });
}

/** Does the work while the lab's name is this process's; gives what is left of the lab in the end. */
export async function withLabOfDemo(name: string, work: () => Promise<void>): Promise<string[]> {
  await claimLab(name);
  try {
    await work();
  } finally {
    await run("node", ["dist/cli/main.js", "down", name]);
  }
  return releaseLab(name);
}
