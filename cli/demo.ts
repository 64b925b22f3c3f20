/** `demo`: stands a lab up where it is not, drives it, and tells what was predicted and seen. */
import { mkdir, stat, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { demos, type DemoContext } from "../demos/index.ts";
import { inventoryTargets, readInventory } from "../devices/inventory.ts";
import { SessionPool } from "../devices/session-pool.ts";
import { systemClock } from "../devices/system-clock.ts";
import type { DemoResult, DemoStep } from "../model/demo-result.ts";
import { renderDemoEnd, renderDemoStep, renderDemoTitle } from "../reports/render-demo.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { labFolder, LackingError, readPlan } from "./lab-folder.ts";
import { deployLab } from "./stand-up.ts";

/** How a demo is shown, and what ends it. */
export interface DemoOptions {
  readonly json?: boolean;
  readonly signal: AbortSignal;
}

/** Runs the demo and keeps what it saw in a folder that it names; 1 when a row is not as predicted. */
export async function runDemo(name: string, { json = false, signal }: DemoOptions): Promise<ExitCode> {
  const demo = demos[name];
  if (!demo) {
    console.error(`✖ there is no demo ${JSON.stringify(name)}; there are ${Object.keys(demos).join(", ")}`);
    return exitCodes.misuse;
  }
  if (!(await isUp(demo.lab))) {
    const deployed = await deployLab(demo.lab, { signal, progressTo: "stderr" });
    if (deployed !== exitCodes.passed) return deployed;
  }
  const look = {
    colour: process.stdout.isTTY && !process.env.NO_COLOR,
    width: process.stdout.columns || 120,
  };
  const tell = (text: string): void => {
    if (!json) process.stdout.write(text);
  };
  const startedAt = systemClock.nowIso();
  const startMs = systemClock.nowMs();
  const folder = join(labFolder(demo.lab), "demos", startedAt.replaceAll(":", ""));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { plan } = await readPlan(demo.lab);
  const directory = labFolder(demo.lab);
  const targets = await inventoryTargets(directory, await readInventory(directory));
  const pool = new SessionPool({ connectTimeoutMs: 10_000 });
  const context: DemoContext = {
    plan,
    clock: systemClock,
    signal,
    on: async (node, work) => {
      const target = targets.get(node);
      if (!target)
        throw new LackingError(`the inventory of ${demo.lab} has no node ${node}: run npx tunnelwright up ${demo.lab}`);
      return pool.withSession(target, work, { signal });
    },
    keep: (file, bytes) => writeFile(join(folder, file), bytes, { mode: 0o600 }),
  };
  const steps: DemoStep[] = [];
  try {
    tell(renderDemoTitle({ demo: name, ...demo }));
    for await (const step of demo.steps(context)) {
      steps.push(step);
      tell(renderDemoStep(step, steps.length, look));
      signal.throwIfAborted();
    }
  } finally {
    await pool.close();
  }
  const result: DemoResult = {
    format: "tunnelwright-demo/1",
    demo: name,
    lab: demo.lab,
    title: demo.title,
    startedAt,
    durationMs: Math.round(systemClock.nowMs() - startMs),
    steps,
    agrees: steps.every(({ rows }) => rows.every(({ agrees }) => agrees)),
  };
  const document = `${JSON.stringify(result, null, 2)}\n`;
  await writeFile(join(folder, "result.json"), document, { mode: 0o600 });
  if (json) process.stdout.write(document);
  else {
    tell(renderDemoEnd(result, look));
    console.error(`Kept in ${relative(process.cwd(), folder)}: result.json and the captures of every link.`);
  }
  return result.agrees ? exitCodes.passed : exitCodes.failed;
}

/** An inventory is written when every node answers, and taken away with the lab. */
async function isUp(lab: string): Promise<boolean> {
  return stat(join(labFolder(lab), "inventory.json")).then(
    () => true,
    () => false,
  );
}
