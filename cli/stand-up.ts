/** `up` and `down`: cdktf's deploy and destroy, with what a killed one left behind cleared away first. They converge from anything. */
import { execa } from "execa";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  isStateLocked,
  isStateWhole,
  listLabParts,
  removeParts,
  stateFileOf,
  type LabPart,
} from "../devices/lab-leftovers.ts";
import { systemClock } from "../devices/system-clock.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { labFolder, LackingError } from "./lab-folder.ts";

/** What ends a wait, and tells the children. */
export interface StandUpOptions {
  readonly signal: AbortSignal;
  /** Where cdktf's own output goes. @default "stdout" */
  readonly progressTo?: "stdout" | "stderr";
}

/** A deploy takes half a minute; one that was orphaned ends by itself within this time. */
const otherTerraformDeadlineMs = 180_000;
const secondsApartMs = 250;

/**
 * Brings the lab up from whatever was left of it; gives the exit code of cdktf's deploy, 4 when it was interrupted.
 * Whether it verified anything is told by {@link measuredAt}.
 * @throws LackingError when the lab's name is taken from another folder.
 */
export async function deployLab(lab: string, options: StandUpOptions): Promise<ExitCode> {
  await makeReady(lab, options.signal);
  return runCdktf("deploy", lab, options);
}

/**
 * Takes the lab down. Where Terraform cannot, everything that carries the lab's label is removed without it; in the end nothing
 * is left either way, and the exit code is 0.
 * @throws LackingError when the lab's name is taken from another folder.
 */
export async function destroyLab(lab: string, options: StandUpOptions): Promise<ExitCode> {
  await makeReady(lab, options.signal);
  const code = await runCdktf("destroy", lab, options);
  if (code === exitCodes.interrupted) return code;
  const { known, left } = await listLabParts({ lab, directory: labFolder(lab) });
  const rest = [...left, ...(code === exitCodes.passed ? [] : known)];
  if (code !== exitCodes.passed) say(`Terraform did not take ${lab} down; what is left of it is removed without it.`);
  await remove(rest);
  // What synth wrote stays when there was nothing to destroy; Terraform's own state, which tells that all is gone, may stay.
  const isTerraforms = (name: string): boolean =>
    code === exitCodes.passed && /^terraform\.tfstate|^\.terraform/.test(name);
  for (const name of await readdir(labFolder(lab)))
    if (!isTerraforms(name)) await rm(join(labFolder(lab), name), { recursive: true, force: true });
  return exitCodes.passed;
}

/** When the last verification was written; undefined when none was. */
export async function measuredAt(lab: string): Promise<number | undefined> {
  return stat(join(labFolder(lab), "results", "latest.json")).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}

/**
 * What is left of the lab without its state knowing it; nothing is removed.
 * @throws LackingError when the lab's name is taken from another folder.
 */
export async function mustBeOurs(lab: string): Promise<readonly LabPart[]> {
  const { left, foreign } = await listLabParts({ lab, directory: labFolder(lab) });
  if (foreign.length > 0)
    throw new LackingError(
      `a lab ${lab} is up from another folder, ${foreign[0]?.directory}: ` +
        `take it down there (npx tunnelwright down ${lab}), or give this one another name`,
    );
  return left;
}

async function makeReady(lab: string, signal: AbortSignal): Promise<void> {
  const directory = labFolder(lab);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await untilNoTerraform(lab, stateFileOf(directory), signal);
  await setBrokenStateAside(directory);
  await remove(await mustBeOurs(lab));
}

/** A Terraform whose parent was killed goes on; it is waited for, since two of them would undo one another's work. */
async function untilNoTerraform(lab: string, stateFile: string, signal: AbortSignal): Promise<void> {
  const deadline = systemClock.nowMs() + otherTerraformDeadlineMs;
  for (let told = false; isStateLocked(stateFile); told = true) {
    if (!told) say(`Another Terraform is at work on ${lab}: waiting for its end.`);
    if (systemClock.nowMs() > deadline)
      throw new LackingError(
        `another Terraform has been at work on ${lab} for ${otherTerraformDeadlineMs / 1000} s: end it, then run this again`,
      );
    await systemClock.wait(secondsApartMs, signal);
  }
}

/** A disk that was full may have cut the state short; the lab is then built anew, by its labels. */
async function setBrokenStateAside(directory: string): Promise<void> {
  const stateFile = stateFileOf(directory);
  if (isStateWhole(stateFile)) return;
  const aside = `${stateFile}.broken`;
  await rename(stateFile, aside);
  say(`The lab's state was cut short and cannot be read; it is kept as ${aside}, and the lab is built anew.`);
}

async function remove(parts: readonly LabPart[]): Promise<void> {
  await removeParts(parts);
  for (const { kind, name } of parts)
    say(`Removed ${kind} ${name}: it was left behind, and the lab's state does not know it.`);
}

async function runCdktf(
  verb: "deploy" | "destroy",
  lab: string,
  { progressTo = "stdout", signal }: StandUpOptions,
): Promise<ExitCode> {
  const isInterrupted = (): boolean => signal.aborted;
  if (isInterrupted()) return exitCodes.interrupted;
  // A group of its own, so that one interruption reaches cdktf, Terraform and the providers, whoever sent it and to whom.
  const child = execa("cdktf", [verb, lab, "--auto-approve"], {
    preferLocal: true,
    detached: true,
    stdin: "ignore",
    stdout: progressTo === "stdout" ? "inherit" : process.stderr,
    stderr: "inherit",
    reject: false,
    env: { CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1" },
  });
  const interrupt = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGINT");
    } catch {
      // It has ended meanwhile.
    }
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of signals) process.on(name, interrupt);
  try {
    const { exitCode, failed, cause } = await child;
    if (isInterrupted()) return exitCodes.interrupted;
    if (exitCode === undefined && failed) throw new LackingError(`cdktf could not be run: ${String(cause)}`);
    return exitCode === 0 ? exitCodes.passed : exitCodes.failed;
  } finally {
    for (const name of signals) process.off(name, interrupt);
  }
}

function say(text: string): void {
  console.error(text);
}
