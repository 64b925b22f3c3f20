import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { iosPage } from "../../../scripts/write-ios-page.mjs";

test("docs/ios.md is what scripts/write-ios-page.mjs writes from the command table and the goldens", () => {
  expect(readFileSync(new URL("../../../docs/ios.md", import.meta.url), "utf8")).toBe(iosPage());
});
