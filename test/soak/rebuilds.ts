/** A lab is rebuilt again and again: each time it proves itself, and nothing piles up. */
import { expect, test } from "vitest";
import { dockerLeftovers } from "../live/lab-commands.ts";
import { engineResidentKib, growsBeyond, growthOf } from "./growth.ts";
import type { SoakLab } from "./soak-lab.ts";

/** A run that leaves so little more in the engine's memory is noise: its allocator gives nothing back at once. */
const boundKibARun = 512;
/** The first rebuilds fill caches. */
const warmUpCount = 2;

/** Registers the tests; the lab is up before them, and after them. */
export function describeRebuilds(lab: SoakLab, count: number): void {
  const table: string[] = [];
  const resident: number[] = [];
  test(`${count} rebuilds in a row pass, and leave nothing`, { timeout: count * 300_000 }, async () => {
    table.push("rebuild  seconds  checks     engine MiB  containers  temporary files  new files");
    let known: Set<string> | undefined;
    let parts: string[] | undefined;
    for (let run = 1; run <= count; run += 1) {
      const { exitCode, all, seconds } = await lab.run("rebuild");
      expect(exitCode, all).toBe(0);
      const { verdict, checks } = lab.latest;
      expect(verdict).toBe("pass");
      await expect.poll(() => lab.processes(), { timeout: 10_000 }).toEqual([]);
      const files = lab.filesOfFolder();
      const more = known ? [...files].filter((file) => !known!.has(file)) : [];
      const now = (await dockerLeftovers(lab.name)).sort();
      const temporary = lab.temporaryFiles();
      const kib = engineResidentKib();
      if (kib !== null) resident.push(kib);
      table.push(
        [
          String(run).padStart(7),
          seconds.toFixed(1).padStart(7),
          `${checks.length} passed`.padEnd(9),
          (kib === null ? "-" : (kib / 1024).toFixed(1)).padStart(10),
          String(now.filter((name) => name.startsWith("/")).length).padStart(10),
          String(temporary.length).padStart(15),
          String(more.length).padStart(9),
        ].join("  "),
      );
      // One set of containers and networks, the same as after the first.
      expect(now).toEqual((parts ??= now));
      expect({ temporary, more }).toEqual({ temporary: [], more: [] });
      known ??= files;
    }
  });

  test("the engine's memory does not grow from one to the next", () => {
    const settled = resident.slice(resident.length > 2 * warmUpCount ? warmUpCount : 0);
    if (settled.length > 1) {
      const { slope, uncertainty } = growthOf(settled);
      table.push(
        `engine's memory: ${slope.toFixed(0)} ± ${uncertainty.toFixed(0)} KiB a rebuild over ${settled.length}; ${boundKibARun} are allowed`,
      );
    }
    console.log(table.join("\n"));
    expect(growsBeyond(settled, boundKibARun)).toBe(false);
  });
}
