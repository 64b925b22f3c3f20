import { runChecks } from "../checks/run-checks.ts";
import { inventoryIosTargets, inventoryTargets, readInventory } from "../devices/inventory.ts";
import { IosSessions } from "../devices/ios/ios-sessions.ts";
import { SessionPool } from "../devices/session-pool.ts";
import { systemClock } from "../devices/system-clock.ts";
import type { RunResult } from "../model/run-result.ts";
import { captureKeeper, keepResult } from "../provider/keep-result.ts";
import { renderJunit, renderProgress } from "../reports/index.ts";
import { labFolder, LackingError, readPlan } from "./lab-folder.ts";

/** Runs the lab's checks on its routers and keeps the result, also as JUnit XML; tells each check as it ends unless quiet. */
export async function verifyLab(
  lab: string,
  options: {
    readonly quiet: boolean;
    readonly disruptive: boolean;
    /** At most so long for any state; null: each check's own settle time. */
    readonly patienceMs: number | null;
    readonly signal: AbortSignal;
  },
): Promise<RunResult> {
  const { plan, sha256: planSha256 } = await readPlan(lab);
  const directory = labFolder(lab);
  const inventory = await readInventory(directory);
  const targets = await inventoryTargets(directory, inventory);
  const iosTargets = await inventoryIosTargets(directory, inventory);
  const pool = new SessionPool({ connectTimeoutMs: 10_000 });
  const ios = new IosSessions();
  try {
    const result = await runChecks({
      plan,
      planSha256,
      clock: systemClock,
      keepCapture: captureKeeper(directory),
      signal: options.signal,
      disruptive: options.disruptive,
      ...(options.patienceMs !== null && { patienceMs: options.patienceMs }),
      withSession: async (node, work) => {
        const router = iosTargets.get(node);
        if (router) return ios.withSession(router, work, { connectTimeoutMs: 10_000, signal: options.signal });
        const target = targets.get(node);
        if (!target) throw new LackingError(`the inventory of ${lab} has no node ${node}: run npx cdktf deploy ${lab}`);
        return pool.withSession(target, work, { signal: options.signal });
      },
      onCheck: (check) => {
        if (options.quiet) return;
        const width = process.stderr.columns || 80;
        process.stderr.write(renderProgress(check, { colour: !process.env.NO_COLOR, width }));
      },
    });
    if (!options.quiet) process.stderr.write("\n");
    if (!options.quiet)
      for (const { id, why } of plan.notAsked ?? []) process.stderr.write(`not asked: ${id}: ${why}\n`);
    await keepResult(directory, result, renderJunit(result));
    return result;
  } finally {
    await Promise.all([pool.close(), ios.close()]);
  }
}
