/** What a shell is told when somebody presses Tab. */
import { execa } from "execa";
import { expect, test } from "vitest";
import { makeFolder } from "./support.ts";

const folderWithLabs = () => {
  const folder = makeFolder();
  for (const lab of ["keepalive", "gre-over-ipsec"]) folder.write(`.tunnelwright/${lab}/plan.json`, "{}");
  folder.write(".tunnelwright/declared/readme", "no lab");
  return folder;
};
const offered = (stdout: string): string[] =>
  stdout.split("\n").flatMap((line) => (line === "" || line.startsWith(":") ? [] : [line.split("\t")[0]!]));

test("commands, the options of a command, and the labs of the folder", async () => {
  const folder = folderWithLabs();
  const [commands, options, labs] = await Promise.all([
    folder.tunnelwright("complete", "--", "ver"),
    folder.tunnelwright("complete", "--", "verify", "--di"),
    folder.tunnelwright("complete", "--", "verify", ""),
  ]);
  expect(offered(commands.stdout)).toEqual(["verify"]);
  expect(offered(options.stdout)).toEqual(["--disruptive"]);
  expect(offered(labs.stdout)).toEqual(["gre-over-ipsec", "keepalive"]);
});

test("bash takes the script, and it names the command", async () => {
  const { code, stdout } = await makeFolder().tunnelwright("complete", "bash");
  expect(code).toBe(0);
  expect(stdout).toContain("tunnelwright complete --");
  expect((await execa("bash", ["-n"], { input: stdout, reject: false })).stderr).toBe("");
});

test("without a shell, or with one that is not known, it is misuse", async () => {
  const folder = makeFolder();
  expect((await folder.tunnelwright("complete", "tcsh")).code).toBe(2);
  expect((await folder.tunnelwright("--help")).stdout).toContain("complete [shell]");
});
