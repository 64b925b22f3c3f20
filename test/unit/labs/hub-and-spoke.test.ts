/** The hub and its spokes on paper, from the lab of three to one of five hundred. */
import { Testing } from "cdktf";
import { describe, expect, test } from "vitest";
import { DeclarationError, HubAndSpoke, Router, Transit } from "../../../constructs/index.ts";
import { hubAndSpoke } from "../../../labs/hub-and-spoke.ts";
import type { LabDeclaration } from "../../../model/declaration.ts";
import { appIn, emptyLab, standInSetUpFolder } from "../constructs/working-folder.ts";

function labOf(spokeCount: number): HubAndSpoke {
  return new HubAndSpoke(appIn(standInSetUpFolder("hub-and-spoke")), "hub-and-spoke", { spokeCount });
}

describe("the lab hub-and-spoke", () => {
  test("has nothing to be told of, and every tunnel ends at the hub", () => {
    const lab = hubAndSpoke(appIn(standInSetUpFolder("hub-and-spoke")));
    const plan = lab.plan();
    expect(plan.findings).toEqual([]);
    expect(plan.tunnels.map(({ name, left, right }) => [name, left.router, right.router])).toEqual([
      ["tunnel1", "spoke1", "hub"],
      ["tunnel2", "spoke2", "hub"],
      ["tunnel3", "spoke3", "hub"],
    ]);
    expect(plan.tunnels.map(({ standby, backup }) => [standby, backup])).toEqual(Array(3).fill([false, null]));
    // The packets are watched on the spoke's own link: there are no others'.
    expect(plan.tunnels.map(({ tap }) => tap)).toEqual(
      [1, 2, 3].map((number) => ({ node: "isp", interface: `eth${number}` })),
    );
  });

  test("what the hub is told is the golden", async () => {
    const { texts } = labOf(3).plannedNode("hub");
    await expect(texts.routing).toMatchFileSnapshot("golden/hub-and-spoke/hub.frr.conf");
    await expect(texts.interfaces).toMatchFileSnapshot("golden/hub-and-spoke/hub.ip.batch");
    await expect(texts.ipsec).toMatchFileSnapshot("golden/hub-and-spoke/hub.swanctl.conf");
    await expect(texts.firewall).toMatchFileSnapshot("golden/hub-and-spoke/hub.iptables.rules");
  });

  test("a spoke is the same, whoever comes after it: in its declaration, its configuration, its place in Docker", () => {
    const small = JSON.parse(Testing.synth(labOf(4))) as StackJson;
    const large = JSON.parse(Testing.synth(labOf(40))) as StackJson;
    const addresses = ({ docker_container: nodes }: StackJson["resource"]) =>
      ["spoke1", "spoke4", "hub"].map((name) => nodes[name]!.env.filter((text) => text.startsWith("TW_INTERFACES")));
    const texts = ({ tunnelwright_router_config: configs }: StackJson["resource"]) =>
      ["spoke1", "spoke4"].map((name) => configs[name]);
    expect(withoutManagement(texts(large.resource))).toEqual(withoutManagement(texts(small.resource)));
    expect(addresses(small.resource)).toHaveLength(3);
    const declared = (lab: LabDeclaration) => [lab.nodes.spoke4, lab.tunnels.tunnel4, lab.segments["isp-spoke4"]];
    expect(declared(labOf(40).declaration)).toEqual(declared(labOf(4).declaration));
  });

  test("five hundred spokes are planned, none of them as another", () => {
    const lab = labOf(500);
    const plan = lab.plan();
    // A provider of 501 links wants the machine's own kernel.
    expect(plan.findings.map(({ ruleId, where }) => [ruleId, where])).toEqual([
      ["platform/linux-interfaces", "nodes.isp.interfaces"],
    ]);
    expect(plan.tunnels).toHaveLength(500);
    expect(new Set(plan.nodes.map(({ texts }) => texts.interfaces)).size).toBe(plan.nodes.length);
  });

  test("fails with every fault of prefix and count, as a faulty declaration does", () => {
    const app = appIn(standInSetUpFolder("hub-and-spoke"));
    const make = () => new HubAndSpoke(app, "small", { spokeCount: 100, prefix: "10.64.0.0/24" });
    expect(make).toThrow(DeclarationError);
    expect(make).toThrow(/3 faults to mend/);
  });
});

interface StackJson {
  readonly resource: {
    readonly docker_container: Readonly<Record<string, { readonly env: readonly string[] }>>;
    readonly tunnelwright_router_config: Readonly<Record<string, unknown>>;
  };
}

/** The number of a node decides its management address. */
function withoutManagement(value: unknown): string {
  return JSON.stringify(value).replace(/"host":"[^"]*"/g, '"host":""');
}

describe("a transit", () => {
  test("has as many links as are named, in the order of its interfaces", () => {
    const lab = emptyLab();
    const isp = new Transit(lab, "isp", {
      links: { hub: { address: "198.51.100.1/30" }, far: { address: "203.0.113.1/30", mtuBytes: 1400 } },
      nat: [{ insideAddress: "198.51.100.2", link: "far" }],
    });
    new Router(lab, "r1", { transit: isp.link("hub"), outside: "198.51.100.2/30" });
    expect(lab.declaration.nodes.isp).toEqual({
      role: "transit",
      routes: [],
      interfaces: {
        eth0: { segment: "isp-hub", address: "198.51.100.1/30" },
        eth1: { segment: "isp-far", address: "203.0.113.1/30" },
      },
      nat: [{ insideAddress: "198.51.100.2", interface: "eth1" }],
    });
    expect(lab.declaration.segments["isp-far"]).toEqual({ mtuBytes: 1400 });
    expect(() => isp.link("elsewhere")).toThrow("transit isp has no link elsewhere; it has hub, far");
  });
});
