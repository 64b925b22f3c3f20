/** What is cut where, and whose eyes are on it. */
import { describe, expect, test } from "vitest";
import { cutHub, cutLink, cutProvider, type CutPlan, type TunnelPair } from "../../../checks/cuts.ts";
import { failoverBy, failovers } from "../../../labs/failover.ts";
import type { LabPlan } from "../../../model/plan-document.ts";
import { planLab } from "../../../plan/plan-lab.ts";
import { appIn, standInSetUpFolder } from "../constructs/working-folder.ts";
import { dualHubChanged, dualHubDeclaration } from "../plan/dual-hub.ts";

const dualHub = planLab(dualHubDeclaration()).plan!;
const pairOf = ({ tunnels }: LabPlan): TunnelPair => ({ primary: tunnels[0]!, backup: tunnels[1]! });
const twoProviders = () => failoverBy(appIn(standInSetUpFolder("two")), "two", failovers.keepalive).plan();

const where = ({ at }: CutPlan) => [at.node, ...at.impairments.map(({ device, way }) => `${device} ${way}`)];
const who = ({ left, right }: CutPlan) =>
  [left, right].map(
    ({ router, network, devices, notices }) =>
      `${router} ${network} ${devices.primary} ${devices.backup}, ${notices.router} ${notices.device} ${notices.liveness.kind}`,
  );

describe("two providers between two routers", () => {
  test("the provider is cut on the left router's link, and both routers notice", () => {
    const cut = cutProvider(pairOf(twoProviders()), ["left", "right"]);
    expect(where(cut)).toEqual(["isp1", "eth0 out", "eth0 in"]);
    expect(who(cut)).toEqual([
      "r1 192.168.20.0/24 tunnel0 tunnel1, r1 tunnel0 keepalive",
      "r2 192.168.10.0/24 tunnel0 tunnel1, r2 tunnel0 keepalive",
    ]);
    expect(cut.sender).toEqual({ node: "h1", to: "192.168.20.10" });
    expect(cut.returnPatienceMs).toBe(32_000);
  });

  test("one way alone", () => {
    expect(where(cutProvider(pairOf(twoProviders()), ["right"]))).toEqual(["isp1", "eth0 in"]);
  });

  test("no link is behind them that could be cut", () => {
    expect(() => cutLink(pairOf(twoProviders()))).toThrow("behind r2 there is no link that could be cut");
  });
});

describe("the dual hub", () => {
  const { primary, backup } = pairOf(dualHub);

  test("its provider: hub1 notices over the tunnel, the core's route is watched", () => {
    const cut = cutProvider({ primary, backup }, ["left", "right"]);
    expect(where(cut)).toEqual(["isp1", "eth0 out", "eth0 in"]);
    expect(who(cut)).toEqual([
      "r1 192.168.20.0/24 tunnel0 tunnel1, r1 tunnel0 bfd",
      "core 192.168.10.0/24 eth1 eth2, hub1 tunnel0 bfd",
    ]);
  });

  test("the hub: nothing passes any of its interfaces, and the core notices on the link", () => {
    const cut = cutHub(dualHub, { primary, backup });
    expect(where(cut)).toEqual(["hub1", "eth0 in", "eth0 out", "eth1 in", "eth1 out"]);
    expect(who(cut)).toEqual([
      "r1 192.168.20.0/24 tunnel0 tunnel1, r1 tunnel0 bfd",
      "core 192.168.10.0/24 eth1 eth2, core eth1 bfd",
    ]);
  });

  test("the link: hub1 and the core notice, the spoke hears of it", () => {
    const cut = cutLink({ primary, backup });
    expect(where(cut)).toEqual(["hub1", "eth1 in", "eth1 out"]);
    expect(who(cut)).toEqual([
      "r1 192.168.20.0/24 tunnel0 tunnel1, hub1 eth1 bfd",
      "core 192.168.10.0/24 eth1 eth2, core eth1 bfd",
    ]);
  });

  test("tunnels that lead to two sites are no reserve of one another", () => {
    const { plan } = planLab(
      dualHubChanged(({ nodes, segments }) => {
        segments["hub2-inside"] = {};
        nodes.hub2!.interfaces.eth2 = { segment: "hub2-inside", address: "192.168.30.1/24" };
        nodes.h3 = { role: "host", interfaces: { eth0: { segment: "hub2-inside", address: "192.168.30.10/24" } } };
      }),
    );
    expect(() => cutHub(plan!, pairOf(plan!))).toThrow("tunnel0 and tunnel1 do not lead to one router at the right");
  });
});
