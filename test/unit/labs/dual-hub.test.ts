/** The dual hub on paper: what each router is told, which way the packets take, what is guarded, and when a death is noticed. */
import { Testing } from "cdktf";
import { describe, expect, test } from "vitest";
import { CoreRouter, DualHub, Host, Link, Router, Wan } from "../../../constructs/index.ts";
import { renderIosLab } from "../../../dialects/ios/render/render-lab.ts";
import { lintIos } from "../../../dialects/ios/lint.ts";
import { renderLabSource } from "../../../dialects/typescript/render-lab.ts";
import { dualHub, dualHubBy, dualHubs } from "../../../labs/dual-hub.ts";
import type { LabDeclaration } from "../../../model/declaration.ts";
import type { LabPlan } from "../../../model/plan-document.ts";
import { planLab } from "../../../plan/plan-lab.ts";
import { appIn, emptyLab, standInSetUpFolder } from "../constructs/working-folder.ts";
import { dualHubChanged, dualHubDeclaration } from "../plan/dual-hub.ts";

function planOf(declaration: LabDeclaration): LabPlan {
  const { plan, findings } = planLab(declaration);
  if (plan === null) throw new Error(JSON.stringify(findings));
  return plan;
}
const plan = planOf(dualHubDeclaration());
const [first, second] = plan.tunnels;
const textsOf = (name: string) => plan.nodes.find((node) => node.name === name)!.texts;

describe("the lab", () => {
  test("declares what is planned here, and nothing is found about it", () => {
    const lab = dualHub(appIn(standInSetUpFolder("dual-hub")));
    expect(lab.declaration).toEqual(dualHubDeclaration());
    expect(lab.plan().findings).toEqual([]);
  });

  test("is the golden stack, whole", async () => {
    const folder = standInSetUpFolder("dual-hub");
    const stack = Testing.synth(dualHub(appIn(folder))).replaceAll(folder, "FOLDER");
    await expect(`${stack}\n`).toMatchFileSnapshot("golden/dual-hub/dual-hub.tf.json");
  });

  test("the plan is the golden, whole", async () => {
    await expect(`${JSON.stringify(plan, null, 2)}\n`).toMatchFileSnapshot("golden/dual-hub/dual-hub.plan.json");
  });

  test("a spoke with one way out has both tunnels on it, guarded once", () => {
    const lab = emptyLab();
    const isp = new Wan(lab, "isp", { left: "198.51.100.1/30", right: "203.0.113.1/29" });
    const links = [new Link(lab, "link1", { cost: 5 }), new Link(lab, "link2", { mtuBytes: 1600 })] as const;
    const spoke = new Router(lab, "r1", { transit: isp.left, outside: "198.51.100.2/30", inside: "192.168.10.1/24" });
    const hub = (number: 0 | 1) =>
      new Router(lab, `hub${number}`, {
        transit: isp.right,
        outside: `203.0.113.${number + 2}/29`,
        links: [{ link: links[number], address: `10.0.${number}.1/30` }],
      });
    const [hub0, hub1] = [hub(0), hub(1)];
    const core = new CoreRouter(lab, "core", {
      inside: "192.168.20.1/24",
      links: links.map((link, number) => ({ link, address: `10.0.${number}.2/30` })),
    });
    new Host(lab, "h1", { behind: spoke, address: "192.168.10.10/24" });
    new Host(lab, "h2", { behind: core, address: "192.168.20.10/24" });
    const tunnels = new DualHub(lab, "tunnel", {
      spoke,
      primary: { hub: hub0, spokeAddress: "172.16.0.1/30", hubAddress: "172.16.0.2/30" },
      backup: { hub: hub1, spokeAddress: "172.16.0.5/30", hubAddress: "172.16.0.6/30" },
      failover: dualHubs["dual-hub-ospf"],
    });
    expect(lab.declaration.segments).toMatchObject({
      link1: { ospf: { cost: 5 } },
      link2: { mtuBytes: 1600, ospf: {} },
    });
    expect(tunnels.primary.predicted.left.outsideInterface).toBe("eth0");
    expect(tunnels.backup.predicted.left.outsideInterface).toBe("eth0");
    const guards = lab
      .plannedNode("r1")
      .texts.firewall.split("\n")
      .filter((line) => line.includes("-o eth0"));
    expect(guards).toEqual([...new Set(guards)]);
    expect(guards).toContain("-A TW-FORWARD -s 192.168.10.0/24 -d 192.168.20.0/24 -o eth0 -j DROP");
  });

  test("a host behind a core without an inside is refused", () => {
    const lab = emptyLab();
    const core = new CoreRouter(lab, "core", { links: [] });
    expect(() => new Host(lab, "h", { behind: core, address: "192.168.20.10/24" })).toThrow(
      "host h: router core has no inside; give it an inside address",
    );
  });
});

