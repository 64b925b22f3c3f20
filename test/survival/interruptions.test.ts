/** Whoever is ended in mid-deploy, and whenever: `up` converges, `down` leaves nothing, and a plain deploy converges or says what to run. */
import { execa } from "execa";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { claimLab, releaseLab } from "../live/claim-lab.ts";
import { dockerLeftovers, labPlaces, quietEnvironment, root, run } from "../live/lab-commands.ts";
import { allProcesses, type RunningProcess } from "../../devices/processes.ts";
import { isOurProvider, isTerraform } from "../soak/process-tree.ts";
import { blows, interruptions, phases, type Blow, type Next, type Phase } from "./interruption-table.ts";

const lab = "gre-over-ipsec";
const { directory } = labPlaces(lab);
const cdktf = join(root, "node_modules/.bin/cdktf");
const tunnelwright = (...args: string[]) => run("node", ["dist/cli/main.js", ...args], { timeoutMs: 400_000 });

beforeAll(() => claimLab(lab));
afterEach(async () => {
  const down = await tunnelwright("down", lab);
  expect(down.exitCode, down.all).toBe(0);
  expect(await dockerLeftovers(lab)).toEqual([]);
  // A provider whose Terraform was killed follows within two seconds.
  const ours = () => allProcesses().filter((each) => isOurProvider(each) && inStacks(each));
  await vi.waitUntil(() => ours().length === 0, { timeout: 10_000 });
  const files = readdirSync(directory, { withFileTypes: true }).map(({ name }) => name);
  expect(files.filter((name) => !name.startsWith("terraform.tfstate") && !name.startsWith(".terraform"))).toEqual([]);
});
afterAll(async () => {
  expect(await releaseLab(lab)).toEqual([]);
});

/** Deploys until the phase begins, strikes, and waits for the deploy's end. */
async function interruptedDeploy(blow: Blow, phase: Phase): Promise<string> {
  const child = execa(cdktf, ["deploy", lab, "--auto-approve"], {
    cwd: root,
    env: quietEnvironment,
    detached: true,
    stdin: "ignore",
    reject: false,
    all: true,
    buffer: false,
  });
  const pid = child.pid!;
  let said = "";
  const struck = new Promise<void>((resolve) => {
    child.all.on("data", (data: Buffer) => {
      said += data.toString();
      if (phases[phase].sign.test(said)) resolve();
    });
    child.once("close", () => resolve());
  });
  await struck;
  if (!phases[phase].sign.test(said)) throw new Error(`the deploy ended before its phase: ${said}`);
  strike(blow, pid);
  await child;
  return said;
}

function strike(blow: Blow, pid: number): void {
  if (blow === "ctrl-c") process.kill(-pid, "SIGINT");
  else if (blow === "term-cdktf") process.kill(pid, "SIGTERM");
  else if (blow === "kill-cdktf") process.kill(pid, "SIGKILL");
  else {
    const isVictim = blow === "kill-terraform" ? isTerraform : isOurProvider;
    const victims = allProcesses().filter((each) => isVictim(each) && inStacks(each));
    expect(victims).not.toEqual([]);
    for (const { pid: victim } of victims) process.kill(victim, "SIGKILL");
  }
}

/** Of this project's stacks. */
const inStacks = ({ folder }: RunningProcess): boolean => folder.startsWith(join(root, "cdktf.out"));

async function plainDeploy(): Promise<{ next: Next | "neither"; all: string }> {
  const { exitCode, all } = await run(cdktf, ["deploy", lab, "--auto-approve"], { timeoutMs: 300_000 });
  // The words are wrapped to the terminal, in a coloured frame.
  const flat = stripVTControlCharacters(all).replace(/[\s│]+/g, " ");
  if (exitCode === 0) return { next: "converges", all };
  if (flat.includes(`npx tunnelwright up ${lab}`)) return { next: "says to run up", all };
  if (flat.includes("Error acquiring the state lock")) return { next: "state is locked", all };
  return { next: "neither", all };
}

const measured: string[] = [];

describe("ended in mid-deploy", () => {
  test.each(interruptions)("$blow, $phase", async ({ blow, phase, next }) => {
    await interruptedDeploy(blow, phase);
    const after = await plainDeploy();
    const began = performance.now();
    const up = await tunnelwright("up", lab);
    measured.push(
      `${blow.padEnd(15)} ${phase.padEnd(11)} ${after.next.padEnd(16)} up: ${((performance.now() - began) / 1000).toFixed(0)} s`,
    );
    expect(up.exitCode, up.all).toBe(0);
    expect(up.stdout).toMatch(/12 passed/);
    expect(next, after.all).toContain(after.next);
  });
});

test("as it was measured", () => {
  console.log(measured.join("\n"));
  expect(Object.keys(blows).length * Object.keys(phases).length).toBe(interruptions.length);
});
