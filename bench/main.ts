/** npm run bench: where the time of the lab gre-over-ipsec goes, and what its processes weigh. Measures; judges nothing. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { runResultSchema } from "../model/run-result.ts";
import { Children, CommandFailed } from "./children.ts";
import { isStateLocked, listLabParts, removeParts } from "../devices/lab-leftovers.ts";
import { nodesOf } from "./engine.ts";
import { containerPssMiB, type ProviderMemory } from "./memory.ts";
import { measureProvider } from "./provider-load.ts";
import { checkPhases, phasesOf, readEvents, secondsToLastCheck, summarize, table, wholeNumber } from "./statistics.ts";

const root = resolve(import.meta.dirname, "..");
const lab = "gre-over-ipsec";
const stack = join(root, "cdktf.out/stacks", lab);
const folder = join(root, ".tunnelwright", lab);
const stateFile = join(folder, "terraform.tfstate");
const exitCodes = { failed: 1, misuse: 2, lacking: 3, interrupted: 4 };

const help = `npm run bench -- [--runs N] [--soak-seconds N] [--resources N] [--json FILE]

Needs scripts/setup done, root, and the lab ${lab} down. Each run stands the lab up and takes it down twice: by Terraform, phase by
phase, and by npx cdktf deploy, and starts the command line by itself. Then it weighs the nodes and the provider. The lab is taken down in any case, after Ctrl-C too.
  --runs N          how often (3); 0 measures the provider's memory alone
  --soak-seconds N  how long the last lab stands before its nodes are weighed (0)
  --resources N     how many resources the provider is weighed with (100)
  --json FILE       where the numbers go (bench/results/TIME.json)
Exit codes: 0 measured, 1 something failed, 2 misuse, 3 the machine lacks something, 4 interrupted.
`;

interface Options {
  readonly runCount: number;
  readonly soakSeconds: number;
  readonly resourceCount: number;
  readonly json: string | undefined;
}

interface Measured {
  readonly seconds: Map<string, number[]>;
  readonly loads: number[];
  readonly nodesPssMiB: Record<string, number>;
  provider: ProviderMemory | undefined;
}

class Lacking extends Error {}

const children = new Children();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => {
    console.error(
      children.interrupted ? "Killing what runs." : "Interrupted: taking the lab down. Once more kills what runs.",
    );
    children.interrupt();
  });

process.exitCode = await main();

async function main(): Promise<number> {
  let options: Options | undefined;
  try {
    options = readOptions();
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    return exitCodes.misuse;
  }
  if (!options) {
    process.stdout.write(help);
    return 0;
  }
  try {
    const terraform = terraformPath();
    await refuseWhenUp();
    const measured = await measure(options, terraform);
    tell(measured, options);
    return 0;
  } catch (error) {
    if (children.interrupted) {
      console.error("Interrupted; nothing was written.");
      return exitCodes.interrupted;
    }
    const known = error instanceof Lacking || error instanceof CommandFailed;
    console.error(
      `✖ ${error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error)}`,
    );
    return error instanceof Lacking ? exitCodes.lacking : exitCodes.failed;
  }
}

function readOptions(): Options | undefined {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "3" },
      "soak-seconds": { type: "string", default: "0" },
      resources: { type: "string", default: "100" },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  return {
    runCount: wholeNumber("--runs", values.runs, 0),
    soakSeconds: wholeNumber("--soak-seconds", values["soak-seconds"], 0),
    resourceCount: wholeNumber("--resources", values.resources, 1),
    json: values.json,
  };
}

/** The Terraform that set-up chose. */
function terraformPath(): string {
  if (process.getuid?.() !== 0)
    throw new Lacking(
      "The memory of the containers' processes is root's to read.\n  → become root, then run this again",
    );
  try {
    const file = join(root, ".tunnelwright/setup.json");
    return resolve(root, (JSON.parse(readFileSync(file, "utf8")) as { terraform: string }).terraform);
  } catch {
    throw new Lacking("The set-up is not done.\n  → scripts/setup, then run this again");
  }
}

async function refuseWhenUp(): Promise<void> {
  if (isStateLocked(stateFile))
    throw new Lacking(`A deploy of ${lab} is at work.\n  → wait for its end, then run this again`);
  if ((await nodesOf(lab)).length > 0)
    throw new Lacking(
      `The lab ${lab} is up, and the bench stands it up by itself.\n  → scripts/demo --destroy, then run this again`,
    );
}

