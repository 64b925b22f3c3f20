/** `up` and `down`: Terraform on the stack that the app makes, with what a killed one left behind cleared away first. They converge from anything. */
import { chmod, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
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
import { wakeNodes } from "../devices/wake-nodes.ts";
import { chooseChecks, seedOfPlan } from "../model/choose-checks.ts";
import { nodesGoVariable } from "../model/lab-progress.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { labFolder, LackingError, readPlan } from "./lab-folder.ts";
import { applyStack } from "./terraform/apply-stack.ts";
import type { ProgressView } from "./terraform/progress-view.ts";
import { AppError, earlierStack, runApp } from "./terraform/run-app.ts";
import { complain } from "./terraform/complain.ts";
import { endOrphanedProviders } from "./terraform/end-orphaned-providers.ts";

/** What ends a wait, and shows the work. */
export interface StandUpOptions {
  readonly signal: AbortSignal;
  readonly view: ProgressView;
}

/** A deploy takes half a minute; one that was orphaned ends by itself within this time. */
const otherTerraformDeadlineMs = 180_000;
const secondsApartMs = 250;

/**
 * Brings the lab up from whatever was left of it; gives 1 when Terraform or the app failed, which was told, 4 when it was
 * interrupted. Whether it verified anything is told by {@link measuredAt}.
 * @throws LackingError when the lab's name is taken from another folder, or the app has no such lab.
 */
export async function deployLab(lab: string, { signal, view }: StandUpOptions): Promise<ExitCode> {
  await makeReady(lab, signal, view);
  for (const name of await wakeNodes({ lab, directory: labFolder(lab) }, { signal }))
    view.say(`Started ${name}: it was off.`);
  const stack = await readStack(lab, signal, view);
  if (typeof stack !== "object") return stack;
  for (const warning of stack.warnings) view.say(`▲ ${warning}`);
  const { plan, sha256 } = await readPlan(lab);
  const { checks } = chooseChecks(plan.checks, { seed: seedOfPlan(sha256) });
  const before = await measuredAt(lab);
  const { exitCode, diagnostics } = await applyStack(stack.directory, { checks, signal, view });
  if (signal.aborted) return exitCodes.interrupted;
  // What a verification found is shown as its result is.
  const hasMeasured = (await measuredAt(lab)) !== before;
  complain(
    diagnostics.filter(({ address }) => !(hasMeasured && address === "tunnelwright_verification.verification")),
    view,
  );
  return exitCode === 0 ? exitCodes.passed : exitCodes.failed;
}

/**
 * Takes the lab down. Where Terraform cannot, everything that carries the lab's label is removed without it; in the end nothing
 * is left either way, and the exit code is 0.
 * @throws LackingError when the lab's name is taken from another folder.
 */
export async function destroyLab(lab: string, { signal, view }: StandUpOptions): Promise<ExitCode> {
  await makeReady(lab, signal, view);
  const code = await destroyStack(lab, { signal, view });
  if (code === exitCodes.interrupted) return code;
  const { known, left } = await listLabParts({ lab, directory: labFolder(lab) });
  const rest = [...left, ...(code === exitCodes.passed ? [] : known)];
  if (code !== exitCodes.passed)
    view.say(`Terraform did not take ${lab} down; what is left of it is removed without it.`);
  await remove(rest, view);
  // What synth wrote stays when there was nothing to destroy; Terraform's own state, which tells that all is gone, may stay.
  const isTerraforms = (name: string): boolean =>
    code === exitCodes.passed && /^terraform\.tfstate|^\.terraform/.test(name);
  for (const name of await readdir(labFolder(lab)))
    if (!isTerraforms(name)) await rm(join(labFolder(lab), name), { recursive: true, force: true });
  return exitCodes.passed;
}

/** By the stack that stood it up; the app is asked only where there is none, for it may be otherwise by now, or broken. */
async function destroyStack(lab: string, { signal, view }: StandUpOptions): Promise<ExitCode> {
  const earlier = await earlierStack(lab);
  const stack = earlier === undefined ? await readStack(lab, signal, view) : { directory: earlier };
  if (typeof stack !== "object") return stack;
  const { exitCode, diagnostics } = await applyStack(stack.directory, {
    // What is there is in the state, and what is not is removed by its label: nothing need be asked first.
    args: ["-destroy", "-refresh=false"],
    env: { [nodesGoVariable]: "1" },
    checks: [],
    signal,
    view,
  });
  if (signal.aborted) return exitCodes.interrupted;
  complain(diagnostics, view);
  return exitCode === 0 ? exitCodes.passed : exitCodes.failed;
}

async function readStack(
  lab: string,
  signal: AbortSignal,
  view: ProgressView,
): Promise<{ readonly directory: string; readonly warnings: readonly string[] } | ExitCode> {
  try {
    return await view.step(
      `${lab}: what is declared`,
      () => runApp(lab),
      () => `${lab}: declared and predicted`,
    );
  } catch (error) {
    if (signal.aborted) return exitCodes.interrupted;
    if (!(error instanceof AppError)) throw error;
    view.say(error.message);
    return exitCodes.failed;
  }
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

async function makeReady(lab: string, signal: AbortSignal, view: ProgressView): Promise<void> {
  const directory = labFolder(lab);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await untilNoTerraform(lab, stateFileOf(directory), signal, view);
  const stack = await earlierStack(lab);
  if (stack !== undefined) endOrphanedProviders(stack);
  await setBrokenStateAside(directory, view);
  await makeStateOurs(directory);
  await remove(await mustBeOurs(lab), view);
}

/** A Terraform whose parent was killed goes on; it is waited for, since two of them would undo one another's work. */
async function untilNoTerraform(
  lab: string,
  stateFile: string,
  signal: AbortSignal,
  view: ProgressView,
): Promise<void> {
  const deadline = systemClock.nowMs() + otherTerraformDeadlineMs;
  for (let told = false; isStateLocked(stateFile); told = true) {
    if (!told) view.say(`Another Terraform is at work on ${lab}: waiting for its end.`);
    if (systemClock.nowMs() > deadline)
      throw new LackingError(
        `another Terraform has been at work on ${lab} for ${otherTerraformDeadlineMs / 1000} s: end it, then run this again`,
      );
    await systemClock.wait(secondsApartMs, signal);
  }
}

/** A disk that was full may have cut the state short; the lab is then built anew, by its labels. */
async function setBrokenStateAside(directory: string, view: ProgressView): Promise<void> {
  const stateFile = stateFileOf(directory);
  if (isStateWhole(stateFile)) return;
  const aside = `${stateFile}.broken`;
  await rename(stateFile, aside);
  view.say(`The lab's state was cut short and cannot be read; it is kept as ${aside}, and the lab is built anew.`);
}

/** Terraform keeps the mode of a state that is there: one that a plain deploy wrote under another umask becomes its owner's alone. */
async function makeStateOurs(directory: string): Promise<void> {
  const states = (await readdir(directory)).filter((name) => name.startsWith("terraform.tfstate"));
  await Promise.all(states.map((name) => chmod(join(directory, name), 0o600)));
}

async function remove(parts: readonly LabPart[], view: ProgressView): Promise<void> {
  await removeParts(parts);
  for (const { kind, name } of parts)
    view.say(`Removed ${kind} ${name}: it was left behind, and the lab's state does not know it.`);
}
