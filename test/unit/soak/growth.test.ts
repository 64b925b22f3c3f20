/** What the soak lane judges by: a leak is seen, noise is none, and a seed repeats what was drawn. */
import { spawn } from "node:child_process";
import { describe, expect, test } from "vitest";
import { drawInterruption, blows, verbs } from "../../soak/interruption-draws.ts";
import { engineResidentKib, growsBeyond, growthOf } from "../../soak/growth.ts";
import { isTerraform, processesOf, treeOf } from "../../soak/process-tree.ts";
import { Draws } from "../../soak/random.ts";

describe("growth", () => {
  /** Fifty runs of an engine of 130 MiB that breathes by four either way, and leaks so much a run. */
  const engine = (leakKibARun: number) => {
    const draws = new Draws(11);
    return Array.from({ length: 50 }, (_, run) => 133_000 + leakKibARun * run + 8_192 * (draws.next() - 0.5));
  };

  test("a line is found exactly", () => {
    const { slope, uncertainty } = growthOf([10, 13, 16, 19]);
    expect(slope).toBeCloseTo(3);
    expect(uncertainty).toBeCloseTo(0);
  });

  test.each([
    [0, false],
    [256, false],
    [1024, true],
    [4096, true],
  ])("a leak of %i KiB a rebuild is beyond 512: %s", (leak, isBeyond) => {
    expect(growsBeyond(engine(leak), 512)).toBe(isBeyond);
  });

  test("two runs prove nothing", () => {
    expect(growsBeyond([1, 1_000_000], 512)).toBe(false);
  });

  test("an engine on this machine has a size", () => {
    const kib = engineResidentKib();
    if (kib !== null) expect(kib).toBeGreaterThan(1_000);
  });
});

describe("draws", () => {
  test("a seed repeats them, another one does not", () => {
    const of = (seed: number) => {
      const draws = new Draws(seed);
      return Array.from({ length: 20 }, () => drawInterruption(draws));
    };
    expect(of(7)).toEqual(of(7));
    expect(of(7)).not.toEqual(of(8));
  });

  test("a hundred have every verb and every blow among them", () => {
    const draws = new Draws(1);
    const drawn = Array.from({ length: 100 }, () => drawInterruption(draws));
    expect(new Set(drawn.map(({ verb }) => verb))).toEqual(new Set(verbs));
    expect(new Set(drawn.map(({ blow }) => blow))).toEqual(new Set(Object.keys(blows)));
    for (const { moment } of drawn) expect(moment >= 0 && moment < 1).toBe(true);
  });
});

describe("processes", () => {
  test("a tree has the child's child, and the folder's have them; afterwards neither", async () => {
    const child = spawn("sh", ["-c", "sleep 30; true"], { stdio: "ignore", detached: true });
    const words = () => treeOf(child.pid!).map((each) => each.words.join(" "));
    await expect.poll(words).toContain("sleep 30");
    const here = () => processesOf(process.cwd()).filter(({ pid }) => pid === child.pid);
    expect(here()).toHaveLength(1);
    process.kill(-child.pid!, "SIGKILL");
    await expect.poll(() => [...words(), ...here()]).toEqual([]);
  });

  test("Terraform is known by its name alone", () => {
    const of = (...words: string[]) => isTerraform({ pid: 1, parent: 0, words, folder: "/" });
    expect(of("/usr/bin/terraform", "apply")).toBe(true);
    expect(of("terraform-provider-docker")).toBe(false);
    expect(of("node", "terraform")).toBe(false);
  });
});
