import { expect, test } from "vitest";
import type { LabPlan, PlannedNode } from "../../../model/plan-document.ts";
import { directionsNamed, linksNamed, towardOf, transitLinksOf } from "../../../model/transit-links.ts";
import { plannedLab } from "../checks/samples.ts";

const plan = plannedLab();

/** h1 - r1 - a - b - r2 and r3 - …: two transits in a row, and a segment with two routers on it. */
const chain = ((): LabPlan => {
  const node = (name: string, role: PlannedNode["role"], ...segments: string[]): PlannedNode => ({
    ...plan.nodes[0]!,
    name,
    role,
    interfaces: segments.map((segment, index) => ({
      name: `eth${index}`,
      segment,
      address: `192.0.2.${index}/24`,
      mtuBytes: 1500,
    })),
  });
  return {
    ...plan,
    nodes: [
      node("a", "transit", "a-left", "middle"),
      node("b", "transit", "middle", "b-right"),
      node("r1", "router", "r1-inside", "a-left"),
      node("r2", "router", "b-right"),
      node("r3", "router", "b-right"),
    ],
    segments: [
      { name: "a-left", mtuBytes: 1500, members: ["a", "r1"] },
      { name: "middle", mtuBytes: 1500, members: ["a", "b"] },
      { name: "b-right", mtuBytes: 1500, members: ["b", "r2", "r3"] },
      { name: "r1-inside", mtuBytes: 1500, members: ["r1"] },
    ],
  };
})();

const said = (lab: LabPlan, name: string, asked: { toward?: string; once?: boolean } = {}) =>
  directionsNamed(lab, name, { once: false, ...asked }).map(
    (each) => `${each.link.transit} ${each.link.device} ${each.way}: to ${towardOf(each).join("+")}`,
  );

test("links are the segments with a transit on them, and it does the work", () => {
  expect(transitLinksOf(plan)).toEqual([
    { name: "isp-left", transit: "isp", device: "eth0", neighbours: ["r1"] },
    { name: "isp-right", transit: "isp", device: "eth1", neighbours: ["r2"] },
  ]);
  expect(linksNamed(chain, "b").map(({ name, transit }) => [name, transit])).toEqual([
    ["middle", "a"],
    ["b-right", "b"],
  ]);
});

test("a link has two directions, a transit those of all its links", () => {
  expect(said(plan, "isp-left")).toEqual(["isp eth0 out: to r1", "isp eth0 in: to isp"]);
  expect(said(plan, "isp-left", { once: true })).toEqual(["isp eth0 out: to r1", "isp eth0 in: to isp"]);
  expect(said(plan, "isp")).toHaveLength(4);
});

test("what adds up is met once on the way through a transit", () => {
  expect(said(plan, "isp", { once: true })).toEqual(["isp eth0 out: to r1", "isp eth1 out: to r2"]);
  // Toward a, which does the work on the link that both share, is what a calls in.
  expect(said(chain, "b", { once: true })).toEqual(["a eth1 in: to a", "b eth1 out: to r2+r3"]);
});

test("one way is toward a neighbour, or toward the transit", () => {
  expect(said(plan, "isp-left", { toward: "r1" })).toEqual(["isp eth0 out: to r1"]);
  expect(said(plan, "isp-left", { toward: "isp" })).toEqual(["isp eth0 in: to isp"]);
  expect(said(plan, "isp", { toward: "r2" })).toEqual(["isp eth1 out: to r2"]);
  expect(said(plan, "isp", { toward: "isp" })).toEqual(["isp eth0 in: to isp", "isp eth1 in: to isp"]);
  expect(said(chain, "middle", { toward: "b" })).toEqual(["a eth1 out: to b"]);
});

test("what is unknown is told with what is known", () => {
  expect(() => linksNamed(plan, "r1-inside")).toThrow(
    'lab gre-over-ipsec has no link "r1-inside"; its links are isp-left, isp-right, and all links of a transit: isp',
  );
  expect(() => said(plan, "isp-left", { toward: "r2" })).toThrow('"r2" is not on isp-left; on it are r1, isp');
  expect(() => said(chain, "b-right", { toward: "r2" })).toThrow("r2 shares b-right with r3");
  expect(() => linksNamed({ ...plan, segments: [] }, "isp")).toThrow("has no transit");
});
