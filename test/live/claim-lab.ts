/** Who stands a lab up for a test says so, machine-wide: what a killed run left is known from what a user has up. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listLabParts, removeParts } from "../../devices/lab-leftovers.ts";
import { dockerLeftovers, root } from "./lab-commands.ts";

/** What claims use of the world; the tests of claims bring their own. */
export interface ClaimSurroundings {
  /** Where the claims are kept. */
  readonly folder: string;
  readonly leftovers: (lab: string) => Promise<string[]>;
  readonly remove: (lab: string) => Promise<void>;
}

interface Claim {
  readonly pid: number;
  /** In clock ticks since boot: a pid may be given again, a pid with its start may not. */
  readonly started: string;
  /** The working copy the lab was stood up from. */
  readonly root: string;
}

const surroundings: ClaimSurroundings = {
  folder: join(tmpdir(), "tunnelwright-test-labs"),
  leftovers: dockerLeftovers,
  remove: async (lab) => {
    const { known, left, foreign } = await listLabParts({ lab, directory: join(root, ".tunnelwright", lab) });
    await removeParts([...known, ...left, ...foreign]);
  },
};

/**
 * Takes a lab's name for this process. What a run left that was killed is removed first, from whichever working copy it ran.
 * Fails when another run has the name, or when a lab of it is up that no test stood up.
 */
export async function claimLab(lab: string, { folder, leftovers, remove } = surroundings): Promise<void> {
  const file = join(folder, `${lab}.json`);
  const earlier = readClaim(file);
  if (earlier && earlier.pid !== process.pid && startOf(earlier.pid) === earlier.started)
    throw new Error(`the lab ${lab} is in use by the tests of process ${earlier.pid} in ${earlier.root}`);
  if (earlier) {
    await remove(lab);
    for (const copy of new Set([earlier.root, root]))
      for (const left of [lab, `stacks-of-${lab}`])
        rmSync(join(copy, ".tunnelwright", left), { recursive: true, force: true });
  }
  const standing = await leftovers(lab);
  if (standing.length > 0)
    throw new Error(`a lab ${lab} is up that no test stood up: npx cdktf destroy ${lab} (${standing.join(", ")})`);
  mkdirSync(folder, { recursive: true });
  const claim: Claim = { pid: process.pid, started: startOf(process.pid) ?? "", root };
  writeFileSync(file, JSON.stringify(claim));
}

/** Gives the name back, and tells what the engine still has of the lab: nothing, when all went well. */
export async function releaseLab(lab: string, { folder, leftovers } = surroundings): Promise<string[]> {
  const left = await leftovers(lab);
  // With something left the claim stays, so that the next run removes it.
  if (left.length === 0) rmSync(join(folder, `${lab}.json`), { force: true });
  return left;
}

function readClaim(file: string): Claim | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Claim;
  } catch {
    return undefined;
  }
}

function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
