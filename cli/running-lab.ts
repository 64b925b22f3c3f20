/** A running lab, as commands work on it: its plan, and sessions to its nodes. */
import { inventoryTargets, readInventory } from "../devices/inventory.ts";
import type { LinuxSession } from "../devices/linux-session.ts";
import { SessionPool } from "../devices/session-pool.ts";
import type { LabPlan } from "../model/plan-document.ts";
import { labFolder, LackingError, mustBeUp, readPlan } from "./lab-folder.ts";

/** What the work is handed. */
export interface RunningLab {
  readonly plan: LabPlan;
  /** Runs the work with a session to the node. */
  readonly on: <T>(node: string, work: (session: LinuxSession) => Promise<T>) => Promise<T>;
}

/**
 * Does the work with sessions to the lab's nodes, and closes them; the signal ends every wait.
 * @throws LackingError, in one sentence, when the lab does not run.
 */
export async function withRunningLab<T>(
  lab: string,
  { connectTimeoutMs = 10_000, signal }: { readonly connectTimeoutMs?: number; readonly signal: AbortSignal },
  work: (running: RunningLab) => Promise<T>,
): Promise<T> {
  const { plan } = await readPlan(lab);
  const directory = labFolder(lab);
  await mustBeUp(lab);
  const inventory = await readInventory(directory);
  const targets = await inventoryTargets(directory, inventory);
  const pool = new SessionPool({ connectTimeoutMs });
  try {
    return await work({
      plan,
      on: async (node, doing) => {
        const target = targets.get(node);
        if (inventory.iosNodes?.[node])
          throw new LackingError(
            `${node} is IOS, and this command asks by Linux commands: npx tunnelwright verify ${lab}`,
          );
        if (!target)
          throw new LackingError(`the inventory of ${lab} has no node ${node}: run npx tunnelwright up ${lab}`);
        // One of its own: many wait at once, and each would listen to the caller's.
        return pool.withSession(target, doing, { signal: AbortSignal.any([signal]) });
      },
    });
  } finally {
    await pool.close();
  }
}

/** The same with several labs at once, by their names. */
export async function withRunningLabs<T>(
  labs: readonly string[],
  options: { readonly signal: AbortSignal },
  work: (running: ReadonlyMap<string, RunningLab>) => Promise<T>,
): Promise<T> {
  const [lab, ...rest] = labs;
  if (lab === undefined) return work(new Map());
  return withRunningLab(lab, options, (running) =>
    withRunningLabs(rest, options, (others) => work(new Map([[lab, running], ...others]))),
  );
}
