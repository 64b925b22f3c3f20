/** Nodes are spread over engines, and what hears one another's broadcasts is never torn apart. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LabDeclaration } from "../../../model/declaration.ts";
import { hubAndSpokeNodes } from "./hub-and-spoke-nodes.ts";
import { overlayLayers, overlayMacAddress, overlayMtuBytes, overlayOverheadBytes } from "../../../model/overlay.ts";
import { segmentMtuBytes } from "../../../model/path.ts";
import { engineHostFaults, placeNodes, type EngineHost } from "../../../model/placement.ts";
import { soundLab } from "./sound-lab.ts";

const host = (name: string, more: Partial<EngineHost> = {}): EngineHost => ({
  name,
  dockerHost: `unix:///run/${name}.sock`,
  ...more,
});
const two = [host("left"), host("right")];
const groupOf = (lab: LabDeclaration, hosts: readonly EngineHost[]) => Object.fromEntries(placeNodes(lab, hosts).nodes);

describe("placeNodes", () => {
  test("a site stays together; its link to the transit spans the engines", () => {
    const { nodes, segments } = placeNodes(hubAndSpokeNodes(2), two);
    expect(Object.fromEntries(nodes)).toEqual({ isp: "left", r1: "right", h1: "right", r2: "left", h2: "left" });
    expect(Object.fromEntries(segments)).toEqual({ "to-r1": null, "to-r2": "left", lan1: "right", lan2: "left" });
  });

  test("the weights are kept to", () => {
    const { nodes } = placeNodes(hubAndSpokeNodes(30), [host("small"), host("large", { weight: 3 })]);
    const large = [...nodes.values()].filter((name) => name === "large").length;
    expect(large / nodes.size).toBeCloseTo(3 / 4, 1);
  });

  test("who is named stands where it is named, and takes its neighbours along", () => {
    const placed = groupOf(hubAndSpokeNodes(2), [host("left", { nodes: ["h1"] }), host("right", { nodes: ["isp"] })]);
    expect(placed).toMatchObject({ isp: "right", h1: "left", r1: "left" });
  });

  test("neighbours that are named apart are refused, and a node that is not there", () => {
    const lab = hubAndSpokeNodes(2);
    expect(() => placeNodes(lab, [host("left", { nodes: ["h1"] }), host("right", { nodes: ["r1"] })])).toThrow(
      "r1, h1 hear one another's broadcasts and must stand on one engine, and hosts name right and left",
    );
    expect(() => placeNodes(lab, [host("left", { nodes: ["r9"] }), host("right")])).toThrow(
      'hosts name nodes that the lab has not: "r9"',
    );
  });

  test("a link with OSPF is not torn apart, though a transit is on it", () => {
    const lab = hubAndSpokeNodes(1);
    const spread = { ...lab, segments: { ...lab.segments, "to-r1": { ospf: {} } } };
    expect(new Set(placeNodes(lab, two).nodes.values()).size).toBe(2);
    expect(new Set(placeNodes(spread, two).nodes.values()).size).toBe(1);
  });

  test("of any number of sites and engines: every node stands somewhere, and only links to a transit span engines", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.double({ min: 0.1, max: 9, noNaN: true }), { minLength: 1, maxLength: 4 }),
        (sites, weights) => {
          const lab = hubAndSpokeNodes(sites);
          const hosts = weights.map((weight, index) => host(`e${index}`, { weight }));
          const { nodes, segments } = placeNodes(lab, hosts);
          expect([...nodes.keys()].sort()).toEqual(Object.keys(lab.nodes).sort());
          for (const [segment, on] of segments) if (on === null) expect(segment).toMatch(/^to-r/);
        },
      ),
    );
  });
});

test("every fault of the engines is told at once", () => {
  const faults = engineHostFaults([
    host("Left"),
    host("right", { dockerHost: "ssh://$(reboot)", weight: 0, nodes: ["r1"] }),
    host("right", { dockerHost: "unix:///run/Left.sock", nodes: ["r1"] }),
  ]);
  expect(faults).toEqual([
    'hosts[0].name is "Left": 1 to 30 of a-z, 0-9 and -, beginning with a letter',
    'hosts[1].dockerHost is "ssh://$(reboot)": write unix:///PATH or tcp://ADDRESS:PORT',
    "hosts[1].weight is 0: it must be more than 0",
    'two engines are named "right"',
    'two engines are at "unix:///run/Left.sock"',
    '"r1" is to stand on two engines',
  ]);
  expect(engineHostFaults([])).toEqual(["hosts is empty: name an engine, or leave it out"]);
  expect(engineHostFaults([host("a"), host("b", { dockerHost: "tcp://[fd00::2]:2375" })])).toEqual([]);
});

describe("an overlay", () => {
  test("takes 50 bytes, layer by layer", () => {
    expect(overlayLayers.map(({ bytes }) => bytes)).toEqual([20, 8, 8, 14]);
    expect(overlayOverheadBytes).toBe(50);
    expect(overlayMtuBytes(1500)).toBe(1450);
  });

  test("makes a segment smaller, but not larger than declared", () => {
    const over = (underlayMtuBytes: number, mtuBytes?: number) =>
      segmentMtuBytes(
        {
          ...soundLab(),
          segments: { a: { ...(mtuBytes !== undefined && { mtuBytes }), overlay: { underlayMtuBytes } } },
        },
        "a",
      );
    expect([over(1500), over(1500, 1400), over(9000), over(9000, 9000)]).toEqual([1450, 1400, 1500, 8950]);
  });

  test("Docker's MAC address of a port is its address behind 02:42", () => {
    expect(overlayMacAddress("10.213.69.14")).toBe("02:42:0a:d5:45:0e");
  });
});
