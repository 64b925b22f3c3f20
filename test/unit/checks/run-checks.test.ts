import { describe, expect, test } from "vitest";
import { runChecks, type CheckRun } from "../../../checks/run-checks.ts";
import type { LabPlan, PlannedCheck } from "../../../model/plan-document.ts";
import { runResultSchema, worstVerdict, type CheckResult } from "../../../model/run-result.ts";
import { plannedLab } from "./samples.ts";
import { pingAnswered, pingLost, ScriptedLab, type Script } from "./scripted-lab.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** The plan of the first lab with some of its checks alone. */
function planWith(...checks: PlannedCheck[]): LabPlan {
  return { ...plannedLab(), checks };
}

const check = (id: string, more: Partial<PlannedCheck> = {}): PlannedCheck => ({
  kind: "icmp",
  id,
  title: id,
  tunnel: "tunnel0",
  needs: [],
  after: [],
  settle: { name: "underlay", timeoutMs: 15_000 },
  disruptive: false,
  ...more,
});

const kernel = "uml 6.1.176\n";
const withKernel =
  (script: Script): Script =>
  (node, line) =>
    line.startsWith("cat ") ? kernel : script(node, line);

async function run(plan: LabPlan, script: Script, more: Partial<CheckRun> = {}) {
  const clock = new VirtualClock();
  const lab = new ScriptedLab(withKernel(script));
  const started: string[] = [];
  const done: CheckResult[] = [];
  const result = await runChecks({
    plan,
    planSha256: "0".repeat(64),
    clock,
    withSession: lab.withSession,
    onStart: ({ id }) => started.push(id),
    onCheck: (each) => done.push(each),
    ...more,
  });
  return { result, clock, asked: lab.asked, started, done };
}

describe("the document of a run", () => {
  test("follows its schema, and tells lab, plan, time and kernels", async () => {
    const { result } = await run(planWith(check("a")), () => pingAnswered);
    expect(runResultSchema.parse(result)).toEqual(result);
    expect(result).toMatchObject({
      lab: "gre-over-ipsec",
      planSha256: "0".repeat(64),
      startedAt: "1970-01-01T00:00:01.000Z",
      verdict: "pass",
      kernels: { isp: "uml 6.1.176", r1: "uml 6.1.176", h2: "uml 6.1.176" },
    });
  });

  test("keeps every command and what it printed", async () => {
    const { result } = await run(planWith(check("a")), () => pingAnswered);
    const { evidence, lookAt } = result.checks[0]!;
    expect(evidence.map((e) => [e.node, e.command[0], e.command.at(-1), e.output])).toEqual([
      ["r1", "ping", "203.0.113.2", pingAnswered],
      ["r2", "ping", "198.51.100.2", pingAnswered],
    ]);
    expect(lookAt).toEqual([]);
  });

  test("says `not reached` of a node that tells no kernel", async () => {
    const lab = new ScriptedLab((_, line) => (line.startsWith("ping") ? pingAnswered : undefined));
    const { result } = await run(planWith(check("a")), () => "", { withSession: lab.withSession });
    expect(result.kernels.r1).toBe("not reached");
    expect(result.verdict).toBe("pass");
  });

  test("of a plan without checks is unknown, never a pass", async () => {
    expect((await run(planWith(), () => pingAnswered)).result.verdict).toBe("unknown");
  });

  test("is as good as its worst part", () => {
    expect(worstVerdict(["pass", "unknown", "fail"])).toBe("fail");
    expect(worstVerdict(["pass", "unknown"])).toBe("unknown");
    expect(worstVerdict(["pass", "pass"])).toBe("pass");
    expect(worstVerdict([])).toBe("unknown");
  });
});

describe("the order", () => {
  test("follows the needs, whatever the order of the plan, and the results keep the plan's", async () => {
    const plan = planWith(check("c", { needs: ["b"] }), check("b", { needs: ["a"] }), check("a"));
    const { result, started, done } = await run(plan, () => pingAnswered);
    expect(started).toEqual(["a", "b", "c"]);
    expect(done.map((each) => each.id)).toEqual(["a", "b", "c"]);
    expect(result.checks.map((each) => each.id)).toEqual(["c", "b", "a"]);
  });

  test("lets those that need the same thing run once it has passed, each once", async () => {
    const plan = planWith(check("a"), check("b", { needs: ["a"] }), check("c", { needs: ["a"] }));
    const { started } = await run(plan, () => pingAnswered);
    expect(started).toEqual(["a", "b", "c"]);
  });
});

