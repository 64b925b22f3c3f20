import { execa } from "execa";
import { createInterface } from "node:readline";
import { LackingError } from "../lab-folder.ts";
import { endWithSignals } from "./end-with-signals.ts";
import { privately } from "./privately.ts";
import { readTerraformEvent, type TerraformEvent } from "./terraform-event.ts";

/** How Terraform is run. */
export interface TerraformRun {
  /** The stack's folder. */
  readonly directory: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Each line as it comes. */
  readonly onEvent: (event: TerraformEvent) => void;
}

/** What a Terraform that was killed leaves of its process group: providers that wait for it for ever. */
function endLeftBehind(group: number | undefined): void {
  if (group === undefined) return;
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // They ended with it.
  }
}

/** cdktf's own variable for who prefers another, OpenTofu say. */
const binary = (): string => process.env.TERRAFORM_BINARY_NAME ?? "terraform";

/**
 * Runs Terraform in a process group of its own and waits for its end, also when it is interrupted: it ends by itself then, and what
 * it did is in its state. Gives the exit code, undefined when it was killed.
 * @throws LackingError when it cannot be started.
 */
export async function runTerraform(
  args: readonly string[],
  { directory, env = {}, onEvent }: TerraformRun,
): Promise<number | undefined> {
  const child = privately(() =>
    execa(binary(), args, {
      cwd: directory,
      detached: true,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      buffer: false,
      reject: false,
      env: { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", ...env },
    }),
  );
  // One interruption: Terraform passes it to its providers itself, and a second one would make it drop what it is at.
  const release = endWithSignals(child);
  const hear = (line: string): void => {
    if (line.trim() !== "") onEvent(readTerraformEvent(line));
  };
  createInterface({ input: child.stdout }).on("line", hear);
  createInterface({ input: child.stderr }).on("line", hear);
  try {
    const { exitCode, failed, cause } = await child;
    if (exitCode === undefined && failed && child.pid === undefined)
      throw new LackingError(`${binary()} could not be run (${String(cause)}): scripts/setup tells what is missing`);
    if (exitCode === undefined) endLeftBehind(child.pid);
    return exitCode;
  } finally {
    release();
  }
}
