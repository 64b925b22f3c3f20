/** The test kit's matchers that need no router: what passes, and that what should not pass does not. */
import { Container } from "@cdktf/provider-docker/lib/container/index.js";
import { App, Testing } from "cdktf";
import { expect, test } from "vitest";
import "../../../testing/matchers.ts";
import { failoverBy } from "../../../labs/failover.ts";
import { greOverIpsec } from "../../../labs/gre-over-ipsec.ts";
import { standInSetUpFolder } from "../constructs/working-folder.ts";
import { plannedLab } from "../checks/samples.ts";

const window = { leastMs: 3000, mostMs: 4000 };

test("a time, and a span in which it lies, are held against the window and the timers' error", () => {
  expect(3000).toBeWithin(window);
  expect(4100).toBeWithin(window);
  expect([2950, 3010]).toBeWithin(window);
  expect(4050).toBeWithin(window, 50);
  expect(null).toBeWithin({ leastMs: 0, mostMs: null });
  for (const late of [2999, 4101, [4101, 4150], [2800, 2999], null]) expect(late).not.toBeWithin(window);
  expect(3000).not.toBeWithin({ leastMs: 0, mostMs: null });
  expect(() => expect(5000).toBeWithin(window)).toThrow("it took 5000 ms; predicted: 3000 to 4000 ms");
  expect(() => expect(null).toBeWithin(window)).toThrow("nothing was noticed");
  expect(() => expect("3000").toBeWithin(window)).toThrow(TypeError);
});

test("the predicted ip mtu of a construct and of a plan, without a router", () => {
  const lab = greOverIpsec(new App({ outdir: "/nowhere" }));
  expect(lab).toPredictTunnelMtu(1442);
  expect(lab).not.toPredictTunnelMtu(1443);
  expect(plannedLab()).toPredictTunnelMtu(plannedLab().tunnels[0]!.prediction.ipMtuBytes, "tunnel0");
  expect(() => expect(lab).toPredictTunnelMtu(1400)).toThrow(
    "tunnel0 of gre-over-ipsec: ip mtu 1442 (the largest that fits: 1442), expected 1400",
  );
  expect(() => expect(lab).toPredictTunnelMtu(1400, "tunnel9")).toThrow("has no tunnel tunnel9; it has tunnel0");
});

test("the second tunnel by its name", () => {
  const lab = failoverBy(new App({ outdir: "/nowhere" }), "two-ways", { by: "none" });
  expect(lab).toPredictTunnelMtu(1442, "tunnel1");
});

test("the resources of a lab, ours and Docker's, by name and by class", () => {
  standInSetUpFolder("gre-over-ipsec");
  const lab = greOverIpsec(new App({ outdir: "cdktf.out" }));
  expect(lab).toHaveResourceWithProperties("tunnelwright_router_config", { node: "r1" });
  expect(Testing.synth(lab)).toHaveResourceWithProperties(Container, { hostname: "r2" });
  expect(lab).not.toHaveResourceWithProperties("tunnelwright_router_config", { node: "r9" });
  expect(lab).not.toHaveResourceWithProperties("tunnelwright_ios_config");
  expect(() => expect(lab).toHaveResourceWithProperties("tunnelwright_router_config", { node: "r9" })).toThrow(
    'tunnelwright_router_config with {"node":"r9"}; there are h1, h2, isp, r1, r2',
  );
  expect(() => expect(lab).toHaveResourceWithProperties("tunnelwright_ios_config")).toThrow("none of it, but docker_");
});

test("a lab that is none is not asked whether it holds", async () => {
  await expect(expect({}).toHold()).rejects.toThrow("toHold() is for the lab of labTest()");
});
