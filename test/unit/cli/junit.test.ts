import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { renderJunit, renderTerminal } from "../../../reports/index.ts";
import { failed, passed } from "../reports/support.ts";
import { makeFolder } from "./support.ts";

const lab = "gre-over-ipsec";
const table = (result: typeof passed) => renderTerminal(result, { colour: false, width: 100 });

describe("results --junit", () => {
  test("writes the file beside the table, and the exit code is that of the result", async () => {
    const folder = makeFolder();
    folder.keep(failed);
    expect(await folder.tunnelwright("results", lab, "--junit", "junit.xml")).toEqual({
      code: 1,
      stdout: table(failed),
      stderr: "",
    });
    expect(folder.read("junit.xml")).toBe(renderJunit(failed));
  });

  test("- prints it in place of the table", async () => {
    const folder = makeFolder();
    folder.keep(passed);
    expect(await folder.tunnelwright("results", lab, "--junit", "-")).toEqual({
      code: 0,
      stdout: renderJunit(passed),
      stderr: "",
    });
  });

  test("two documents on the standard output are misuse", async () => {
    const ended = await makeFolder().tunnelwright("results", lab, "--json", "--junit", "-");
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toContain("error: --json and --junit - both ask for the standard output");
  });

  test("a file that turns out full is told after the table", async () => {
    const folder = makeFolder();
    folder.keep(passed);
    expect(await folder.tunnelwright("results", lab, "--junit", "/dev/full")).toEqual({
      code: 3,
      stdout: table(passed),
      stderr: '✖ the JUnit report cannot be written to "/dev/full": no space is left there\n',
    });
  });

  test("a result of another version is told in a sentence", async () => {
    const folder = makeFolder();
    folder.write(
      `.tunnelwright/${lab}/results/latest.json`,
      JSON.stringify({ ...passed, format: "tunnelwright-run/0" }),
    );
    const ended = await folder.tunnelwright("results", lab);
    expect(ended).toMatchObject({ code: 3, stdout: "" });
    expect(ended.stderr).toMatch(/^✖ .*latest\.json is no result of this version: run npx tunnelwright verify .*\n$/);
  });
});

describe("verify --junit", () => {
  // There is no lab in the folder: the file is looked at before anything of it.
  test.each([
    ["no-such-folder/junit.xml", "its folder does not exist"],
    ["folder", "it is a folder"],
    ["file/junit.xml", "a folder of its path is a file"],
  ])("%s cannot be written: one sentence, before any check", async (path, reason) => {
    const folder = makeFolder();
    folder.write("folder/x", "");
    folder.write("file", "");
    expect(await folder.tunnelwright("verify", lab, "--junit", path)).toEqual({
      code: 3,
      stdout: "",
      stderr: `✖ the JUnit report cannot be written to "${path}": ${reason}\n`,
    });
  });

  test("a run that gives no result leaves no report, neither an empty one nor that of the run before", async () => {
    const folder = makeFolder();
    folder.write("junit.xml", "<testsuites/>");
    folder.write("behind-a-link.xml", "<testsuites/>");
    symlinkSync("behind-a-link.xml", join(folder.path, "link.xml"));
    for (const file of ["junit.xml", "link.xml"]) {
      const ended = await folder.tunnelwright("verify", lab, "--junit", file);
      expect(ended).toMatchObject({ code: 3, stdout: "" });
      expect(ended.stderr).toContain("there is no plan of a lab");
    }
    // A link is the user's: /dev/stdout is one.
    expect(folder.list(".")).toEqual(["behind-a-link.xml", "link.xml"]);
    expect(folder.read("link.xml")).toBe("");
  });

  test("a run writes the file, and the same beside the latest result", async () => {
    const folder = makeFolder();
    const plan = { format: "tunnelwright-plan/1", lab, segments: [], nodes: [], tunnels: [], checks: [], findings: [] };
    const inventory = { format: "tunnelwright-inventory/1", lab, nodes: {}, identityFile: "key" };
    folder.write(`.tunnelwright/${lab}/plan.json`, JSON.stringify(plan));
    folder.write(`.tunnelwright/${lab}/inventory.json`, JSON.stringify(inventory));
    folder.write(`.tunnelwright/${lab}/key`, "");
    const ended = await folder.tunnelwright("verify", lab, "--junit", "junit.xml");
    expect(ended).toMatchObject({ code: 1, stderr: "" });
    expect(ended.stdout).toContain("no check was run");
    expect(folder.read("junit.xml")).toContain('<error type="unknown" message="no check was run">');
    expect(folder.read(`.tunnelwright/${lab}/results/latest.junit.xml`)).toBe(folder.read("junit.xml"));
  });
});

test("--verbose shows the commands, and captures by a path that can be pasted", async () => {
  const folder = makeFolder();
  folder.keep(passed);
  const { stdout } = await folder.tunnelwright("results", lab, "--verbose");
  expect(stdout).toContain("r1# ping -n -M do -c 1 203.0.113.2\n");
  expect(stdout).toContain(`capture .tunnelwright/${lab}/results/2026-11-23T225624.122Z/tunnel0-wire-isp-0.pcap\n`);
});
