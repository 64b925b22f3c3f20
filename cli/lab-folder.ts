import { createHash } from "node:crypto";
import { access, readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { LabPlan } from "../model/plan-document.ts";
import { runResultSchema, type RunResult } from "../model/run-result.ts";

/** Something a command needs is not there; the message says what, where and how to mend. */
export class LackingError extends Error {
  override readonly name = "LackingError";
}

/** Whether a lab may be called so. */
export function isLabName(text: string): boolean {
  return /^[a-z][a-z0-9-]{0,29}$/.test(text);
}

/** Where a lab's files are, seen from the current folder. */
export function labFolder(lab: string): string {
  return resolve(".tunnelwright", lab);
}

/** The labs that were synthesized in this folder, by name. */
export async function synthesizedLabs(): Promise<string[]> {
  const names = (await readdir(".tunnelwright").catch(() => [])).filter(isLabName).sort();
  const havePlan = await Promise.all(names.map((name) => isThere(join(labFolder(name), "plan.json"))));
  return names.filter((_, index) => havePlan[index]);
}

/** Whether the lab is up: an inventory is written when every node answers, and taken away with the lab. */
export async function isLabUp(lab: string): Promise<boolean> {
  return isThere(join(labFolder(lab), "inventory.json"));
}

/** Throws LackingError, with what starts it, when the lab is not up. */
export async function mustBeUp(lab: string): Promise<void> {
  if (!(await isLabUp(lab))) throw new LackingError(`lab ${lab} does not run: npx tunnelwright up ${lab} starts it`);
}

/** Throws LackingError, with the nodes that there are, when the node is none of them. */
export function mustHaveNode(lab: string, node: string, nodes: readonly string[]): void {
  if (!nodes.includes(node)) throw new LackingError(`lab ${lab} has no node ${node}; it has ${nodes.join(", ")}`);
}

/** Whether there is such a file or folder. */
export async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** The plan that the last synth wrote, and its text as it was hashed. */
export async function readPlan(lab: string): Promise<{ readonly plan: LabPlan; readonly sha256: string }> {
  const file = join(labFolder(lab), "plan.json");
  const text = await readOrLack(
    file,
    `there is no plan of a lab ${JSON.stringify(lab)}: run npx cdktf deploy ${lab} in this folder`,
  );
  const plan = JSON.parse(text) as LabPlan;
  if (!plan.format.startsWith("tunnelwright-plan/1"))
    throw new LackingError(`${file} is of another version (${plan.format}): run npx cdktf synth`);
  return { plan, sha256: createHash("sha256").update(text).digest("hex") };
}

/** The result of the last run of the lab's checks. */
export async function readLatestResult(lab: string): Promise<RunResult> {
  const file = join(labFolder(lab), "results", "latest.json");
  const again = `run npx tunnelwright verify ${lab}`;
  return parseResult(file, await readOrLack(file, `no checks of ${JSON.stringify(lab)} have run yet: ${again}`), again);
}

/** A RunResult document somewhere else: of the night before, of another machine. */
export async function readResultFile(file: string): Promise<RunResult> {
  const again = "give what verify --json printed, or a file of .tunnelwright/LAB/results";
  return parseResult(file, await readOrLack(file, `there is no file ${file}: ${again}`), again);
}

function parseResult(file: string, text: string, again: string): RunResult {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new LackingError(`${file} is not JSON: ${again}`, { cause });
  }
  const result = runResultSchema.safeParse(document);
  if (!result.success)
    throw new LackingError(`${file} is no result of this version: ${again}`, { cause: result.error });
  return result.data;
}

async function readOrLack(file: string, lack: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw new LackingError(lack);
    throw error;
  }
}