async function measure({ runCount, soakSeconds, resourceCount }: Options, terraform: string): Promise<Measured> {
  const measured: Measured = { seconds: new Map(), loads: [], nodesPssMiB: {}, provider: undefined };
  const { seconds } = measured;
  const note = (name: string, value: number) => seconds.set(name, [...(seconds.get(name) ?? []), value]);
  const noteAll = (values: Record<string, number>, prefix = "") => {
    for (const [name, value] of Object.entries(values)) note(`${prefix}${name}`, value);
  };
  const timed = async (name: string, command: string, args: readonly string[], cwd = root) => {
    process.stderr.write(`  ${name}\n`);
    const began = performance.now();
    const stdout = await step(command, args, cwd);
    note(name, (performance.now() - began) / 1000);
    return stdout;
  };

  /** The command line by itself: no lab is needed. */
  async function byCommandLine(): Promise<void> {
    const specification =
      '{"outer":{"mtuBytes":1500},"order":"gre-over-ipsec","esp":{"encryption":"aes-gcm-16","mode":"transport"},"innerBytes":1400}';
    const documents = mkdtempSync(join(tmpdir(), "tunnelwright-bench-"));
    try {
      const one = join(documents, "one.json");
      const thousand = join(documents, "thousand.json");
      writeFileSync(one, specification);
      writeFileSync(thousand, `[${Array.from({ length: 1000 }, () => specification).join(",")}]`);
      const cli = "dist/cli/main.js";
      await timed("tunnelwright --help", process.execPath, [cli, "--help"]);
      await timed("predict, 1 specification", process.execPath, [cli, "predict", one, "--json"]);
      await timed("predict, 1000 specifications", process.execPath, [cli, "predict", thousand, "--json"]);
    } finally {
      rmSync(documents, { recursive: true });
    }
  }

  /** Phase by phase. */
  async function byTerraform(): Promise<void> {
    await timed("synth", process.execPath, ["--import", "tsx", "main.ts"]);
    await timed("init", terraform, ["init", "-input=false"], stack);
    await timed("plan, all new", terraform, ["plan", "-input=false"], stack);
    const stream = await timed("apply", terraform, ["apply", "-auto-approve", "-input=false", "-json"], stack);
    noteAll(phasesOf(readEvents(stream)), "apply: ");
    noteAll(checkPhases(latestResult()));
    await timed("plan, no change", terraform, ["plan", "-input=false", "-detailed-exitcode"], stack);
    await timed("verify", process.execPath, ["dist/cli/main.js", "verify", lab]);
    await timed("destroy", terraform, ["destroy", "-auto-approve", "-input=false"], stack);
  }

  /** By the door a user takes. */
  async function byCdktf(isLast: boolean): Promise<void> {
    const began = Date.now();
    await timed("cdktf deploy", "npx", ["cdktf", "deploy", lab, "--auto-approve"]);
    note("cdktf deploy to the last check", secondsToLastCheck(began, latestResult()));
    await timed("cdktf deploy, no change", "npx", ["cdktf", "deploy", lab, "--auto-approve"]);
    if (isLast) await weighNodes();
    await timed("cdktf destroy", "npx", ["cdktf", "destroy", lab, "--auto-approve"]);
  }

  async function weighNodes(): Promise<void> {
    if (soakSeconds > 0) process.stderr.write(`  standing for ${soakSeconds} s\n`);
    for (let waited = 0; waited < soakSeconds && !children.interrupted; waited += 1) await wait(1000);
    for (const { node, role, pid } of await nodesOf(lab))
      measured.nodesPssMiB[`${node} (${role})`] = containerPssMiB(pid);
  }

  for (let index = 0; index < runCount; index += 1) {
    // In turn, and each run begins with the other: what warms up or wears off hits both.
    const isLast = index === runCount - 1;
    const ways = [byTerraform, () => byCdktf(isLast)];
    for (const way of index % 2 === 0 ? ways : ways.reverse()) {
      measured.loads.push(loadavg()[0] ?? 0);
      process.stderr.write(`run ${index + 1} of ${runCount}\n`);
      try {
        await way();
        await byCommandLine();
      } catch (error) {
        await takeDown(terraform);
        throw error;
      }
    }
  }
  process.stderr.write(`provider with ${resourceCount} resources\n`);
  if (children.interrupted) throw new Error("interrupted");
  measured.provider = await measureProvider(children, { terraform, root, resourceCount });
  return measured;
}

/** Runs a command, unless the user has asked to stop. */
async function step(command: string, args: readonly string[], cwd: string): Promise<string> {
  if (children.interrupted) throw new Error("interrupted");
  return children.run(command, args, { cwd });
}

/** After a round that broke off: nothing of the lab stays, neither what its state knows nor what it does not. */
async function takeDown(terraform: string): Promise<void> {
  await children
    .run(terraform, ["destroy", "-auto-approve", "-input=false"], { cwd: stack })
    .catch((error: unknown) => console.error(error instanceof Error ? error.message : String(error)));
  const { left } = await listLabParts({ lab, directory: folder });
  await removeParts(left);
  for (const { kind, name } of left) console.error(`Removed ${kind} ${name}.`);
}

function latestResult() {
  return runResultSchema.parse(JSON.parse(readFileSync(join(folder, "results/latest.json"), "utf8")));
}

function tell({ seconds, loads, nodesPssMiB, provider }: Measured, options: Options): void {
  const phases = [...seconds].map(([name, values]) => ({ name, seconds: values }));
  if (phases.length > 0) process.stdout.write(`${table(phases.map(summarize))}\n`);
  for (const [what, mib] of Object.entries(nodesPssMiB))
    console.log(`${what} after ${options.soakSeconds} s: ${mib.toFixed(0)} MiB (Pss)`);
  if (provider)
    console.log(
      `provider with ${options.resourceCount} resources: at most ${provider.pssMiB.toFixed(0)} MiB (Pss), ${provider.peakResidentMiB.toFixed(0)} MiB with all shared pages (VmHWM)`,
    );
  console.log(
    `${cpus().length} cores; load average as each round began: ${loads.map((load) => load.toFixed(1)).join(" ") || "-"}`,
  );
  const at = new Date().toISOString();
  const file = resolve(options.json ?? join(root, "bench/results", `${at.slice(0, 19).replaceAll(":", "")}Z.json`));
  mkdirSync(dirname(file), { recursive: true });
  const { runCount, soakSeconds, resourceCount } = options;
  const machine = { cores: cpus().length, kernel: release(), node: process.version };
  const document = {
    format: "tunnelwright-bench/1",
    at,
    machine,
    runCount,
    soakSeconds,
    resourceCount,
    loads,
    phases,
    nodesPssMiB,
    provider,
  };
  writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
  console.log(`Written: ${relative(process.cwd(), file)}`);
}
