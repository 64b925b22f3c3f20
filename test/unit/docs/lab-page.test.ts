import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { labPage } from "../../../scripts/write-lab-page.mjs";

test("docs/labs.md is what scripts/write-lab-page.mjs writes from the labs and the demos' texts", () => {
  expect(readFileSync(new URL("../../../docs/labs.md", import.meta.url), "utf8")).toBe(labPage());
});

test("docs/packet.md shows the story that the command prints", () => {
  const page = readFileSync(new URL("../../../docs/packet.md", import.meta.url), "utf8");
  const golden = readFileSync(new URL("../cli/golden/double-fragmentation.txt", import.meta.url), "utf8");
  expect(page).toContain(golden.trimEnd());
});
