/** `judge` as it is called: what it prints, and its exit code. */
import { expect, test } from "vitest";
import type { RunResult } from "../../../model/run-result.ts";
import { iosOutputs } from "../checks/ios-samples.ts";
import { plannedLab } from "../checks/samples.ts";
import { makeFolder } from "./support.ts";

const plan = plannedLab();

/** The outputs as somebody pastes them: both routers in one file, with their prompts. */
function session(name: (router: string) => string): string {
  const outputs = iosOutputs(plan);
  return `${outputs.map(({ router, command, output }) => `${name(router)}#${command}\n${output}`).join("")}${name(outputs.at(-1)?.router ?? "")}#\n`;
}

test("a pasted session of both routers against the plan", async () => {
  const folder = makeFolder();
  folder.write("plan.json", JSON.stringify(plan));
  folder.write(
    "session.txt",
    session((router) => router.toUpperCase()),
  );
  const all = await folder.tunnelwright("judge", "plan.json", "session.txt", "--json");
  expect(all).toMatchObject({ code: 1, stderr: "" });
  expect(JSON.parse(all.stdout) as RunResult).toMatchObject({ format: "tunnelwright-run/1", verdict: "unknown" });
  const some = await folder.tunnelwright(
    "judge",
    "plan.json",
    "session.txt",
    "--check",
    "ike-sa,child-sa,ends-agree,tunnel-up,ospf-full",
  );
  expect(some.code).toBe(0);
  expect(some.stdout.replace(/^(Started|Plan) .*$/gm, "$1")).toMatchSnapshot();
});

test("routers that are called otherwise", async () => {
  const folder = makeFolder();
  folder.write("plan.json", JSON.stringify(plan));
  folder.write(
    "hq.txt",
    session(() => "HQ-EDGE"),
  );
  const unnamed = await folder.tunnelwright("judge", "plan.json", "hq.txt");
  expect(unnamed).toMatchObject({ code: 2, stdout: "" });
  expect(unnamed.stderr).toBe(
    "✖ hq.txt has outputs of HQ-EDGE, which the plan does not have: say whose they are, r1=hq.txt\n",
  );
  const named = await folder.tunnelwright("judge", "plan.json", "r1=hq.txt", "--check", "ike-sa");
  expect(named.code).toBe(1);
});

test.each([
  [["plan.json", "r9=empty.txt"], "the plan has no router r9; its routers are r1, r2"],
  [["plan.json", "empty.txt"], "empty.txt shows no prompt with a command that can be read"],
  [["plan.json", "empty.txt", "--check", "mtu"], "the plan has no check of the kind mtu; its kinds are clocks, "],
  [["empty.txt", "empty.txt"], "empty.txt is no plan: it is not JSON; a lab's is .tunnelwright/<lab>/plan.json"],
  [["other.json", "empty.txt"], 'other.json is no plan: its format is "x"'],
])("misuse: %j", async (args, said) => {
  const folder = makeFolder();
  folder.write("plan.json", JSON.stringify(plan));
  folder.write("other.json", '{"format":"x"}');
  folder.write("empty.txt", "nothing\n");
  const ended = await folder.tunnelwright("judge", ...args);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain(said);
});
