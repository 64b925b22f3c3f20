import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { survivalPage } from "../../../scripts/write-survival-page.mjs";
import { accidents } from "../../survival/accident-table.ts";
import { drifts } from "../../survival/drift-table.ts";

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

test("docs/survival.md is what scripts/write-survival-page.mjs writes", () => {
  expect(read("docs/survival.md")).toBe(survivalPage());
});

test("every accident has a test of its words", () => {
  const tests = ["test/survival/accidents.test.ts", "test/survival/drifts.test.ts", "test/live/survival-short.test.ts"]
    .map(read)
    .join("\n");
  const titles = [...tests.matchAll(/test\("([^"]+)"/g)].map(([, title = ""]) => title);
  const words = (text: string) => text.replace(/^a push /, "");
  const missing = accidents.filter(({ title }) => !titles.some((each) => each.includes(words(title))));
  expect(missing.map(({ title }) => title)).toEqual([]);
});

test("drifts are told apart by their titles", () => {
  expect(new Set(drifts.map(({ title }) => title)).size).toBe(drifts.length);
});
