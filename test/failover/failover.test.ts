/** Every way to notice a dead tunnel, cut twenty times at random phases; every detection in its window, by the routers' clocks. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dualHubs } from "../../labs/dual-hub.ts";
import { failovers } from "../../labs/failover.ts";
import { root } from "../live/lab-commands.ts";
import { FailoverLab, faultsOf, type MeasuredFailover } from "./measure.ts";

const cutCount = Number(process.env.TW_CUTS ?? 20);
/** Evenly spread over the period, in an order of its own: every phase is met, and none follows the last. */
const shares = Array.from({ length: cutCount }, (_, index) => ((index * 7 + 3) % cutCount) / cutCount);

/** A file for each way, so that they can be measured one at a time; docs/failover.md is written from all of them. */
function keep(name: string, measured: readonly MeasuredFailover[]): void {
  const folder = join(root, ".tunnelwright/failover-measured");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(measured, null, 2)}\n`);
}

/** Where nobody notices, one look is as good as twenty; the seed's own takes more than a minute each time. */
const fewCuts: Readonly<Record<string, number>> = { none: 3, seed: 2 };
const ways = { ...failovers, seed: { by: "keepalive", periodSeconds: 20, retryCount: 3 } } as const;

test.each(Object.entries(ways))("%s", { timeout: 3_600_000 }, async (name, how) => {
  const lab = new FailoverLab(`cut-${name}`, how);
  try {
    await lab.deploy();
    const result = await lab.measure(shares.slice(0, fewCuts[name]), new AbortController().signal);
    keep(name, [result]);
    expect(result.cuts.flatMap((cut) => faultsOf(result, cut))).toEqual([]);
  } finally {
    expect(await lab.destroy()).toEqual([]);
  }
});

test.each(Object.entries(dualHubs))("%s", { timeout: 7_200_000 }, async (name, how) => {
  const lab = new FailoverLab(`cut-${name}`, how, "dual-hub");
  const { signal } = new AbortController();
  try {
    await lab.deploy();
    // Three deaths share the cuts; side by side they would be one another's outage.
    const third = shares.slice(0, Math.ceil(cutCount / 3));
    const results = [
      await lab.measure(third, signal, "provider"),
      await lab.measure(third, signal, "hub"),
      await lab.measure(third, signal, "link"),
    ];
    keep(name, results);
    expect(results.flatMap((result) => result.cuts.flatMap((cut) => faultsOf(result, cut)))).toEqual([]);
  } finally {
    expect(await lab.destroy()).toEqual([]);
  }
});
