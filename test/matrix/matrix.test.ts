/** Every suite in both modes, with and without a NAT, on real routers, two labs side by side; every number must be the predicted one. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../live/lab-commands.ts";
import { MatrixLab } from "./matrix-lab.ts";
import { differing, matrixRows, matrixTable, rowName, type MeasuredRow } from "./rows.ts";

const labs = ["matrix-a", "matrix-b"].map((name) => new MatrixLab(name));
const measured = new Map<string, Promise<MeasuredRow>>();

beforeAll(() => {
  const waiting = [...matrixRows];
  const settle = new Map<string, (row: Promise<MeasuredRow>) => void>();
  for (const row of matrixRows) measured.set(rowName(row), new Promise((resolve) => settle.set(rowName(row), resolve)));
  for (const lab of labs)
    void (async () => {
      for (let row = waiting.shift(); row; row = waiting.shift()) {
        const attempt = lab.measure(row);
        settle.get(rowName(row))?.(attempt);
        await attempt.catch(() => undefined);
      }
    })();
});

afterAll(async () => {
  expect((await Promise.all(labs.map((lab) => lab.destroy()))).flat()).toEqual([]);
});

test.each(matrixRows.map(rowName))("%s", { timeout: 1_800_000 }, async (name) => {
  expect(differing(await measured.get(name)!)).toEqual([]);
});

test("the matrix as it was measured", async () => {
  const rows = await Promise.all(matrixRows.map((row) => measured.get(rowName(row))!));
  const table = matrixTable(rows);
  const widths = table[0]!.map((_, column) => Math.max(...table.map((line) => line[column]!.length)));
  console.log(table.map((line) => line.map((cell, column) => cell.padEnd(widths[column]!)).join("  ")).join("\n"));
  writeFileSync(join(root, ".tunnelwright/matrix-measured.json"), `${JSON.stringify(rows, null, 2)}\n`);
});
