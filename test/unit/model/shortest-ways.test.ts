/** The sums of costs, and who is behind whom. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { networksBehind, routersBehind } from "../../../model/links.ts";
import { devicesToward, distanceBetween, shortestWay, waySteps, type WayStep } from "../../../model/shortest-ways.ts";
import { validateLab } from "../../../model/validate-lab.ts";
import { dualHubChanged, dualHubDeclaration } from "../plan/dual-hub.ts";

const stepsOf = (declaration = dualHubDeclaration()): readonly WayStep[] => {
  const { lab } = validateLab(declaration);
  if (lab === null) throw new Error("the dual hub has faults");
  return waySteps(lab);
};

describe("the dual hub", () => {
  test("goes by the first hub, there and back", () => {
    const there = shortestWay(stepsOf(), "r1", "core");
    const back = shortestWay(stepsOf(), "core", "r1");
    expect(there.map(({ from, device, to }) => `${from} ${device} ${to}`)).toEqual([
      "r1 tunnel0 hub1",
      "hub1 eth1 core",
    ]);
    expect(back.map(({ from }) => from)).toEqual(["core", "hub1"]);
    expect(distanceBetween(stepsOf(), "r1", "core")).toBe(20);
  });

  test("a first hub that is costly beyond the second waits", () => {
    const costly = dualHubChanged(({ segments }) => (segments["hub1-core"]!.ospf!.cost = 101));
    expect(devicesToward(stepsOf(costly), "r1", "core")).toEqual(["tunnel1"]);
    expect(devicesToward(stepsOf(costly), "hub1", "core")).toEqual(["eth1"]);
  });

  test("two ways of one sum are both told", () => {
    const equal = dualHubChanged(({ segments }) => (segments["hub1-core"]!.ospf!.cost = 100));
    expect(devicesToward(stepsOf(equal), "r1", "core")).toEqual(["tunnel0", "tunnel1"]);
  });

  test("where no way leads there is none", () => {
    expect(shortestWay(stepsOf(), "r1", "elsewhere")).toEqual([]);
    expect(distanceBetween(stepsOf(), "r1", "elsewhere")).toBe(Infinity);
  });

  test("behind a hub is the core, and behind that the other hub; nothing is behind the spoke", () => {
    expect(routersBehind(dualHubDeclaration(), "hub1")).toEqual(["hub1", "core", "hub2"]);
    expect(routersBehind(dualHubDeclaration(), "r1")).toEqual(["r1"]);
    expect(networksBehind(dualHubDeclaration(), "hub2")).toEqual(["192.168.20.0/24", "10.0.2.0/30", "10.0.1.0/30"]);
  });
});

test("the sum is the smallest of all ways, tried one by one", () => {
  const names = ["a", "b", "c", "d", "e"];
  const step = fc.record({
    from: fc.constantFrom(...names),
    to: fc.constantFrom(...names),
    device: fc.constantFrom("eth0", "eth1", "tunnel0"),
    cost: fc.integer({ min: 1, max: 65_535 }),
    link: fc.constant(null),
  });
  const smallest = (steps: readonly WayStep[], from: string, to: string, seen: readonly string[] = []): number =>
    from === to
      ? 0
      : Math.min(
          Infinity,
          ...steps
            .filter((each) => each.from === from && !seen.includes(each.to))
            .map((each) => each.cost + smallest(steps, each.to, to, [...seen, from])),
        );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 9 }), (steps) => {
      const expected = smallest(steps, "a", "e");
      expect(distanceBetween(steps, "a", "e")).toBe(expected);
      const way = shortestWay(steps, "a", "e");
      expect(expected === Infinity ? Infinity : way.reduce((sum, { cost }) => sum + cost, 0)).toBe(expected);
    }),
    { numRuns: 500 },
  );
});
