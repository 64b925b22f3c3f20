/** `read` as it is called: what it prints, where, and its exit code. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { makeFolder } from "./support.ts";

const recording = (name: string): string =>
  readFileSync(new URL(`../dialects/recordings/ios/${name}`, import.meta.url), "utf8");

test("the output of a command as typed data", async () => {
  const folder = makeFolder();
  folder.write("output.txt", recording("ipsec-sa-detail.15-natt.txt"));
  const ended = await folder.tunnelwright(
    "read",
    "--platform",
    "ios",
    "--command",
    "show crypto ipsec sa",
    "output.txt",
    "--json",
  );
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  const { platform, readings } = JSON.parse(ended.stdout) as { platform: string; readings: unknown[] };
  expect(platform).toBe("ios");
  expect(readings).toMatchObject([
    {
      hostname: null,
      command: "show crypto ipsec sa",
      outcome: "read",
      observation: { kind: "ipsec-sas", flows: [{ interfaceName: "Tunnel1" }, {}] },
    },
  ]);
});

test("a pasted session needs no command; what is not asked for is left out", async () => {
  const folder = makeFolder();
  folder.write(
    "session.txt",
    `R1#show clock\n10:00\nR1#show crypto isakmp sa\n${recording("isakmp-sa.12-4-doc.txt")}R1#sh ip os nei\nR1#\n`,
  );
  const ended = await folder.tunnelwright("read", "session.txt");
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  await expect(ended.stdout).toMatchFileSnapshot("golden/read-session.txt");
});

test("what was not understood is told with its line, and is no success", async () => {
  const folder = makeFolder();
  folder.write(
    "odd.txt",
    "Neighbor ID     Pri   State           Dead Time   Address         Interface\nsomething else\n",
  );
  const ended = await folder.tunnelwright("read", "--command", "show ip ospf neighbor", "odd.txt");
  expect(ended.code).toBe(1);
  expect(ended.stderr).toBe("▲ odd.txt:2 is not understood as show ip ospf neighbor: something else\n");
});

test("an error of the router is told in its words", async () => {
  const folder = makeFolder();
  folder.write(
    "refused.txt",
    "R1#sh crypto isakmp sa\n            ^\n% Invalid input detected at '^' marker.\n\nR1#\n",
  );
  const ended = await folder.tunnelwright("read", "refused.txt");
  expect(ended.code).toBe(1);
  expect(ended.stdout).toBe(
    "R1  show crypto isakmp sa: the router refused it, % Invalid input detected at '^' marker.\n",
  );
});

test.each([
  [["--command", "show version", "x.txt"], '"show version" cannot be read; these can: show crypto isakmp sa, '],
  [["x.txt"], "x.txt shows no prompt with a command: say with --command what printed it, one of show crypto"],
  [["missing.txt", "--command", "show interfaces"], "missing.txt cannot be read: ENOENT"],
  [
    ["--command", "show interfaces", "session.txt"],
    "session.txt holds no output of show interfaces; its commands are show clock",
  ],
])("misuse: %j", async (args, said) => {
  const folder = makeFolder();
  folder.write("x.txt", "hello\n");
  folder.write("session.txt", "R1#show clock\n10:00\nR1#\n");
  const ended = await folder.tunnelwright("read", ...args);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain(said);
});
