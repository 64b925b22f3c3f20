/** npm run bench:scale: what a spoke costs, in time and memory. Measures; judges nothing. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { listLabParts, removeParts } from "../devices/lab-leftovers.ts";
import { Children } from "./children.ts";
import { containerCpuSeconds } from "./cpu.ts";
import { nodesOf } from "./engine.ts";
import { containerPssMiB } from "./memory.ts";
import type { ScalePoint } from "./scale-fit.ts";
import { readSetUp, root } from "./set-up.ts";
import { phasesOf, readEvents, wholeNumber } from "./statistics.ts";

const lab = "bench-scale";
const stack = join(root, ".tunnelwright", `stacks-of-${lab}`, "stacks", lab);
const folder = join(root, ".tunnelwright", lab);
const idleSeconds = 20;

const help = `npm run bench:scale -- --spokes 2,4,8,16 [--parallelism N] [--folder FOLDER]

Needs scripts/setup done and root. Each lab is synthesized, planned, built, verified, weighed, watched while idle, and taken down.
  --spokes LIST      how many spokes, one lab after the other
  --parallelism N    how many resources Terraform works on at once (10, as Terraform does by itself)
  --folder FOLDER    where the numbers go, a file a lab (bench/results/scale)
`;

const children = new Children();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => children.interrupt());

const { values } = parseArgs({
  options: {
    spokes: { type: "string" },
    parallelism: { type: "string", default: "10" },
    folder: { type: "string", default: join(root, "bench/results/scale") },
  },
});
if (values.spokes === undefined) {
  process.stdout.write(help);
  process.exitCode = 2;
} else {
  mkdirSync(values.folder, { recursive: true });
  for (const text of values.spokes.split(",")) {
    if (children.interrupted) break;
    const point = await measure(wholeNumber("--spokes", text, 1), wholeNumber("--parallelism", values.parallelism, 1));
    const machine = { cores: cpus().length, kernel: release().split("-")[0] ?? "", node: process.version };
    const document = { format: "tunnelwright-scale/1", at: new Date().toISOString(), machine, ...point };
    writeFileSync(
      join(values.folder, `spokes-${String(point.spokeCount).padStart(2, "0")}.json`),
      `${JSON.stringify(document, null, 2)}\n`,
    );
    console.log(JSON.stringify({ ...point, nodesPssMiB: undefined, idleCpuPercent: undefined }));
  }
}

/** One lab, from its synth to its end; nothing of it stays, whatever happens. */
async function measure(spokeCount: number, parallelism: number): Promise<ScalePoint> {
  const { terraform } = readSetUp();
  const seconds: Record<string, number> = {};
  const timed = async (name: string, command: string, args: readonly string[], cwd = root): Promise<string> => {
    process.stderr.write(`  ${spokeCount} spokes: ${name}\n`);
    const began = performance.now();
    try {
      return await children.run(command, args, { cwd });
    } finally {
      seconds[name] = (performance.now() - began) / 1000;
    }
  };
  const atOnce = `-parallelism=${parallelism}`;
  const load = loadavg()[0] ?? 0;
  const availableBefore = availableMiB();
  try {
    await timed("synth", process.execPath, ["--import", "tsx", "bench/scale-app.ts", lab, String(spokeCount)]);
    await timed("init", terraform, ["init", "-input=false"], stack);
    await timed("plan", terraform, ["plan", "-input=false", atOnce], stack);
    const apply = ["apply", "-auto-approve", "-input=false", "-json", atOnce];
    const stream = await timed("apply", terraform, apply, stack);
    for (const [name, value] of Object.entries(phasesOf(readEvents(stream)))) seconds[`apply: ${name}`] = value;
    await timed("plan, no change", terraform, ["plan", "-input=false", atOnce], stack);
    await timed("verify", process.execPath, ["dist/cli/main.js", "verify", lab]);
    const verdict = (JSON.parse(readFileSync(join(folder, "results/latest.json"), "utf8")) as { verdict: string })
      .verdict;
    const nodes = await nodesOf(lab);
    const busyBefore = nodes.map(({ pid }) => containerCpuSeconds(pid));
    await wait(idleSeconds * 1000);
    const busyAfter = nodes.map(({ pid }) => containerCpuSeconds(pid));
    const idleCpuPercent = nodes.map(({ node }, index): [string, number] => [
      node,
      (((busyAfter[index] ?? 0) - (busyBefore[index] ?? 0)) / idleSeconds) * 100,
    ]);
    const machineMiB = availableBefore - availableMiB();
    const nodesPssMiB = nodes.map(({ node, pid }): [string, number] => [node, containerPssMiB(pid)]);
    await timed("destroy", terraform, ["destroy", "-auto-approve", "-input=false", atOnce], stack);
    return {
      spokeCount,
      parallelism,
      load,
      verdict,
      seconds,
      machineMiB,
      nodesPssMiB: Object.fromEntries(nodesPssMiB),
      idleCpuPercent: Object.fromEntries(idleCpuPercent),
    };
  } finally {
    const { left, known } = await listLabParts({ lab, directory: folder });
    await removeParts([...left, ...known]);
  }
}

function availableMiB(): number {
  return Number(/^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1] ?? NaN) / 1024;
}
