import { runChecks } from "../checks/run-checks.ts";
import { inventoryTargets, readInventory } from "../devices/inventory.ts";
import { SessionPool } from "../devices/session-pool.ts";
import { systemClock } from "../devices/system-clock.ts";
import type { CheckResult, RunResult } from "../model/run-result.ts";
import { keepResult } from "../provider/keep-result.ts";
import { labFolder, LackingError, readPlan } from "./lab-folder.ts";

/** Runs the lab's checks on its routers and keeps the result; tells each check as it ends unless quiet. */
export async function verifyLab(
  lab: string,
  options: { readonly quiet: boolean; readonly signal: AbortSignal },
): Promise<RunResult> {
  const { plan, sha256: planSha256 } = await readPlan(lab);
  const directory = labFolder(lab);
  const targets = await inventoryTargets(directory, await readInventory(directory));
  const pool = new SessionPool({ connectTimeoutMs: 10_000 });
  try {
    const result = await runChecks({
      plan,
      planSha256,
      clock: systemClock,
      signal: options.signal,
      withSession: (node, work) => {
        const target = targets.get(node);
        if (!target) throw new LackingError(`the inventory of ${lab} has no node ${node}: run npx cdktf deploy ${lab}`);
        return pool.withSession(target, work, { signal: options.signal });
      },
      onCheck: (check) => {
        if (!options.quiet) process.stderr.write(`${progressLine(check)}\n`);
      },
    });
    await keepResult(directory, result);
    return result;
  } finally {
    await pool.close();
  }
}

const marks = { pass: "✔", fail: "✖", unknown: "?" } as const;

function progressLine({ verdict, title, durationMs }: CheckResult): string {
  return `${marks[verdict]} ${title}  ${(durationMs / 1000).toFixed(1)} s`;
}
