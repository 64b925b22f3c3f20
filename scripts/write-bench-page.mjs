#!/usr/bin/env -S node --import tsx
// Writes docs/bench.md from bench/results/peers.json, which npm run bench:peers makes.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { comparisonTable, wasBusy } from "../bench/peers/result.ts";
import { throughputTable } from "../bench/throughput-table.ts";
import { root } from "./command.mjs";

/** The text of docs/bench.md. */
export function benchPage() {
  const comparison = JSON.parse(readFileSync(join(root, "bench/results/peers.json"), "utf8"));
  const { at, command, machine } = comparison;
  const throughput = JSON.parse(readFileSync(join(root, "bench/results/throughput.json"), "utf8"));
  return `# Beside the peers

Routers stood up and taken down by several ways, one after the other in one run, again and again: a median, and the least and the most.
What they do is not the same, and the list below the table says what each does. CPU is of the whole machine: what anything else took is in it.

\`${command}\`, ${at.slice(0, 10)}, ${machine.cores} cores, Linux ${machine.kernel}, Node ${machine.node}:

${comparisonTable(comparison)}${wasBusy(comparison) ? "\nThe machine was too busy for this to be believed.\n" : ""}
## What the lab carries

A lab shows sizes, states and times; its rate is that of its kernels, not of a router. User-mode Linux copies each packet through a raw socket,
and all of a lab's kernels share the machine's cores.

\`${throughput.command}\`, ${throughput.at.slice(0, 10)}, the lab's kernel ${throughput.labKernel}, the machine's ${throughput.machine.kernel}:

${throughputTable(throughput)}
## More

\`npm run bench\` tells where the time of our own lab goes, phase by phase; \`npm run bench:scale\` what each further router costs
([scale.md](scale.md)); \`npm run bench:plan\` what a plan of many far routers takes. The numbers are in bench/results.
`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(join(root, "docs/bench.md"), benchPage());
