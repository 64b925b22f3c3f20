/** A lab that stands while tests run: brought up, proved, cut, restored, and in any case taken down. */
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cutAndWatch, type MeasuredCut } from "../checks/cut-and-watch.ts";
import { cutOf, type TunnelPair, type Victim } from "../checks/cuts.ts";
import { inventoryTargets, readInventory } from "../devices/inventory.ts";
import { SessionPool } from "../devices/session-pool.ts";
import { systemClock } from "../devices/system-clock.ts";
import type { LabPlan, PlannedDetection } from "../model/plan-document.ts";
import { runResultSchema, type RunResult } from "../model/run-result.ts";
import { nodeWords, tunnelwright, type CommandEnded } from "./own-command.ts";

/** What may be said of a link; as `tunnelwright impair` takes it. */
export interface Impairment {
  readonly delayMs?: number;
  readonly lossPercent?: number;
  readonly mtuBytes?: number;
  readonly blockIcmp?: boolean;
  /** Toward this neighbour alone. @default - both ways */
  readonly oneWay?: string;
}

/** What goes silent in an outage: the primary tunnel's provider, its hub, or the link behind that. */
export type OutageOf = Victim;

/** After the window, what routing does with the news, in milliseconds. */
const settleMs = 5_000;

/** Made by {@link LabUnderTest.standUp}, which the fixture of `labTest` calls. */
export class LabUnderTest {
  /** The lab's name: its stack. */
  readonly name: string;
  /** What was predicted of it before anything was started. */
  readonly plan: LabPlan;
  /** What its checks found when it had been stood up. */
  readonly first: RunResult;
  readonly #folder: string;
  readonly #guard: ChildProcess;

  private constructor(facts: { name: string; folder: string; plan: LabPlan; first: RunResult; guard: ChildProcess }) {
    this.name = facts.name;
    this.plan = facts.plan;
    this.first = facts.first;
    this.#folder = facts.folder;
    this.#guard = facts.guard;
  }

  /**
   * Stands the lab of this folder's app up, from whatever was left of it. A guard beside it takes it down should the tests be ended
   * before they do.
   * @throws Error in the words of `tunnelwright up` where nothing was measured; a check that failed is a result.
   */
  static async standUp(name: string, folder = process.cwd()): Promise<LabUnderTest> {
    const guard = spawn(process.execPath, [...nodeWords("testing/guard"), folder, name], {
      cwd: folder,
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    guard.unref();
    const ended = await tunnelwright(folder, "up", name, "--json");
    if (!ended.stdout.startsWith("{")) {
      // What was begun goes, by the guard, which is told nothing.
      guard.stdin.end();
      throw new Error(`lab ${name} could not be stood up: ${ended.all}`);
    }
    const plan = JSON.parse(readFileSync(join(folder, ".tunnelwright", name, "plan.json"), "utf8")) as LabPlan;
    return new LabUnderTest({ name, folder, plan, first: readResult(ended), guard });
  }

  /** Takes it down; nothing is left of it, or it rejects. */
  async takeDown(): Promise<void> {
    await this.#must("down", this.name);
    this.#guard.stdin?.end("released");
  }

  /** Runs its checks; with `disruptive` also the drills, which take things away for a while. */
  async verify({ disruptive = false }: { readonly disruptive?: boolean } = {}): Promise<RunResult> {
    const ended = await tunnelwright(
      this.#folder,
      "verify",
      this.name,
      "--json",
      ...(disruptive ? ["--disruptive"] : []),
    );
    if (!ended.stdout.startsWith("{")) throw new Error(`the checks of ${this.name} gave no result: ${ended.all}`);
    return readResult(ended);
  }

  /** Lets nothing pass a link, `isp-left`, or all links of a transit, `isp`. */
  async cut(link: string, { oneWay }: Pick<Impairment, "oneWay"> = {}): Promise<void> {
    await this.#must("cut", this.name, link, ...option("--one-way", oneWay));
  }

  /** Delays or loses what passes a link, makes it narrow, or filters ICMP; beside what impairs it already. */
  async impair(link: string, asked: Impairment): Promise<void> {
    await this.#must(
      "impair",
      this.name,
      link,
      ...option("--delay", asked.delayMs),
      ...option("--loss", asked.lossPercent),
      ...option("--mtu", asked.mtuBytes),
      ...(asked.blockIcmp ? ["--block-icmp"] : []),
      ...option("--one-way", asked.oneWay),
    );
  }

  /** Takes away what impairs a link, or every link. */
  async restore(link?: string): Promise<void> {
    await this.#must("restore", this.name, ...(link === undefined ? ["--all"] : [link]));
  }

  /** Runs a command on a node, its words as they are; an exit code is a result. */
  async run(node: string, ...command: readonly [string, ...string[]]): Promise<CommandEnded> {
    return tunnelwright(this.#folder, "ssh", this.name, node, ...command);
  }

  /** How, and in which window, an end of a tunnel is to notice that the far end is gone: the quickest way. */
  detection(router: string, tunnel?: string): PlannedDetection {
    const found = this.plan.tunnels.find(({ name }) => tunnel === undefined || name === tunnel);
    const end = [found?.left, found?.right].find((each) => each?.router === router);
    const [first] = end?.detection ?? [];
    if (!first) throw new Error(`lab ${this.name} has no end of ${tunnel ?? "its first tunnel"} on ${router}`);
    return first;
  }

  /**
   * Cuts the primary tunnel's path while packets go from site to site, waits until the backup carries them, restores it, and waits for the
   * primary: who noticed when, when routes changed, what was lost. By the routers' clocks, in milliseconds.
   * @throws Error where the lab has no tunnel in reserve.
   */
  async outage(of: OutageOf = "provider", { phaseMs = 0 }: { readonly phaseMs?: number } = {}): Promise<MeasuredCut> {
    const pair = this.#pair();
    const patienceMs = (pair.primary.left.detection[0]?.mostMs ?? 0) + settleMs;
    const directory = join(this.#folder, ".tunnelwright", this.name);
    const targets = await inventoryTargets(directory, await readInventory(directory));
    const pool = new SessionPool({ connectTimeoutMs: 10_000 });
    const { signal } = new AbortController();
    try {
      return await cutAndWatch(
        {
          clock: systemClock,
          signal,
          on: async (node, work) => {
            const target = targets.get(node);
            if (!target) throw new Error(`lab ${this.name} has no node ${node}`);
            return pool.withSession(target, work, { signal });
          },
        },
        { ...cutOf(of, this.plan, pair), phaseMs, patienceMs },
      );
    } finally {
      await pool.close();
    }
  }

  #pair(): TunnelPair {
    const primary = this.plan.tunnels.find(({ standby }) => !standby);
    const backup = this.plan.tunnels.find(({ standby }) => standby);
    if (!primary || !backup) throw new Error(`lab ${this.name} has no tunnel in reserve`);
    return { primary, backup };
  }

  async #must(...words: readonly string[]): Promise<void> {
    const { exitCode, all } = await tunnelwright(this.#folder, ...words);
    if (exitCode !== 0) throw new Error(`tunnelwright ${words.join(" ")} ended with ${exitCode ?? "a signal"}: ${all}`);
  }
}

function option(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [name, String(value)];
}

function readResult({ stdout }: CommandEnded): RunResult {
  return runResultSchema.parse(JSON.parse(stdout));
}
