/** A path that loses packets: a lost probe is asked again, what is judged is judged by enough, and what is not known is not told. */
import { describe, expect, test } from "vitest";
import { answeredOrNot, askEcho, mustSuffice, type EchoResult } from "../../../checks/ping.ts";
import { runChecks } from "../../../checks/run-checks.ts";
import type { CheckKindName } from "../../../model/plan-document.ts";
import type { CheckResult } from "../../../model/run-result.ts";
import type { Session } from "../../../model/session.ts";
import { plannedLab } from "./samples.ts";
import { ScriptedLab, type Script } from "./scripted-lab.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** A path that answers as the list says, echo by echo, and then no more; or that says what it has against it. */
function pathOf(answers: readonly boolean[], refusal = "") {
  const rounds: number[] = [];
  let at = 0;
  const session: Session = {
    node: "r1",
    run: (argv) => {
      const count = Number(argv[argv.indexOf("-c") + 1]);
      rounds.push(count);
      const received = answers.slice(at, (at += count)).filter(Boolean).length;
      const stdout = `${refusal}${count} packets transmitted, ${received} received, 0% packet loss, time 0ms\n`;
      return Promise.resolve({ argv, exitCode: 0, stdout, stderr: "", durationMs: 1 });
    },
    start: () => Promise.reject(new Error("nothing is started")),
  };
  return { session, rounds };
}

describe("an echo that is wanted", () => {
  test.each<readonly [string, readonly boolean[], number, readonly number[], Partial<EchoResult>, string]>([
    ["at once", [true], 1, [1], { transmittedCount: 1, receivedCount: 1 }, "answered"],
    ["at the fourth", [false, false, false, true], 1, [1, 3], { transmittedCount: 4, receivedCount: 1 }, "answered"],
    ["never: four are sent", [], 1, [1, 3], { transmittedCount: 4, receivedCount: 0 }, "no answer"],
    ["of three all", [true, true, true], 3, [3], { transmittedCount: 3, receivedCount: 3 }, "answered"],
    [
      "of three two, then one",
      [true, false, true, true],
      3,
      [3, 3],
      { transmittedCount: 6, receivedCount: 3 },
      "answered",
    ],
    ["of three none: twelve are sent", [], 3, [3, 9], { transmittedCount: 12, receivedCount: 0 }, "no answer"],
    ["of three two for ever", [true, true], 3, [3, 3, 3, 3], { transmittedCount: 12, receivedCount: 2 }, "no answer"],
  ])("%s", async (_, answers, count, rounds, counts, said) => {
    const path = pathOf(answers);
    const result = await askEcho(path.session, { to: "192.0.2.1", count });
    expect(path.rounds).toEqual(rounds);
    expect(result).toMatchObject(counts);
    expect(answeredOrNot(result)).toBe(said);
  });

  test("is not asked again of whoever says why it refuses", async () => {
    const path = pathOf([], "From 192.0.2.9 icmp_seq=1 Frag needed and DF set (mtu = 1300)\n");
    expect(answeredOrNot(await askEcho(path.session, { to: "192.0.2.1" }))).toBe(
      "fragmentation needed, mtu 1300, from 192.0.2.9",
    );
    expect(path.rounds).toEqual([1]);
  });

  test("too few of those wanted are nothing to judge by; none at all are a fact", async () => {
    const few = await askEcho(pathOf([true, true]).session, { to: "192.0.2.1", count: 3 });
    expect(() => mustSuffice(few)).toThrow(
      "2 of 12 echo requests were answered, 3 are needed: the path loses too many",
    );
    const none = await askEcho(pathOf([]).session, { to: "192.0.2.1", count: 3 });
    expect(mustSuffice(none)).toBe(none);
  });

  test("on a path that loses a tenth each way is missed as seldom as it is said", async () => {
    // A generator with a seed: the same draws in every run.
    let state = 1;
    const draw = (): boolean => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647 >= 0.19;
    const trials = 20_000;
    let [single, repeated, three] = [0, 0, 0];
    for (let trial = 0; trial < trials; trial += 1) {
      const answers = Array.from({ length: 12 }, draw);
      if (!answers[0]) single += 1;
      if ((await askEcho(pathOf(answers).session, { to: "192.0.2.1" })).receivedCount === 0) repeated += 1;
      if ((await askEcho(pathOf(answers).session, { to: "192.0.2.1", count: 3 })).receivedCount < 3) three += 1;
    }
    console.log(
      `of ${trials} looks over a path that loses a tenth each way: ${single} miss with one echo, ${repeated} with up to four; ${three} miss three answers of up to twelve`,
    );
    expect(single / trials).toBeGreaterThan(0.17);
    expect(repeated / trials).toBeLessThan(0.003);
    expect(three).toBeLessThanOrEqual(1);
  });
});

/** One look of one check alone, at nodes that answer by the script. */
async function judged(kind: CheckKindName, script: Script): Promise<CheckResult> {
  const plan = plannedLab();
  const check = plan.checks.find((each) => each.kind === kind)!;
  const result = await runChecks({
    plan: { ...plan, checks: [{ ...check, needs: [], after: [] }] },
    planSha256: "0".repeat(64),
    clock: new VirtualClock(),
    patienceMs: 0,
    withSession: new ScriptedLab(script).withSession,
  });
  return result.checks[0]!;
}

test("one lost echo in four is no fault of the underlay, and the evidence tells all of them", async () => {
  let count = 0;
  const lossy: Script = (_, line) => {
    if (!line.startsWith("ping ")) return "";
    count += 1;
    return count <= 2
      ? "1 packets transmitted, 0 received, 100% packet loss, time 0ms\n"
      : "3 packets transmitted, 2 received, 33% packet loss, time 400ms\n";
  };
  const { verdict, evidence } = await judged("icmp", lossy);
  expect(verdict).toBe("pass");
  expect(evidence.map(({ command }) => command[command.indexOf("-c") + 1])).toEqual(["1", "1", "3", "3"]);
});
