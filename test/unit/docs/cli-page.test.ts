/** docs/cli.md is what the program says, and names every variable that the sources read. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exitCodes } from "../../../cli/exit-codes.ts";
import { cliPage, commandsOf, programToTell, wordsOf } from "../../../scripts/write-cli-page.mjs";

const root = join(import.meta.dirname, "../../..");
const page = readFileSync(join(root, "docs/cli.md"), "utf8");

test("docs/cli.md is what scripts/write-cli-page.mjs writes from the program", () => {
  expect(page).toBe(cliPage());
});

test("every command has its section, its options and its example", () => {
  const commands = commandsOf(programToTell());
  expect(commands.length).toBeGreaterThan(25);
  for (const command of commands) {
    expect(page).toContain(`\n## ${wordsOf(command)}\n`);
    for (const { flags } of command.options) expect(page).toContain(`| \`${flags.replaceAll("|", "\\|")}\` |`);
  }
  const without = page.split(/\n## /).filter((part) => part.includes("npx tunnelwright") && !/Examples?:/.test(part));
  // The head of the page, completion, and the files that commands leave.
  expect(without.map((part) => part.split("\n", 1)[0])).toEqual(["# The command line", "complete"]);
});

test("every exit code is told", () => {
  for (const code of Object.values(exitCodes)) expect(page).toContain(`\n| ${code} | `);
});

test("every environment variable that is read is told", () => {
  const read = ["cli", "devices", "constructs", "provider", "reports", "scripts", "testing"].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ts|tsx|mjs)$/.test(name))
      .flatMap((name) => [
        ...readFileSync(join(root, room, name), "utf8").matchAll(/\benv(?:\.|\[")([A-Z][A-Z0-9_]+)\b/g),
      ])
      .map(([, variable]) => variable),
  );
  // What every machine has; what Terraform hands its plugins; what scripts/test tells the tests.
  const known = ["HOME", "PATH", "PLUGIN_UNIX_SOCKET_DIR", "PLUGIN_CLIENT_CERT", "TUNNELWRIGHT_TERRAFORM"];
  expect(read).toContain("DOCKER_HOST");
  expect([...new Set(read)].filter((name) => !known.includes(name!) && !page.includes(`\`${name}\``))).toEqual([]);
});
