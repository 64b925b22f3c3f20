import { expect, test } from "vitest";
import { partOf, putTogether } from "../../matrix/part-of.ts";

const rows = ["a", "b", "c", "d", "e", "f", "g"];
const name = (row: string): string => row;

test("the parts are all rows, each once, in their order", () => {
  for (const count of [1, 2, 3, 4, 7, 9]) {
    const parts = Array.from({ length: count }, (_, part) => partOf(rows, `${part + 1}/${count}`).rows);
    expect(parts.flat()).toEqual(rows);
  }
  expect(partOf(rows, undefined)).toEqual({ rows, file: "matrix-measured.json" });
  expect(partOf(rows, "2/3").file).toBe("matrix-measured-2-of-3.json");
});

test.each(["0/4", "5/4", "1", "1/0", "a/b", "-1/2"])("%s is no part", (words) => {
  expect(() => partOf(rows, words)).toThrow("such as 2/4");
});

test("what was measured in parts is put together, and what is missing is told", () => {
  expect(
    putTogether(
      rows,
      [
        ["c", "a"],
        ["b", "d", "g", "f", "e"],
      ],
      name,
    ),
  ).toEqual(rows);
  expect(() => putTogether(rows, [["a"]], name)).toThrow("6 rows were not measured: b, c, d, e, f, …");
});
