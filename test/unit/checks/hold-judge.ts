/** A judge is held to its facts. */
import { expect, test } from "vitest";
import type { CheckKind, Judgement } from "../../../checks/check-kind.ts";
import { plannedTunnel } from "./samples.ts";

/** What a kind of check observes. */
export type Observed<Kind> = Kind extends CheckKind<infer Observation> ? Observation : never;

/** What disagrees, as quantity → measured. */
export function wrong({ facts }: Judgement): Record<string, string> {
  return Object.fromEntries(facts.filter((f) => !f.agrees).map((f) => [f.quantity, f.measured]));
}

/** Holds a judge to its facts: the sound observation passes, and each change fails in the fact named and in no other. */
export function judges<Observation>(
  kind: CheckKind<Observation>,
  sound: Observation,
  summary: string,
  rows: readonly (readonly [string, Observation, Readonly<Record<string, string>>])[],
  judged = plannedTunnel(),
): void {
  test("passes when all is as predicted", () => {
    expect(kind.judge(judged, sound)).toMatchObject({ verdict: "pass", summary });
  });
  test.each(rows)("fails: %s", (_, observation, expected) => {
    const judgement = kind.judge(judged, observation);
    expect(judgement.verdict).toBe("fail");
    expect(wrong(judgement)).toEqual(expected);
    for (const [quantity, measured] of Object.entries(expected))
      expect(judgement.summary).toContain(`${quantity}: ${measured} instead of `);
  });
  test("has a failing observation for every fact", () => {
    const covered = new Set(rows.flatMap(([, , expected]) => Object.keys(expected)));
    const facts = kind.judge(judged, sound).facts.map((f) => f.quantity);
    expect(facts.filter((fact) => !covered.has(fact))).toEqual([]);
  });
  test("says where to look", () => {
    expect(kind.lookAt.length).toBeGreaterThan(0);
  });
}
