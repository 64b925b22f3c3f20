/** What a run leaves out, and that it says so. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseChecks, sampledAboveTunnels } from "../../../model/choose-checks.ts";
import type { CheckKindName, PlannedCheck } from "../../../model/plan-document.ts";

const kinds: readonly CheckKindName[] = ["ike-sa", "ospf-full", "wire", "tcp-mss"];

/** TCP MSS, which needs hosts, of the first two tunnels alone. */
function planned(tunnelCount: number): PlannedCheck[] {
  return Array.from({ length: tunnelCount }, (_, index) => `tunnel${index + 1}`).flatMap((tunnel, index) =>
    kinds
      .filter((kind) => kind !== "tcp-mss" || index < 2)
      .map((kind) => ({
        kind,
        id: `${tunnel}/${kind}`,
        title: kind,
        needs: kind === "wire" ? [`${tunnel}/ospf-full`] : [],
        after: kind === "tcp-mss" ? [`${tunnel}/wire`] : [],
        settle: { name: "packets", timeoutMs: 1000 },
        tunnel,
        disruptive: false,
      })),
  );
}

const many = planned(47);

describe("the checks of a run", () => {
  test("of few tunnels all are made, and so are all when asked for", () => {
    for (const [plan, mode] of [
      [planned(sampledAboveTunnels), "sampled"],
      [many, "full"],
    ] as const) {
      const { checks, coverage } = chooseChecks(plan, { mode, seed: 7 });
      expect(checks).toEqual(plan);
      expect(coverage).toMatchObject({ mode: "full", seed: null });
      expect(coverage.kinds.every(({ lookedAt, ofCount }) => lookedAt.length === ofCount)).toBe(true);
    }
  });

  test("of many tunnels: what a router tells of itself, of all; packets, of a sample; and which is told", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), (seed) => {
        const { checks, coverage } = chooseChecks(many, { seed });
        expect(coverage).toMatchObject({ mode: "sampled", seed, tunnelCount: 47 });
        for (const { kind, lookedAt, ofCount } of coverage.kinds) {
          // What is told is what is made.
          expect(checks.filter((check) => check.kind === kind).map(({ tunnel }) => tunnel)).toEqual(lookedAt);
          expect(ofCount).toBe(kind === "tcp-mss" ? 2 : 47);
          expect(lookedAt).toHaveLength({ "tcp-mss": 2, wire: 4 }[kind] ?? 47);
        }
        // Nothing waits for what is not made.
        const ids = new Set(checks.map(({ id }) => id));
        expect(checks.flatMap(({ needs, after }) => [...needs, ...after]).filter((id) => !ids.has(id))).toEqual([]);
        expect(chooseChecks(many, { seed })).toEqual({ checks, coverage });
      }),
    );
  });

  test("every tunnel has its turn in the sample, about as often as another", () => {
    const times = new Map<string, number>();
    for (let seed = 0; seed < 2000; seed += 1)
      for (const { kind, tunnel } of chooseChecks(many, { seed: seed * 7919 }).checks)
        if (kind === "wire") times.set(tunnel, (times.get(tunnel) ?? 0) + 1);
    expect(times.size).toBe(47);
    // 170 on average, of a standard deviation of 12.5.
    expect(Math.min(...times.values())).toBeGreaterThan(110);
    expect(Math.max(...times.values())).toBeLessThan(230);
  });
});
