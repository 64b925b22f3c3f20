import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scripts, temporaryFolder } from "./modules.ts";

/** Runs one of the scripts with a PATH. */
function call(
  name: string,
  args: readonly string[],
  path = process.env["PATH"],
): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync("/bin/sh", [join(scripts, name), ...args], {
    encoding: "utf8",
    env: { PATH: path },
  });
  return { code: status, out: stdout, err: stderr };
}

test.each(["setup", "demo", "test", "rehearse"])("scripts/%s --help tells what it does", (name) => {
  const { code, out, err } = call(name, ["--help"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(new RegExp(`^scripts/${name} `));
});

test.each(["setup", "demo", "test", "rehearse"])("fails when scripts/%s is given an unknown option", (name) => {
  const { code, out, err } = call(name, ["--nonsense"]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(/^Unknown option '--nonsense': scripts\/\w+ knows --/);
  expect(err.trimEnd().split("\n")).toHaveLength(1);
});

test("fails on an unknown lane, naming the known ones", () => {
  expect(call("test", ["--lane", "nonsense"])).toEqual({
    code: 2,
    out: "",
    err: "There is no lane nonsense; the lanes are default, unit, terraform, live, opentofu, matrix, survival, soak, demos, failover, scale, swarm, fuzz, browser, package, cdktn, emulators, oracles.\n",
  });
});

test("fails without Node.js, in one sentence", () => {
  // dirname is all the head needs.
  const folder = temporaryFolder();
  spawnSync("ln", ["-s", "/usr/bin/dirname", join(folder, "dirname")]);
  const { code, err } = call("setup", [], folder);
  expect(code).toBe(3);
  expect(err).toMatchInlineSnapshot(`
    "Tunnelwright needs Node.js 20.19 or later on PATH (found: none): install it from your distribution or from nodejs.org, then run this again.
    "
  `);
});
