/** The image's scripts are read by bash before they are put into an image. */
import { execa } from "execa";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const folder = join(import.meta.dirname, "../../../images/router/files");
const scripts = readdirSync(folder).filter((name) =>
  /bash/.test(readFileSync(join(folder, name), "utf8").split("\n")[0]!),
);
/** Read by the scripts, so they have no line that names bash. */
const parts = ["frames", "daemons", "steps"];

test.each([...scripts, ...parts])("%s", async (name) => {
  const { exitCode, stderr } = await execa("bash", ["-n", join(folder, name)], { reject: false });
  expect([exitCode, stderr]).toEqual([0, ""]);
});

test("a script that is cut short is refused", async () => {
  const { exitCode } = await execa("bash", ["-n"], { input: "f() {\n  true\n", reject: false });
  expect(exitCode).not.toBe(0);
});
