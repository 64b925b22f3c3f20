/** `demo`: stands a lab up where it is not, drives it, and tells what was predicted and seen. */
import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { demos, type LabContext } from "../demos/index.ts";
import { setNodePower } from "../devices/node-power.ts";
import { systemClock } from "../devices/system-clock.ts";
import type { DemoResult, DemoStep } from "../model/demo-result.ts";
import { renderDemoEnd, renderDemoStep, renderDemoTitle } from "../reports/render-demo.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { printJson } from "./json-documents.ts";
import { isLabUp, labFolder } from "./lab-folder.ts";
import { withRunningLabs, type RunningLab } from "./running-lab.ts";
import { deployLab } from "./stand-up.ts";
import { makeProgressView } from "./terraform/make-progress-view.ts";

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
  const [lab] = demo.labs;
  for (const each of demo.labs) {
    if (await isLabUp(each)) continue;
    const deployed = await deployLab(each, { signal, view: await makeProgressView({}) });
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
  const folder = join(labFolder(lab), "demos", startedAt.replaceAll(":", ""));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const steps: DemoStep[] = [];
  await withRunningLabs(demo.labs, { signal }, async (running) => {
    tell(renderDemoTitle({ demo: name, ...demo }));
    const inLab = (each: string): LabContext => labContext(each, running, signal);
    const keep = (file: string, bytes: Uint8Array) => writeFile(join(folder, file), bytes, { mode: 0o600 });
    for await (const step of demo.steps({ ...inLab(lab), inLab, keep })) {
      steps.push(step);
      tell(renderDemoStep(step, steps.length, look));
      signal.throwIfAborted();
    }
  });
  const result: DemoResult = {
    format: "tunnelwright-demo/1",
    demo: name,
    labs: demo.labs,
    title: demo.title,
    startedAt,
    durationMs: Math.round(systemClock.nowMs() - startMs),
    steps,
    agrees: steps.every(({ rows }) => rows.every(({ agrees }) => agrees)),
  };
  await writeFile(join(folder, "result.json"), `${JSON.stringify(result, null, 2)}\n`, { mode: 0o600 });
  if (json) printJson("demo", result);
  else {
    tell(renderDemoEnd(result, look));
    console.error(`Kept in ${relative(process.cwd(), folder)}: result.json and the captures of every link.`);
  }
  return result.agrees ? exitCodes.passed : exitCodes.failed;
}

function labContext(lab: string, running: ReadonlyMap<string, RunningLab>, signal: AbortSignal): LabContext {
  const found = running.get(lab);
  if (!found) throw new Error(`the demo does not say that it needs the lab ${lab}`);
  return {
    ...found,
    clock: systemClock,
    signal,
    setPower: (node, power) => setNodePower({ lab, directory: labFolder(lab), node }, power),
  };
}