describe("what needs a check that did not pass", () => {
  const plan = planWith(
    check("a", { settle: { name: "underlay", timeoutMs: 0 } }),
    check("b", { needs: ["a"] }),
    check("c", { needs: ["b"] }),
    check("d"),
  );
  const firstFails: Script = (_, line) => (line.endsWith("203.0.113.2") ? pingLost : pingAnswered);

  test("is unknown and names it; nothing is asked for it", async () => {
    const { result, started } = await run(plan, firstFails);
    const [a, b, c] = result.checks;
    expect(a).toMatchObject({ verdict: "fail", blockedBy: [] });
    expect(a!.lookAt.length).toBeGreaterThan(0);
    expect(b).toMatchObject({
      verdict: "unknown",
      blockedBy: ["a"],
      summary: "not looked at: a did not pass",
      evidence: [],
    });
    expect(c).toMatchObject({ verdict: "unknown", blockedBy: ["b"] });
    expect(started).toEqual(["a", "d"]);
    expect(result.verdict).toBe("fail");
  });

  test("is told to the caller too", async () => {
    const { done } = await run(plan, firstFails);
    expect(done.map((each) => each.id).sort()).toEqual(["a", "b", "c", "d"]);
  });
});

describe("settling", () => {
  test("ends as soon as the expected state is seen, and keeps the last evidence alone", async () => {
    let count = 0;
    const { result, clock } = await run(planWith(check("a")), () => (++count <= 8 ? pingLost : pingAnswered));
    expect(clock.waits).toEqual([500, 500]);
    expect(result.checks[0]).toMatchObject({ verdict: "pass", durationMs: 1_000 });
    expect(result.checks[0]!.evidence).toHaveLength(2);
  });

  test("asks once and waits for nothing when all is well at once", async () => {
    const { clock, asked } = await run(planWith(check("a")), () => pingAnswered);
    expect(clock.waits).toEqual([]);
    expect(asked.filter((line) => line.includes(": ping"))).toHaveLength(2);
  });

  test("gives up at the deadline, and not after it", async () => {
    const { result, clock } = await run(
      planWith(check("a", { settle: { name: "underlay", timeoutMs: 15_000 } })),
      () => pingLost,
    );
    expect(result.checks[0]).toMatchObject({ verdict: "fail", durationMs: 15_000 });
    expect(clock.waits).toHaveLength(30);
  });

  test("counts the time that the commands themselves take", async () => {
    const clock = new VirtualClock();
    const slow: Script = () => {
      clock.pass(2_000);
      return pingLost;
    };
    const { result } = await run(planWith(check("a", { settle: { name: "underlay", timeoutMs: 10_000 } })), slow, {
      clock,
    });
    expect(result.checks[0]!.durationMs).toBeLessThanOrEqual(18_000);
    expect(clock.waits.length).toBeLessThan(4);
  });
});

