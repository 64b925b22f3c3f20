/** npm run bench: where the time of the lab gre-over-ipsec goes, and what its processes weigh. Measures; judges nothing. */
import { execa } from "execa";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { runResultSchema } from "../model/run-result.ts";
import { providerPssMiB, routersPssMiB } from "./memory.ts";
import { phasesOf, summarize, table, type Phase, type TerraformEvent } from "./statistics.ts";

const root = resolve(import.meta.dirname, "..");
const lab = "gre-over-ipsec";
const stack = join(root, "cdktf.out/stacks", lab);
const folder = join(root, ".tunnelwright", lab);
const env = { CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1", NO_COLOR: "1" };

const { values: options } = parseArgs({
  options: {
    runs: { type: "string", default: "3" },
    json: { type: "string" },
    "soak-seconds": { type: "string", default: "0" },
  },
});
const interruption = new AbortController();
process.once("SIGINT", () => interruption.abort());

const seconds = new Map<string, number[]>();
const note = (name: string, value: number) => seconds.set(name, [...(seconds.get(name) ?? []), value]);
const memory: Record<string, number> = {};
const loads: number[] = [];

const run = (command: string, args: readonly string[], cwd = root) =>
  execa(command, args, { cwd, env, cancelSignal: interruption.signal });

async function timed(name: string, command: string, args: readonly string[], cwd = root): Promise<string> {
  const begin = performance.now();
  const { stdout } = await run(command, args, cwd);
  note(name, (performance.now() - begin) / 1000);
  return stdout;
}

function noteChecks(): void {
  const result = runResultSchema.parse(JSON.parse(readFileSync(join(folder, "results/latest.json"), "utf8")));
  note("checks, all", result.durationMs / 1000);
  for (const { kind, durationMs } of result.checks) note(`check ${kind}`, durationMs / 1000);
}

/** By Terraform itself: each phase by itself. */
async function byTerraform(): Promise<void> {
  await timed("synth", "node", ["--import", "tsx", "main.ts"]);
  await timed("init", "terraform", ["init", "-input=false"], stack);
  const begin = performance.now();
  const { stdout } = await run("terraform", ["apply", "-auto-approve", "-input=false", "-json"], stack);
  note("apply", (performance.now() - begin) / 1000);
  const events = stdout
    .split("\n")
    .flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as TerraformEvent] : []));
  for (const [type, span] of Object.entries(phasesOf(events))) note(`apply ${type}`, span);
  noteChecks();
  await timed("plan, no change", "terraform", ["plan", "-input=false", "-detailed-exitcode"], stack);
  await timed("verify", "node", ["dist/cli/main.js", "verify", lab]);
}

/** By the door a user takes: from the command to the last check. */
async function byCdktf(): Promise<void> {
  await timed("cdktf deploy to the last check", "npx", ["cdktf", "deploy", lab, "--auto-approve"]);
  await timed("cdktf deploy, no change", "npx", ["cdktf", "deploy", lab, "--auto-approve"]);
}

async function destroy(): Promise<void> {
  await timed("destroy", "terraform", ["destroy", "-auto-approve", "-input=false"], stack);
}

async function soak(ms: number): Promise<void> {
  await new Promise((done) => setTimeout(done, ms));
}

async function main(): Promise<void> {
  const { stdout: up } = await execa("docker", ["ps", "--quiet", "--filter", `label=tunnelwright.lab=${lab}`], {
    reject: false,
  });
  if (up !== "")
    throw new Error(`the lab ${lab} is up: scripts/demo --destroy first, the bench stands it up by itself`);
  const runCount = Number(options.runs);
  for (let index = 0; index < runCount; index += 1) {
    for (const way of [byTerraform, byCdktf]) {
      loads.push(loadavg()[0] ?? 0);
      try {
        await way();
        if (index === runCount - 1 && way === byCdktf) {
          await soak(Number(options["soak-seconds"]) * 1000);
          Object.assign(memory, await routersPssMiB(lab));
        }
      } finally {
        await destroy();
      }
    }
  }
  memory["provider, 100 resources"] = await providerPssMiB(mkdtempSync(join(tmpdir(), "tunnelwright-bench-")), root);
}

await main();
const phases: Phase[] = [...seconds].map(([name, values]) => ({ name, seconds: values }));
const summaries = phases.map(summarize);
process.stdout.write(table(summaries));
for (const [what, mib] of Object.entries(memory))
  process.stdout.write(`${what}: ${mib.toFixed(0)} MiB resident (Pss)\n`);
process.stdout.write(
  `load average at the start of each round: ${loads.map((load) => load.toFixed(1)).join(" ")} on ${cpus().length} cores\n`,
);
const target = options.json ?? join(root, "bench/results", `${new Date().toISOString().slice(0, 10)}.json`);
mkdirSync(resolve(target, ".."), { recursive: true });
const document = {
  format: "tunnelwright-bench/1",
  at: new Date().toISOString(),
  cores: cpus().length,
  loads,
  soakSeconds: Number(options["soak-seconds"]),
  phases,
  memoryMiB: memory,
};
writeFileSync(target, `${JSON.stringify(document, null, 2)}\n`);
for (const name of readdirSync(tmpdir()))
  if (name.startsWith("tunnelwright-bench-")) rmSync(join(tmpdir(), name), { recursive: true, force: true });
