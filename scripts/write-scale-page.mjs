#!/usr/bin/env -S node --import tsx
// Writes docs/scale.md and docs/scale.svg from what `npm run bench:scale` measured last (bench/results/scale/spokes-N.json).
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { meanOf, perSpoke, sumOf, unevenness } from "../bench/scale-fit.ts";
import { renderScaleSvg } from "../bench/scale-svg.ts";

const root = new URL("../", import.meta.url);
const measured = new URL("bench/results/scale/", root);

/** @typedef {import("../bench/scale-fit.ts").ScalePoint & { readonly at: string, readonly machine: { readonly cores: number, readonly kernel: string } }} Measured */

/** @returns {Measured[]} */
function points() {
  return readdirSync(measured)
    .filter((name) => /^spokes-\d+\.json$/.test(name))
    .map((name) => JSON.parse(readFileSync(new URL(name, measured), "utf8")))
    .sort((a, b) => a.spokeCount - b.spokeCount);
}

/** @param {Measured} point */
const upSeconds = ({ seconds }) => seconds.synth + seconds.init + seconds.apply;
/** @param {Measured} point */
const memoryMiB = ({ nodesPssMiB }) => sumOf(nodesPssMiB);
/** @param {number} value @param {number} digits */
const round = (value, digits = 0) => value.toFixed(digits);
/** @param {readonly string[]} cells */
const line = (cells) => `| ${cells.join(" | ")} |\n`;

/** @param {readonly Measured[]} all */
function table(all) {
  const heads = [
    "spokes",
    "routers",
    "up, verified (s)",
    "networks",
    "containers",
    "boot and push",
    "checks",
    "plan, no change (s)",
    "down (s)",
  ];
  const rows = all.map((point) => [
    String(point.spokeCount),
    String(point.spokeCount + 1),
    round(upSeconds(point)),
    ...["apply: networks", "apply: containers", "apply: boot, ssh and push", "apply: verification"].map((name) =>
      round(point.seconds[name] ?? NaN),
    ),
    round(point.seconds["plan, no change"] ?? NaN),
    round(point.seconds.destroy ?? NaN),
  ]);
  return line(heads) + line(heads.map(() => "---:")) + rows.map(line).join("");
}

/** @param {readonly Measured[]} all */
function memoryTable(all) {
  const heads = [
    "spokes",
    "all nodes (MiB)",
    "hub",
    "transit",
    "a spoke",
    "a host",
    "the machine has less to give",
    "CPU of an idle spoke",
    "of the hub",
  ];
  const rows = all.map((point) => [
    String(point.spokeCount),
    round(memoryMiB(point)),
    round(meanOf(point.nodesPssMiB, /^hub$/), 1),
    round(meanOf(point.nodesPssMiB, /^isp$/), 1),
    round(meanOf(point.nodesPssMiB, /^spoke/), 1),
    round(meanOf(point.nodesPssMiB, /^h\d/), 1),
    round(point.machineMiB),
    `${round(meanOf(point.idleCpuPercent, /^spoke/), 2)} %`,
    `${round(meanOf(point.idleCpuPercent, /^hub$/), 2)} %`,
  ]);
  return line(heads) + line(heads.map(() => "---:")) + rows.map(line).join("");
}

/** The page and its picture. */
export function scalePage() {
  const all = points();
  const [first] = all;
  const time = perSpoke(all, upSeconds);
  const memory = perSpoke(all, memoryMiB);
  /** @param {number | null} value */
  const percent = (value) => (value === null ? "not told by so few sizes" : `${round(value * 100)} %`);
  const head = readFileSync(new URL("scripts/scale-page/head.md", root), "utf8");
  const tail = readFileSync(new URL("scripts/scale-page/tail.md", root), "utf8");
  const text = `${head}
## What a spoke costs, measured

\`npm run bench:scale -- --spokes LIST --parallelism ${first?.parallelism}\` on ${first?.machine.cores} cores, Linux ${first?.machine.kernel}, user-mode kernels; each lab is built, verified, weighed,
watched while nobody asks it anything, and taken down. The load averages at each start were
${all.map(({ spokeCount, load }) => `${round(load, 1)} (${spokeCount})`).join(", ")}, the one before having just ended; on them the times depend, and the memory does not.

![Seconds and MiB against the number of spokes, with the lines through them](scale.svg)

${table(all)}
${memoryTable(all)}
Memory is Pss: a page that several processes share is counted once in all of them together.

From the first four spokes on:

- time: ${time ? `**${round(time.slope, 1)} s** a spoke; between two sizes that follow one another it is off that by at most ${percent(unevenness(all, upSeconds))}` : "not enough sizes"}
- memory: ${memory ? `**${round(memory.slope, 1)} MiB** a spoke; off that by at most ${percent(unevenness(all, memoryMiB))}` : "not enough sizes"}

The goal is 15 % for both.

${tail}`;
  const picture = renderScaleSvg(
    all.map((point) => ({ spokeCount: point.spokeCount, seconds: upSeconds(point), mebibytes: memoryMiB(point) })),
    { time, memory },
  );
  return { text, picture };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { text, picture } = scalePage();
  writeFileSync(new URL("docs/scale.md", root), text);
  writeFileSync(new URL("docs/scale.svg", root), picture);
}
