/** Thirty-two routers on one machine: up, verified whole and by sample, idle, down, and nothing left. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runResultSchema } from "../../model/run-result.ts";
import { dockerLeftovers, labPlaces, root, run, type Ended } from "../live/lab-commands.ts";

const lab = "scale";
const spokeCount = Number(process.env.TW_SPOKES ?? 31);
const stack = join(root, ".tunnelwright", `stacks-of-${lab}`, "stacks", lab);
const minute = 60_000;
/** As `tunnelwright up` does; docs/scale.md says what it is good for. */
const atOnce = "-parallelism=64";
const terraform = (args: readonly string[], timeoutMs: number) =>
  run("terraform", [...args, "-input=false", "-no-color"], { cwd: stack, timeoutMs });

function must({ exitCode, all }: Ended): string {
  expect(exitCode, all.slice(-5000)).toBe(0);
  return all;
}

function latest() {
  return runResultSchema.parse(JSON.parse(readFileSync(labPlaces(lab).latestResult, "utf8")));
}

test(`a hub and ${spokeCount} spokes`, { timeout: 40 * minute }, async () => {
  try {
    must(await run("node", ["--import", "tsx", "bench/scale-app.ts", lab, String(spokeCount)]));
    must(await terraform(["init"], minute));
    const applied = must(await terraform(["apply", "-auto-approve", atOnce], 20 * minute));
    expect(applied).toContain(" 0 failed, 0 unknown");

    must(await terraform(["plan", "-detailed-exitcode", atOnce], 5 * minute));

    // What a sample leaves out it tells; what it tells is what it made.
    must(await run("node", ["dist/cli/main.js", "verify", lab, "--seed", "7"], { timeoutMs: 10 * minute }));
    const sampled = latest();
    expect(sampled.verdict).toBe("pass");
    expect(sampled.coverage).toMatchObject({ mode: "sampled", seed: 7, tunnelCount: spokeCount });
    const of = (kind: string) => sampled.coverage!.kinds.find((each) => each.kind === kind)!;
    expect(of("ospf-full").lookedAt).toHaveLength(spokeCount);
    expect(of("wire").lookedAt).toHaveLength(4);
    expect(sampled.checks.filter(({ kind }) => kind === "wire")).toHaveLength(4);

    must(await run("node", ["dist/cli/main.js", "verify", lab, "--full"], { timeoutMs: 15 * minute }));
    const whole = latest();
    expect(whole.verdict).toBe("pass");
    expect(whole.coverage).toMatchObject({ mode: "full", seed: null });
    expect(whole.checks.filter(({ kind }) => kind === "wire")).toHaveLength(spokeCount);
  } finally {
    const destroyed = existsSync(stack) ? await terraform(["destroy", "-auto-approve", atOnce], 10 * minute) : null;
    expect(destroyed?.exitCode, destroyed?.all.slice(-5000)).toBe(0);
    expect(await dockerLeftovers(lab)).toEqual([]);
  }
});
