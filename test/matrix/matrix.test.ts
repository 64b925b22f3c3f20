/** Every suite in both modes, with and without a NAT, on real routers, two labs side by side; every number must be the predicted one. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../live/lab-commands.ts";
import { MatrixLab } from "./matrix-lab.ts";
import { partOf } from "./part-of.ts";
import { differing, matrixRows, matrixTable, rowName, type MeasuredRow } from "./rows.ts";

/** TW_MATRIX_PART=2/4: the second quarter alone; the page is written from all parts. */
const { rows, file } = partOf(matrixRows, process.env.TW_MATRIX_PART);

/** One lab alone where something else wants a core: TW_MATRIX_LABS=matrix-a. */
const labs = (process.env.TW_MATRIX_LABS ?? "matrix-a,matrix-b").split(",").map((name) => new MatrixLab(name));
const measured = new Map<string, Promise<MeasuredRow>>();

const kept: MeasuredRow[] = [];
/** Each row as soon as it is measured: what comes after it may fail, or be interrupted. */
function keep(row: MeasuredRow): string {
  kept.push(row);
  writeFileSync(join(root, ".tunnelwright", file), `${JSON.stringify(kept, null, 2)}\n`);
  return `${row.seconds.toFixed(0)} s`;
}

beforeAll(() => {
  const waiting = [...rows];
  const settle = new Map<string, (row: Promise<MeasuredRow>) => void>();
  for (const row of rows) measured.set(rowName(row), new Promise((resolve) => settle.set(rowName(row), resolve)));
  for (const lab of labs)
    void (async () => {
      for (let row = waiting.shift(); row; row = waiting.shift()) {
        const attempt = lab.measure(row);
        settle.get(rowName(row))?.(attempt);
        const told = await attempt.then(keep, () => "failed");
        process.stderr.write(`${rows.indexOf(row) + 1} of ${rows.length}: ${rowName(row)}, ${told}\n`);
      }
    })();
});

afterAll(async () => {
  expect((await Promise.all(labs.map((lab) => lab.destroy()))).flat()).toEqual([]);
});

test.each(rows.map(rowName))("%s", { timeout: 1_800_000 }, async (name) => {
  expect(differing(await measured.get(name)!)).toEqual([]);
});

test("the matrix as it was measured", async () => {
  const all = await Promise.all(rows.map((row) => measured.get(rowName(row))!));
  const table = matrixTable(all);
  const widths = table[0]!.map((_, column) => Math.max(...table.map((line) => line[column]!.length)));
  console.log(table.map((line) => line.map((cell, column) => cell.padEnd(widths[column]!)).join("  ")).join("\n"));
});
