import { expect, test } from "vitest";
import { cpuSecondsOf } from "../../../bench/cpu.ts";
import { fitLine, meanOf, perSpoke, sumOf, unevenness, type ScalePoint } from "../../../bench/scale-fit.ts";
import { renderScaleSvg } from "../../../bench/scale-svg.ts";

const point = (spokeCount: number, up: number): ScalePoint => ({
  spokeCount,
  seconds: { up },
  nodesPssMiB: {},
  idleCpuPercent: {},
  machineMiB: 0,
  load: 0,
  parallelism: 10,
  verdict: "pass",
});
const up = ({ seconds }: ScalePoint): number => seconds.up ?? NaN;

test("a line goes through points of a line, and none through one", () => {
  expect(
    fitLine([
      [1, 5],
      [2, 7],
      [4, 11],
    ]),
  ).toEqual({ slope: 2, offset: 3 });
  expect(fitLine([[1, 5]])).toBeNull();
  expect(
    fitLine([
      [1, 5],
      [1, 6],
    ]),
  ).toBeNull();
});

test("the first spokes are no part of the line, and what is off it is told as a part of the slope", () => {
  const flat = [point(2, 500), point(4, 100), point(8, 140), point(16, 220)];
  expect(perSpoke(flat, up)).toEqual({ slope: 10, offset: 60 });
  expect(unevenness(flat, up)).toBeCloseTo(0);
  // Planted: a step that costs twice as much.
  expect(unevenness([...flat, point(24, 380)], up)).toBeGreaterThan(0.15);
  expect(unevenness(flat.slice(0, 3), up)).toBeNull();
});

test("nodes are chosen by name", () => {
  const nodes = { hub: 90, spoke1: 70, spoke2: 80 };
  expect(meanOf(nodes, /^spoke/)).toBe(75);
  expect(sumOf(nodes)).toBe(240);
});

test("a process's name may hold anything: the times stand behind it", () => {
  const behind = "S 1 1 1 0 -1 4194560 100 0 0 0 150 50 0 0 20 0 1 0 100";
  expect(cpuSecondsOf(`7 (a b) c) ${behind}`)).toBe(2);
  expect(cpuSecondsOf("")).toBe(0);
});

test("the picture has a point for each lab and both slopes", () => {
  const drawn = [2, 4, 8].map((spokeCount) => ({ spokeCount, seconds: spokeCount * 10, mebibytes: spokeCount * 70 }));
  const svg = renderScaleSvg(drawn, { time: { slope: 10, offset: 0 }, memory: { slope: 70, offset: 0 } });
  expect(svg.match(/<circle/g)).toHaveLength(6);
  expect(svg).toContain("10.0 s a spoke");
  expect(svg).toContain("70.0 MiB a spoke");
});
