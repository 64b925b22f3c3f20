/** One demo, twice: it prints the same, keeps what it saw, and the second run uses the lab that is up. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { DemoResult } from "../../model/demo-result.ts";
import { runDemo, withLabsOfDemo } from "../demos/demo-lab.ts";
import { labPlaces } from "./lab-commands.ts";

test("fragmentation, twice", { timeout: 300_000 }, async () => {
  const left = await withLabsOfDemo(["fragmentation"], async () => {
    const first = await runDemo("fragmentation");
    expect(first.exitCode, first.all).toBe(0);
    await expect(first.stdout).toMatchFileSnapshot("../demos/golden/fragmentation.txt");
    const second = await runDemo("fragmentation", "--json");
    expect(second.exitCode, second.all).toBe(0);
    const { steps, agrees } = JSON.parse(second.stdout) as DemoResult;
    expect(agrees).toBe(true);
    expect(steps[0]?.rows).toContainEqual({
      quantity: "packet 1, 1500 bytes, r1 → isp",
      predicted: "1500 + 72 + 120",
      seen: "1500 + 72 + 120",
      agrees: true,
    });
    const folder = join(labPlaces("fragmentation").directory, "demos");
    const runs = readdirSync(folder).sort();
    expect(runs).toHaveLength(2);
    const [before, after] = runs.map(
      (name) => (JSON.parse(readFileSync(join(folder, name, "result.json"), "utf8")) as DemoResult).steps,
    );
    expect(after).toEqual(before);
    const captures = steps.flatMap((step) => step.captures);
    expect(captures).toHaveLength(8);
    for (const capture of captures) expect(statSync(join(folder, runs[1]!, capture)).size).toBeGreaterThan(24);
    expect(second.stderr).not.toContain("deploying");
  });
  expect(left).toEqual([]);
  expect(existsSync(join(labPlaces("fragmentation").directory, "demos"))).toBe(false);
});
