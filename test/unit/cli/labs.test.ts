import { expect, test } from "vitest";
import { plannedLab } from "../checks/samples.ts";
import { makeFolder } from "./support.ts";

test("every synthesized lab, what is up of it, and a plan that cannot be read", async () => {
  const folder = makeFolder();
  folder.write(".tunnelwright/gre-over-ipsec/plan.json", JSON.stringify(plannedLab()));
  folder.write(".tunnelwright/gre-over-ipsec/inventory.json", "{}");
  folder.write(".tunnelwright/another/plan.json", JSON.stringify({ ...plannedLab(), lab: "another" }));
  folder.write(".tunnelwright/older/plan.json", '{"format":"tunnelwright-plan/0"}');
  folder.write(".tunnelwright/setup.json", "{}");
  folder.write(".tunnelwright/declared/twin.json", "{}");
  const { code, stdout } = await folder.tunnelwright("labs");
  expect(code).toBe(0);
  expect(stdout.split("\n").slice(0, 3)).toEqual([
    expect.stringMatching(/^lab {13}state {3}nodes +tunnels$/),
    expect.stringMatching(/^another {9}not up {2}isp r1 r2 h1 h2 +tunnel0$/),
    expect.stringMatching(/^gre-over-ipsec {2}up {6}isp r1 r2 h1 h2 +tunnel0$/),
  ]);
  expect(stdout).toMatch(/^older +not up {2}.*is of another version \(tunnelwright-plan\/0\): run npx cdktf synth$/m);
  const { labs } = JSON.parse((await folder.tunnelwright("labs", "--json")).stdout) as { labs: { lab: string }[] };
  expect(labs.map(({ lab }) => lab)).toEqual(["another", "gre-over-ipsec", "older"]);
});

test("a folder without any says what to run", async () => {
  const { code, stdout, stderr } = await makeFolder().tunnelwright("labs");
  expect([code, stdout, stderr]).toEqual([3, "", "✖ no lab was synthesized in this folder yet: run npx cdktf synth\n"]);
});