describe("what the routers are told", () => {
  test.each(["r1", "hub1", "hub2", "core"])("%s: OSPF and guards", async (router) => {
    const { routing, firewall } = textsOf(router);
    await expect(routing).toMatchFileSnapshot(`golden/dual-hub/${router}.frr.conf`);
    await expect(firewall).toMatchFileSnapshot(`golden/dual-hub/${router}.iptables.rules`);
  });

  test("on three routers' link one is elected, on two nobody is", () => {
    const { nodes } = planOf(
      dualHubChanged(({ segments, nodes: declared }) => {
        declared.hub2!.interfaces.eth1 = { segment: "hub1-core", address: "10.0.1.3/29" };
        declared.hub1!.interfaces.eth1!.address = "10.0.1.1/29";
        declared.core!.interfaces.eth1!.address = "10.0.1.2/29";
        delete declared.core!.interfaces.eth2;
        delete segments["hub2-core"];
      }),
    );
    const told = nodes.find(({ name }) => name === "core")!.texts.routing;
    expect(told).not.toContain("point-to-point");
    expect(textsOf("core").routing.match(/ip ospf network point-to-point/g)).toHaveLength(2);
  });

  test("a tunnel's area is the site's, a link is in the backbone", () => {
    const { nodes } = planOf(
      dualHubChanged(({ tunnels }) => {
        for (const { routing } of Object.values(tunnels)) if (routing?.protocol === "ospf") routing.area = 7;
      }),
    );
    const areas = (name: string) =>
      [
        ...nodes.find((node) => node.name === name)!.texts.routing.matchAll(/interface (\S+)\n ip ospf area (\d+)/g),
      ].map(([, device, area]) => `${device} ${area}`);
    expect(areas("r1")).toEqual(["eth1 7", "tunnel0 7", "tunnel1 7"]);
    expect(areas("hub1")).toEqual(["eth1 0", "tunnel0 7"]);
    expect(areas("core")).toEqual(["eth0 0", "eth1 0", "eth2 0"]);
  });

  test("IOS is told the same, in commands that it knows", async () => {
    const { texts, findings } = renderIosLab(dualHubDeclaration(), { dialect: "classic" });
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
    for (const [name, text] of Object.entries(texts ?? {}))
      await expect(text).toMatchFileSnapshot(`golden/dual-hub/${name}.ios.cfg`);
    const linted = lintIos(Object.entries(texts ?? {}).map(([name, text]) => ({ name: `${name}.cfg`, text })));
    const lines = linted.transcript.devices.flatMap((device) => device.lines);
    expect(lines.length).toBeGreaterThan(100);
    expect(lines.filter(({ status }) => status === "unknown" || status === "refused")).toEqual([]);
  });

  test("IOS has no BFD with a multiplier of 2 on a link", () => {
    const { texts, findings } = renderIosLab(
      dualHubChanged(({ segments }) => (segments["hub1-core"]!.ospf!.bfd!.multiplier = 2)),
      { dialect: "classic" },
    );
    expect(texts).toBeNull();
    expect(findings.map(({ ruleId, where }) => [ruleId, where])).toEqual([
      ["ios/not-on-ios", "segments.hub1-core.ospf.bfd"],
    ]);
  });

  test("a lab file is not written for it: it stays JSON, and says why", () => {
    expect(renderLabSource(dualHubDeclaration())).toMatchObject({
      reason: expect.stringContaining("hub1-core") as string,
    });
  });
});

