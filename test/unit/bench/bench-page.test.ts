import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { throughputTable } from "../../../bench/throughput-table.ts";
import { benchPage } from "../../../scripts/write-bench-page.mjs";

test("docs/bench.md is what scripts/write-bench-page.mjs writes from the last results", () => {
  expect(readFileSync(join(import.meta.dirname, "../../../docs/bench.md"), "utf8")).toBe(benchPage());
});

test("each stream is a part of the first", () => {
  const machine = { cores: 2, kernel: "6.1", node: "v20" };
  const rows = [
    { what: "bridge", megabitsPerSecond: 16000, load: 1 },
    { what: "tunnel", megabitsPerSecond: 160, load: 2 },
  ];
  const table = throughputTable({
    format: "tunnelwright-throughput/1",
    at: "",
    command: "",
    machine,
    labKernel: "6.1",
    rows,
  });
  expect(table).toContain("| tunnel | 160 | 1.00 % | 2.0 |");
});
