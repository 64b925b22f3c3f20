import { describe, expect, test } from "vitest";
import { containerPssMiB, kibibytes, sumPssKiB } from "../../../bench/memory.ts";
import { loadStack } from "../../../bench/provider-load.ts";

const rollup = (first: string, pss: number) =>
  `${first}-7ffd0e5d9000 ---p 00000000 00:00 0                          [rollup]
Rss:               91000 kB
Pss:               ${pss} kB
Pss_Dirty:         40000 kB
Pss_Anon:          30000 kB
`;

describe("a line of /proc", () => {
  test("is read by its whole name", () => expect(kibibytes(rollup("60000000", 60200), "Pss")).toBe(60200));
  test("of a status too", () => expect(kibibytes("VmPeak:\t  900 kB\nVmHWM:\t  77836 kB\n", "VmHWM")).toBe(77836));
  test("that is not there is undefined", () => expect(kibibytes("", "Pss")).toBeUndefined());
});

describe("several processes", () => {
  test("add up", () => expect(sumPssKiB([rollup("60000000", 100), rollup("55d000000000", 20)])).toBe(120));
  test("in one memory count once", () =>
    expect(sumPssKiB([rollup("60000000", 100), rollup("60000000", 100)])).toBe(100));
  test("one that ended meanwhile weighs nothing", () => expect(sumPssKiB(["", rollup("60000000", 100)])).toBe(100));
});

test("this very process weighs something, with all beside it", () =>
  expect(containerPssMiB(process.pid)).toBeGreaterThan(10));

test("fails for a container that may not be looked at", () =>
  expect(() => containerPssMiB(2 ** 30)).toThrow("run the bench as root"));

test("the load is as many resources as wanted, each with a folder of its own", () => {
  const { resource } = loadStack(3, "/x") as {
    resource: { tunnelwright_lab_access: Record<string, { lab: string; directory: string }> };
  };
  expect(Object.values(resource.tunnelwright_lab_access).map(({ lab, directory }) => `${lab} ${directory}`)).toEqual([
    "lab0 /x/labs/0",
    "lab1 /x/labs/1",
    "lab2 /x/labs/2",
  ]);
});
