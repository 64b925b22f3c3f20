import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";

const folder = new URL("../../../constructs/", import.meta.url);

/** Optional props, `readonly name?:`, whose docstring says nothing of what happens without them. */
function undocumented(text: string): string[] {
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    const name = /^ {2}readonly (\w+)\?:/.exec(line)?.[1];
    if (name === undefined) return [];
    const begin = lines.slice(0, index).findLastIndex((before) => before.trim().startsWith("/**"));
    const docstring = lines.slice(begin, index).join("\n");
    return begin >= 0 && docstring.trimEnd().endsWith("*/") && docstring.includes("@default") ? [] : [name];
  });
}

test("every optional prop of a construct says what happens without it", () => {
  const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));
  const found = files.flatMap((name) =>
    undocumented(readFileSync(new URL(name, folder), "utf8")).map((prop) => `${name}: ${prop}`),
  );
  expect(found).toEqual([]);
});

test("the count sees a prop without @default", () => {
  const planted = `export interface Props {
  /**
   * One.
   * @default 1
   */
  readonly one?: number;
  /** Two. */
  readonly two?: number;
  readonly three?: number;
  readonly four: number;
}`;
  expect(undocumented(planted)).toEqual(["two", "three"]);
});
