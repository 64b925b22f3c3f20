/** Checks of tunnels with ends that are IOS: asked by show commands, judged as pasted outputs are; nothing that was not said passes. */
import { expect, test } from "vitest";
import { runChecks } from "../../../checks/run-checks.ts";
import type { LabPlan } from "../../../model/plan-document.ts";
import type { Session } from "../../../model/session.ts";
import { planLab } from "../../../plan/plan-lab.ts";
import { changed } from "../model/sound-lab.ts";
import { iol } from "../model/rule-cases.ts";
import { iosOutputs, type EndSample } from "./ios-samples.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** The sound lab with these routers of IOS; of its checks those that ask routers alone. */
function iosPlan(...routers: readonly string[]): LabPlan {
  const { plan } = planLab(
    changed(({ nodes }) => {
      for (const router of routers) nodes[router] = { ...nodes[router]!, ...iol };
    }),
  );
  return { ...plan!, checks: plan!.checks.filter(({ kind }) => kind !== "wire" && kind !== "tcp-mss") };
}

/** Runs the checks on routers that print what IOS would, with one thing otherwise at the left end; gives also what was asked of whom. */
async function run(plan: LabPlan, fault: Partial<EndSample> = {}) {
  const outputs = iosOutputs(plan, fault);
  const asked = new Set<string>();
  const session = (node: string): Session => ({
    node,
    run: (argv) => {
      const command = argv.join(" ");
      asked.add(`${node}: ${command}`);
      const found = outputs.find((each) => each.router === node && each.command === command);
      const stdout = found?.output ?? "";
      const stderr = found ? "" : "% Invalid input detected at '^' marker.\n";
      return Promise.resolve({ argv, exitCode: found ? 0 : 1, stdout, stderr, durationMs: 1 });
    },
    start: () => Promise.reject(new Error("nothing is started on IOS")),
  });
  const result = await runChecks({
    plan,
    planSha256: "0".repeat(64),
    clock: new VirtualClock(),
    withSession: (node, work) => work(session(node)),
  });
  return { result, asked: [...asked] };
}

test("both ends of IOS as predicted: all that is asked passes, with what was asked as evidence", async () => {
  const { result, asked } = await run(iosPlan("r1", "r2"));
  expect(result.checks.map(({ kind, verdict }) => `${kind} ${verdict}`)).toEqual([
    "ike-sa pass",
    "child-sa pass",
    "ends-agree pass",
    "tunnel-up pass",
    "ospf-full pass",
  ]);
  expect(result.checks[0]!.evidence.map(({ node, command }) => `${node}: ${command.join(" ")}`)).toEqual([
    "r1: show crypto ikev2 sa",
    "r2: show crypto ikev2 sa",
  ]);
  expect(result.kernels).toMatchObject({ r1: "IOS", r2: "IOS" });
  expect(asked.filter((each) => /^r[12]: (?!show )/.test(each))).toEqual([]);
});

test.each([
  [{ ikeState: "DELETE" }, "ike-sa"],
  [{ mode: "Tunnel" }, "child-sa"],
  [{ spiIn: "CCCC0001" }, "ends-agree"],
  [{ lineProtocol: "down" }, "tunnel-up"],
  [{ ospfState: "INIT/  -" }, "ospf-full"],
] as const)("%o is seen, and what needs it is not looked at", async (fault, kind) => {
  const { result } = await run(iosPlan("r1", "r2"), fault);
  expect(result.checks.find((check) => check.kind === kind)!.verdict).toBe("fail");
  expect(result.verdict).toBe("fail");
});

test("of a mixed tunnel the IOS end alone is asked", async () => {
  const { result, asked } = await run(iosPlan("r1"));
  expect(result.checks.map(({ kind, verdict }) => `${kind} ${verdict}`)).toEqual([
    "ike-sa pass",
    "child-sa pass",
    "tunnel-up pass",
    "ospf-full pass",
  ]);
  expect(asked.filter((each) => each.startsWith("r2: ") && each.includes("show"))).toEqual([]);
});

test("what a router does not print is unknown", async () => {
  const plan = iosPlan("r1", "r2");
  const silent: Session = {
    node: "r1",
    run: (argv) => Promise.resolve({ argv, exitCode: 1, stdout: "", stderr: "% Invalid input\n", durationMs: 1 }),
    start: () => Promise.reject(new Error("nothing is started on IOS")),
  };
  const result = await runChecks({
    plan,
    planSha256: "0".repeat(64),
    clock: new VirtualClock(),
    withSession: (_node, work) => work(silent),
  });
  expect(new Set(result.checks.map(({ verdict }) => verdict))).toEqual(new Set(["unknown"]));
});
