/** docs/testing.md shows the suite that the project's own tests run, to the letter. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");

test("the page holds the example as it is", () => {
  const page = readFileSync(join(root, "docs/testing.md"), "utf8");
  expect(page).toContain(`\`\`\`ts\n${readFileSync(join(root, "examples/testing/failover.test.ts"), "utf8")}\`\`\``);
});
