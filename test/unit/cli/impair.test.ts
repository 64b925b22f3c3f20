/** `cut`, `impair`, `restore` and `status` as they are called, on a transit that is an SSH server of this process. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { addImpairCommands } from "../../../cli/impair-commands.ts";
import { plannedLab } from "../checks/samples.ts";
import { makeFolder } from "./support.ts";
import { callVerb, lab, standUpTransit } from "./transit-lab.ts";

const recording = (name: string): string =>
  readFileSync(new URL(`../dialects/recordings/${name}`, import.meta.url), "utf8");

/** The lab, with a program in the place of `impair`. */
async function standUp(program: string) {
  const folder = await standUpTransit({ "/usr/lib/tunnelwright/impair": program });
  folder.write("shown", recording("impair-show.txt"));
  folder.write("restored", recording("impair-restored.txt"));
  return folder;
}

const call = (folder: { readonly path: string }, ...args: string[]) => callVerb(addImpairCommands, folder, args);

test("a cut tells where, and when by the router's clock", async () => {
  const folder = await standUp("echo moment 1795669216.567845 1795669216.669498");
  expect(await call(folder, "cut", lab, "isp-left", "--one-way", "r1")).toEqual({
    code: 0,
    stdout:
      "isp-left toward r1: nothing passes\n" +
      "cut at 1795669216567 ms, at the latest 1795669216670 ms (since 1970, by the clock of isp)\n",
    stderr: "",
  });
  expect(folder.read("asked")).toBe("add eth0/out/cut\n");
});

test("all that is asked of a transit is one call, and what adds up is met once", async () => {
  const folder = await standUp("echo moment 1795669216.567845 1795669216.669498");
  const asked = ["--delay", "20", "--jitter", "5", "--loss", "12.5", "--mtu", "1400", "--block-icmp"];
  const { code, stdout } = await call(folder, "impair", lab, "isp", ...asked);
  expect(code).toBe(0);
  expect(stdout).toContain("isp-right toward r2: 20 ms ± 5 ms late\n");
  expect(folder.read("asked").trim().split(" ")).toEqual([
    "add",
    ...["eth0/out/delay=20,5", "eth1/out/delay=20,5"],
    ...["eth0/out/loss=0.125", "eth1/out/loss=0.125"],
    ...["eth0/out/mtu=1400", "eth0/in/mtu=1400", "eth1/out/mtu=1400", "eth1/in/mtu=1400"],
    ...["eth0/out/block-icmp", "eth0/in/block-icmp", "eth1/out/block-icmp", "eth1/in/block-icmp"],
  ]);
});

test("a link is restored by its interface, all of them without a name", async () => {
  const folder = await standUp('cat "${0%/*}/restored"');
  const one = await call(folder, "restore", lab, "isp-right");
  expect(one).toMatchObject({ code: 0, stderr: "" });
  expect(one.stdout).toMatch(/^isp-right: restored\nrestored at \d+ ms, at the latest \d+ ms/);
  const all = await call(folder, "restore", lab, "--all");
  expect(all.stdout).toMatch(/^isp-left: restored\nisp-right: restored\n/);
  expect(folder.read("asked")).toBe("remove eth1\nremove-all\n");
});

test("what is still there after a restore is told, and is a failure", async () => {
  const folder = await standUp('cat "${0%/*}/shown"');
  const { code, stderr } = await call(folder, "restore", lab, "isp-left");
  expect(code).toBe(1);
  expect(stderr).toBe("✖ isp-left is still impaired: nothing passes, 50 ms late, 1500 ms ± 0.499 ms late\n");
});

test("what the router could not do is told in its words, in one sentence", async () => {
  const folder = await standUp(
    "echo 'RTNETLINK answers: No such device' >&2; echo 'the delay was not taken' >&2; exit 1",
  );
  expect(await call(folder, "impair", lab, "isp", "--delay", "5")).toEqual({
    code: "LackingError",
    stdout: "",
    stderr:
      "isp could not do it: RTNETLINK answers: No such device; the delay was not taken; " +
      "npx tunnelwright restore gre-over-ipsec --all clears what is half done",
  });
});

test("a status of which something is unknown is a failure, and the rest is told", async () => {
  const folder = await standUp('cat "${0%/*}/shown"');
  const { code, stdout } = await call(folder, "status", lab, "--json");
  expect(code).toBe(1);
  const status = JSON.parse(stdout) as {
    nodes: { name: string; reached: boolean }[];
    links: { impairments: unknown }[];
  };
  expect(status.nodes.filter(({ reached }) => reached).map(({ name }) => name)).toEqual(["isp"]);
  expect(status.links.map(({ impairments }) => (impairments as unknown[]).length)).toEqual([3, 4]);
});

const known = "its links are isp-left, isp-right, and all links of a transit: isp";

test.each([
  [["cut", lab, "nowhere"], "LinkNameError", `has no link "nowhere"; ${known}`],
  [["cut", lab, "isp-left", "--one-way", "r2"], "LinkNameError", '"r2" is not on isp-left; on it are r1, isp'],
  [["restore", lab, "r1"], "LinkNameError", 'has no link "r1"'],
  [["impair", lab, "isp", "--mtu", "9000"], "LinkNameError", "the MTU of isp-left is 1500 bytes"],
  [["restore", lab], "misuse", "name a link, or say --all"],
  [["restore", lab, "isp", "--all"], "misuse", "name a link, or say --all"],
  [["impair", lab, "isp"], "misuse", "say what: --delay, --loss, --mtu or --block-icmp"],
  [["impair", lab, "isp", "--jitter", "5"], "misuse", "--jitter wants a --delay"],
  [["impair", lab, "isp", "--loss", "0"], "misuse", "It is a percentage above 0"],
])("%j changes nothing", async (args, code, said) => {
  const folder = await standUp("exit 99");
  const ended = await call(folder, ...args);
  expect(ended.code).toBe(code);
  expect(ended.stderr).toContain(said);
  expect(folder.read("asked")).toBe("");
});

test("the command line ends with 2 for an unknown name, with 3 for a lab that does not run, and says one sentence", async () => {
  const folder = makeFolder();
  folder.write(`.tunnelwright/${lab}/plan.json`, JSON.stringify(plannedLab()));
  const lacking = {
    code: 3,
    stdout: "",
    stderr: "✖ lab gre-over-ipsec does not run: npx tunnelwright up gre-over-ipsec starts it\n",
  };
  expect(await folder.tunnelwright("restore", lab, "--all")).toEqual(lacking);
  folder.write(
    `.tunnelwright/${lab}/inventory.json`,
    JSON.stringify({ format: "tunnelwright-inventory/1", lab, nodes: {}, identityFile: "key" }),
  );
  folder.write(`.tunnelwright/${lab}/key`, "");
  expect(await folder.tunnelwright("cut", lab, "nowhere")).toEqual({
    code: 2,
    stdout: "",
    stderr: `✖ lab gre-over-ipsec has no link "nowhere"; ${known}\n`,
  });
});