describe("what cannot be asked", () => {
  test("is unknown in the words of the error, after the settle time", async () => {
    const { result } = await run(
      planWith(check("a", { settle: { name: "underlay", timeoutMs: 1_000 } })),
      () => undefined,
    );
    expect(result.checks[0]).toMatchObject({ verdict: "unknown", facts: [] });
    expect(result.checks[0]!.summary).toMatch(/^r[12] has no answer to: ping /);
    expect(result.verdict).toBe("unknown");
  });

  test("may still come: a node that answers late is no fault", async () => {
    let count = 0;
    const { result } = await run(planWith(check("a")), () => (++count <= 2 ? undefined : pingAnswered));
    expect(result.verdict).toBe("pass");
  });

  test.each([
    ["ike-sa", "IKE SA at r1: charon does not answer instead of ESTABLISHED"],
    ["child-sa", "CHILD SA at r1: none instead of INSTALLED"],
    ["ospf-full", "OSPF neighbour r2 at r1: ospfd does not answer instead of Full"],
  ] as const)("%s: a daemon that does not answer is a fault that was seen", async (kind, words) => {
    const plan = planWith(check("a", { kind, settle: { name: "none", timeoutMs: 0 } }));
    const { result } = await run(plan, () => ({ exitCode: 1, stderr: "warning\nconnection refused\n" }));
    expect(result.checks[0]!.verdict).toBe("fail");
    expect(result.checks[0]!.summary).toContain(words);
  });

  test("wire: a capture that does not start is unknown", async () => {
    const plan = planWith(check("a", { kind: "wire", settle: { name: "underlay", timeoutMs: 0 } }));
    const { result } = await run(plan, () => pingAnswered);
    expect(result.checks[0]).toMatchObject({ verdict: "unknown", summary: "isp starts nothing" });
  });

  test("a check of a tunnel that the plan does not have is a fault of the caller", async () => {
    await expect(run(planWith(check("a", { tunnel: "tunnel9" })), () => pingAnswered)).rejects.toThrow(
      "check a names the tunnel tunnel9, which the plan does not have",
    );
  });
});

describe("the disruptive checks", () => {
  const plan = planWith(check("a"), check("b", { disruptive: true }), check("c", { disruptive: true, needs: ["a"] }));

  test("are left out unless they are asked for", async () => {
    const { result } = await run(plan, () => pingAnswered);
    expect(result.checks.map(({ id }) => id)).toEqual(["a"]);
  });

  test("run one at a time, after all others", async () => {
    const { result, started, done } = await run(plan, () => pingAnswered, { coverage: { disruptive: true } });
    expect(result.checks.map(({ id, verdict }) => [id, verdict])).toEqual([
      ["a", "pass"],
      ["b", "pass"],
      ["c", "pass"],
    ]);
    expect(started).toEqual(["a", "b", "c"]);
    expect(done.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  });

  test("are not run without what they need", async () => {
    const { result } = await run(plan, () => pingLost, { coverage: { disruptive: true }, patienceMs: 0 });
    expect(result.checks[2]).toMatchObject({ verdict: "unknown", blockedBy: ["a"] });
  });
});

test("a check waits for the end of those that would disturb it, whatever they find", async () => {
  const plan = planWith(check("b", { after: ["a"] }), check("a"));
  const { result, done } = await run(plan, (_, line) => (line.endsWith("203.0.113.2") ? pingLost : pingAnswered), {
    patienceMs: 0,
  });
  expect(done.map(({ id }) => id)).toEqual(["a", "b"]);
  expect(result.checks.map(({ blockedBy }) => blockedBy)).toEqual([[], []]);
});

test("patience caps every settle time, and is told", async () => {
  const { result } = await run(planWith(check("a")), () => pingLost, { patienceMs: 2_000 });
  expect(result.checks[0]).toMatchObject({ durationMs: 2_000, settle: { name: "underlay", timeoutMs: 2_000 } });
});

describe("an interruption", () => {
  const reason = new Error("interrupted by the user");

  test("during the wait rejects with its reason, and asks nothing more", async () => {
    const abort = new AbortController();
    const asked: string[] = [];
    const script: Script = (node) => {
      asked.push(node);
      if (asked.length === 4) abort.abort(reason);
      return pingLost;
    };
    await expect(run(planWith(check("a")), script, { signal: abort.signal })).rejects.toBe(reason);
    expect(asked).toHaveLength(4);
  });

  test("during a command rejects: the command's own error is not taken for a verdict", async () => {
    const abort = new AbortController();
    const script: Script = () => {
      abort.abort(reason);
      return undefined;
    };
    await expect(run(planWith(check("a")), script, { signal: abort.signal })).rejects.toBe(reason);
  });

  test("before the begin rejects, and no check is told", async () => {
    const done: string[] = [];
    const running = run(planWith(check("a"), check("b", { needs: ["a"] })), () => pingAnswered, {
      signal: AbortSignal.abort(reason),
      onCheck: ({ id }) => done.push(id),
    });
    await expect(running).rejects.toBe(reason);
    expect(done).toEqual([]);
  });
});