describe("which way", () => {
  test("the first tunnel is used, the second waits", () => {
    expect([first?.standby, second?.standby]).toEqual([false, true]);
    expect(
      first?.siteRoutes.map(({ router, network, devices }) => `${router} ${network} ${devices.join(" ")}`),
    ).toEqual([
      "r1 192.168.20.0/24 tunnel0",
      "hub1 192.168.20.0/24 eth1",
      "core 192.168.10.0/24 eth1",
      "hub1 192.168.10.0/24 tunnel0",
    ]);
    expect(second?.siteRoutes).toEqual([]);
  });

  test("the host is behind the core, and the hub refuses what is too big, by its address on the link", () => {
    expect(first?.right.host).toMatchObject({ name: "h2", address: "192.168.20.10", gatewayAddress: "10.0.1.1" });
    expect(second?.right.host).toMatchObject({ name: "h2", gatewayAddress: "10.0.2.1" });
    expect(first?.left.host).toMatchObject({ name: "h1", gatewayAddress: "192.168.10.1" });
  });

  test("hosts are asked over the first tunnel alone, after the links and the routes; the links of both are", () => {
    const ids = plan.checks.map(({ id }) => id);
    expect(ids.filter((id) => /path-mtu|tcp-mss|site-routes|links-full/.test(id))).toEqual([
      "tunnel0/links-full",
      "tunnel0/site-routes",
      "tunnel0/path-mtu",
      "tunnel0/tcp-mss",
      "tunnel1/links-full",
    ]);
    expect(plan.checks.find(({ id }) => id === "tunnel0/path-mtu")?.needs).toEqual([
      "tunnel0/ospf-full",
      "tunnel0/site-routes",
    ]);
  });

  test("of equal costs both tunnels are used, and both devices are predicted", () => {
    const { tunnels } = planOf(dualHubChanged(({ segments }) => (segments["hub1-core"]!.ospf!.cost = 100)));
    expect(tunnels.map(({ standby }) => standby)).toEqual([false, false]);
    expect(tunnels[0]?.siteRoutes[0]?.devices).toEqual(["tunnel0", "tunnel1"]);
  });
});

describe("what must not leave in clear", () => {
  test("all that is behind the core, by either outside interface of the spoke and of both hubs", () => {
    for (const outside of ["eth0", "eth2"])
      expect(textsOf("r1").firewall).toContain(
        `-A TW-FORWARD -s 192.168.10.0/24 -d 192.168.20.0/24 -o ${outside} -j DROP`,
      );
    for (const hub of ["hub1", "hub2"]) {
      expect(textsOf(hub).firewall).toContain("-A TW-FORWARD -s 192.168.20.0/24 -d 192.168.10.0/24 -o eth0 -j DROP");
      expect(textsOf(hub).firewall).toContain("-A TW-FORWARD -s 192.168.10.0/24 -d 192.168.20.0/24 -i eth0 -j DROP");
    }
    expect(textsOf("core").firewall).not.toContain("DROP");
  });
});

describe("when a death is noticed", () => {
  test("by BFD: the hub's by the spoke over the tunnel and by the core on the link, in one window", () => {
    expect(first?.left.detection[0]).toMatchObject({ leastMs: 600, mostMs: 900 });
    expect(first?.right.links[0]?.detection[0]).toMatchObject({ leastMs: 600, mostMs: 900 });
    expect(first?.right.death).toMatchObject({ leastMs: 600, mostMs: 900 });
    expect(first?.left.death).toBeNull();
  });

  test("by OSPF in its dead interval", () => {
    const lab = dualHubBy(appIn(standInSetUpFolder("slow")), "slow", dualHubs["dual-hub-ospf"]);
    expect(lab.plannedTunnel("tunnel0").right.death).toMatchObject({ leastMs: 3000, mostMs: 4000 });
  });

  test("with BFD on the link alone, by the core first", () => {
    const { tunnels } = planOf(
      dualHubChanged(({ tunnels: declared }) => {
        if (declared.tunnel0?.routing?.protocol === "ospf") delete declared.tunnel0.routing.bfd;
      }),
    );
    expect(tunnels[0]?.left.detection[0]).toMatchObject({ leastMs: 3000, mostMs: 4000 });
    expect(tunnels[0]?.right.death).toMatchObject({ leastMs: 600, mostMs: 900 });
  });
});
