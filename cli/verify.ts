import { randomInt } from "node:crypto";
import { runChecks } from "../checks/run-checks.ts";
import { inventoryIosTargets, inventoryTargets, readInventory } from "../devices/inventory.ts";
import { IosSessions } from "../devices/ios/ios-sessions.ts";
import { SessionPool } from "../devices/session-pool.ts";
import { systemClock } from "../devices/system-clock.ts";
import { chooseChecks, type CoverageWish } from "../model/choose-checks.ts";
import type { RunResult } from "../model/run-result.ts";
import { captureKeeper, keepResult } from "../provider/keep-result.ts";
import { checkLine } from "../model/lab-progress.ts";
import { renderJunit } from "../reports/index.ts";
import { labFolder, LackingError, readPlan } from "./lab-folder.ts";
import { CheckWork } from "./terraform/check-work.ts";
import type { ProgressView } from "./terraform/progress-view.ts";

/** Runs the lab's checks on its routers and keeps the result, also as JUnit XML; shows each check while it is under way. */
export async function verifyLab(
  lab: string,
  options: {
    readonly view: ProgressView;
    readonly disruptive: boolean;
    /** Without a seed the sample is another each time. @default - of many tunnels a sample */
    readonly coverage?: CoverageWish;
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
  const { view } = options;
  const coverage = { seed: randomInt(2 ** 32), ...options.coverage, disruptive: options.disruptive };
  const asked = chooseChecks(plan.checks, coverage);
  const checking = new CheckWork(asked.checks, () => performance.now());
  const watched = view.watch([checking.group]);
  const result = await runChecks({
    plan,
    planSha256,
    clock: systemClock,
    keepCapture: captureKeeper(directory),
    signal: options.signal,
    coverage,
    ...(options.patienceMs !== null && { patienceMs: options.patienceMs }),
    withSession: async (node, work) => {
      const router = iosTargets.get(node);
      if (router) return ios.withSession(router, work, { connectTimeoutMs: 10_000, signal: options.signal });
      const target = targets.get(node);
      if (!target) throw new LackingError(`the inventory of ${lab} has no node ${node}: run npx cdktf deploy ${lab}`);
      return pool.withSession(target, work, { signal: options.signal });
    },
    onStart: ({ id }) => checking.onProgress({ kind: "check-begins", id }),
    onWait: ({ id }, seen) => checking.onProgress({ kind: "check-waits", id, seen }),
    onCheck: (check) => checking.onProgress({ kind: "check-ends", check: checkLine(check) }),
  }).finally(async () => {
    checking.group.close();
    await watched;
    await Promise.all([pool.close(), ios.close()]);
  });
  for (const { id, why } of plan.notAsked ?? []) view.say(`not asked: ${id}: ${why}`);
  await keepResult(directory, result, renderJunit(result));
  return result;
}
