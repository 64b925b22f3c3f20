import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { rulePages } from "../../../scripts/write-rule-pages.mjs";

const folder = new URL("../../../docs/rules/", import.meta.url);

test("docs/rules is what scripts/write-rule-pages.mjs writes from the catalogue and the goldens", () => {
  const written = Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), "utf8")]),
  );
  expect(written).toEqual(rulePages());
});
