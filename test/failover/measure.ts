/** Cuts of the primary tunnel at random phases, one lab for each way to notice, and whether each was noticed in its window. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { withRunningLab } from "../../cli/running-lab.ts";
import type { Failover } from "../../constructs/index.ts";
import { cutAndWatch, type EndOfCut, type MeasuredCut } from "../../checks/cut-and-watch.ts";
import { cutOf, type Victim } from "../../checks/cuts.ts";
import { isOutside } from "../../checks/notice-loss.ts";
import { systemClock } from "../../devices/system-clock.ts";
import type { LabPlan, PlannedDetection } from "../../model/plan-document.ts";
import { claimLab, releaseLab } from "../live/claim-lab.ts";
import { labPlaces, root, run } from "../live/lab-commands.ts";

/** One mechanism as it was measured. */
export interface MeasuredFailover {
  readonly name: string;
  readonly how: Failover;
  readonly detection: PlannedDetection;
  readonly cuts: readonly MeasuredCut[];
}

/** Two providers between two routers, or between a spoke and two hubs. */
export type FailoverTopology = "pair" | "dual-hub";

/** A lab for one mechanism: deployed, cut, taken away. */
export class FailoverLab {
  readonly name: string;
  readonly #how: Failover;
  readonly #stacks: string;

  readonly #topology: FailoverTopology;

  constructor(name: string, how: Failover, topology: FailoverTopology = "pair") {
    this.name = name;
    this.#topology = topology;
    this.#how = how;
    this.#stacks = join(root, ".tunnelwright", `stacks-of-${name}`);
  }

  async deploy(): Promise<void> {
    await claimLab(this.name);
    const app = ["test/failover/app.ts", this.name, JSON.stringify(this.#how), this.#topology];
    await must(run("node", ["--import", "tsx", ...app]));
    await must(this.#terraform("init", "-input=false", "-no-color"));
    await must(this.#terraform("apply", "-auto-approve", "-input=false", "-no-color"));
  }

  /** Cuts both ways at each phase, a share of the way from one question to the next. */
  async measure(
    shares: readonly number[],
    signal: AbortSignal,
    victim: Victim = "provider",
  ): Promise<MeasuredFailover> {
    const { detection, ...pair } = tunnelsOf(this.#plan());
    const longestMs = detection.mostMs ?? neverMs;
    const periodMs = Math.max(1000, longestMs - detection.leastMs);
    const cuts: MeasuredCut[] = [];
    for (const share of shares)
      cuts.push(
        await withRunningLab(this.name, { signal }, ({ plan, on }) =>
          cutAndWatch(
            { on, clock: systemClock, signal },
            {
              ...cutOf(victim, plan, pair),
              phaseMs: Math.round(share * periodMs),
              patienceMs: longestMs + settleMs,
            },
          ),
        ),
      );
    const name = this.#topology === "pair" ? this.name : `${this.name}, ${victim}`;
    return { name, how: this.#how, detection, cuts };
  }

  async destroy(): Promise<string[]> {
    await this.#terraform("destroy", "-auto-approve", "-input=false", "-no-color");
    rmSync(this.#stacks, { recursive: true, force: true });
    return releaseLab(this.name);
  }

  #plan(): LabPlan {
    return JSON.parse(readFileSync(join(labPlaces(this.name).directory, "plan.json"), "utf8")) as LabPlan;
  }

  #terraform(...args: string[]) {
    return run("terraform", args, { cwd: join(this.#stacks, "stacks", this.name), timeoutMs: 600_000 });
  }
}

/** Where nobody asks, it is looked so long for somebody who notices. */
const neverMs = 10_000;
/** What routing does with the news. */
const settleMs = 5_000;

function tunnelsOf({ tunnels }: LabPlan) {
  const primary = tunnels.find(({ standby }) => !standby);
  const backup = tunnels.find(({ standby }) => standby);
  const detection = primary?.left.detection[0];
  if (!primary || !backup || !detection) throw new Error("the lab has no pair of tunnels");
  return { primary, backup, detection };
}

async function must(command: ReturnType<typeof run>): Promise<void> {
  const { exitCode, all } = await command;
  if (exitCode !== 0) throw new Error(all);
}

/** What is wrong with a cut, in words; nothing when every end noticed in its window and routed by the backup. */
export function faultsOf({ detection }: MeasuredFailover, cut: MeasuredCut): string[] {
  return [cut.left, cut.right].flatMap((end) => faultsAt(end, detection));
}

function faultsAt(
  { router, noticer, noticedAfterMs, switchedAfterMs, returnedAfterMs }: EndOfCut,
  detection: PlannedDetection,
): string[] {
  const { leastMs, mostMs } = detection;
  if (mostMs === null)
    return noticedAfterMs === null && switchedAfterMs === null ? [] : [`${noticer} noticed, and nobody had asked`];
  if (noticedAfterMs === null) return [`${noticer} did not notice`];
  const [earliestMs, latestMs] = noticedAfterMs;
  return [
    ...(isOutside(detection, noticedAfterMs)
      ? [`${noticer} noticed after ${earliestMs.toFixed(0)} to ${latestMs.toFixed(0)} ms, not ${leastMs} to ${mostMs}`]
      : []),
    ...(switchedAfterMs === null ? [`${router} did not route by the backup`] : []),
    ...(returnedAfterMs === null ? [`${router} did not return to the primary`] : []),
  ];
}
