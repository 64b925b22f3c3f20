/** The labs that faults are planted in, side by side: two, because most of a fault's time is waiting. */
import { join } from "node:path";
import { root, run, labPlaces, type Ended } from "../lab-commands.ts";
import { runResultSchema, type RunResult } from "../../../model/run-result.ts";

export const faultLabs = ["faults-a", "faults-b"] as const;
export type FaultLab = (typeof faultLabs)[number];

/** Beside the labs' own folders, so that no other synth takes these stacks away. */
export const stacksFolder = join(root, ".tunnelwright/stacks-of-faults");

export const terraformIn = (lab: FaultLab, ...args: string[]): Promise<Ended> =>
  run("terraform", args, { cwd: join(stacksFolder, "stacks", lab) });

/** Both labs, from nothing to the last check, at the same time. */
export async function deployFaultLabs(): Promise<Ended[]> {
  const synth = await run("node", ["--import", "tsx", "test/live/faults/app.ts"]);
  if (synth.exitCode !== 0) return [synth];
  return Promise.all(
    faultLabs.map(async (lab) => {
      const init = await terraformIn(lab, "init", "-input=false", "-no-color");
      return init.exitCode === 0 ? terraformIn(lab, "apply", "-auto-approve", "-input=false", "-no-color") : init;
    }),
  );
}

export async function destroyFaultLabs(): Promise<Ended[]> {
  return Promise.all(faultLabs.map((lab) => terraformIn(lab, "destroy", "-auto-approve", "-input=false", "-no-color")));
}

/** What `tunnelwright verify` finds. */
export async function verify(
  lab: FaultLab,
  ...options: string[]
): Promise<{ result: RunResult; exitCode: number | undefined }> {
  const { exitCode, stdout, all } = await run("node", ["dist/cli/main.js", "verify", lab, "--json", ...options]);
  if (!stdout.startsWith("{")) throw new Error(`verify ${lab} gave no result: ${all}`);
  return { result: runResultSchema.parse(JSON.parse(stdout)), exitCode };
}

/** Each check's verdict by the last word of its id. */
export function verdictsOf({ checks }: RunResult): Record<string, string> {
  return Object.fromEntries(checks.map(({ kind, verdict }) => [kind, verdict]));
}

/** Where a lab's files are. */
export const placesOf = (lab: FaultLab) => labPlaces(lab);
