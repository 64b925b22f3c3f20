import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { espOverhead, tunnelMtu } from "../../../provider/functions/tunnel-sizes.ts";
import * as schemas from "../../../provider/schema/resources.ts";

const page = readFileSync(new URL("../../../docs/provider.md", import.meta.url), "utf8");

test("docs/provider.md names every attribute and every parameter", () => {
  const attributes = Object.entries(schemas).flatMap(([name, schema]) =>
    name.endsWith("Attributes") ? Object.keys(schema) : [],
  );
  expect(attributes.length).toBeGreaterThan(40);
  const parameters = [espOverhead, tunnelMtu].flatMap((each) => each.parameters.map(({ name }) => name));
  const missing = [...attributes, ...parameters].filter((name) => !new RegExp(`\\b${name}\\b`).test(page));
  expect(missing).toEqual([]);
});
