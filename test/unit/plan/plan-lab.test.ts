import { describe, expect, test } from "vitest";
import type { LabDeclaration } from "../../../model/declaration.ts";
import type { LabPlan } from "../../../model/plan-document.ts";
import { planLab } from "../../../plan/plan-lab.ts";
import { dualStack } from "../model/rule-cases.ts";
import { changed, soundLab, withTunnel } from "../model/sound-lab.ts";
import { greOverIpsecDeclaration } from "./gre-over-ipsec.ts";

function planOf(declaration: LabDeclaration): LabPlan {
  const { plan, findings } = planLab(declaration);
  if (plan === null) throw new Error(JSON.stringify(findings));
  return plan;
}

test("the plan of labs/gre-over-ipsec is the golden, whole", async () => {
  const plan = planOf(greOverIpsecDeclaration());
  await expect(`${JSON.stringify(plan, null, 2)}\n`).toMatchFileSnapshot("golden/gre-over-ipsec.plan.json");
});

test("a plan survives JSON", () => {
  const plan = planOf(greOverIpsecDeclaration());
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
});

test("one declaration gives one plan, every time, and is left as it was", () => {
  const declaration = greOverIpsecDeclaration();
  const before = JSON.stringify(declaration);
  const first = JSON.stringify(planLab(declaration));
  expect(JSON.stringify(planLab(declaration))).toBe(first);
  expect(JSON.stringify(planLab(greOverIpsecDeclaration()))).toBe(first);
  expect(JSON.stringify(declaration)).toBe(before);
});

test("a faulty declaration gives no plan, and every finding", () => {
  const { plan, findings } = planLab(withTunnel({ ipMtuBytes: 1500, routing: { protocol: "eigrp" } }));
  expect(plan).toBeNull();
  expect(findings.map((f) => f.ruleId)).toEqual(["mtu/exceeds-path", "routing/eigrp-on-linux"]);
});

test("what is worth knowing travels with the plan", () => {
  expect(planOf(withTunnel({ suite: "3des-sha1" })).findings.map((f) => f.ruleId)).toEqual([
    "esp/weak",
    "ike/weak-group",
  ]);
});

describe("IPv6 in the tunnel", () => {
  const nodesOf = (declaration: LabDeclaration) =>
    Object.fromEntries(planOf(declaration).nodes.map(({ name, texts }) => [name, texts]));

  test("routers get addresses, forwarding and a route by way of the tunnel; hosts a way to their router", () => {
    const { r1, h2, isp } = nodesOf(dualStack());
    expect(r1?.interfaces.split("\n").filter((line) => line.includes(":"))).toEqual([
      "address add 2001:db8:10::1/64 dev eth1 nodad",
      "address add 2001:db8:0:1::1/64 dev tunnel0 nodad",
      "route add 2001:db8:20::/64 via 2001:db8:0:1::2",
    ]);
    expect(r1?.sysctl).toContain("net.ipv6.conf.all.forwarding = 1\n");
    expect(h2?.interfaces).toContain("route add ::/0 via 2001:db8:20::1\n");
    expect(h2?.sysctl).toContain("net.ipv6.conf.all.forwarding = 0\n");
    expect(isp?.sysctl).not.toContain("ipv6");
    expect(nodesOf(soundLab()).r1?.sysctl).not.toContain("ipv6");
  });

  test("it is checked after the wire, where both sites have it", () => {
    const checks = (declaration: LabDeclaration) => planOf(declaration).checks.filter(({ kind }) => kind === "ipv6");
    expect(checks(dualStack())).toMatchObject([{ id: "tunnel0/ipv6", after: ["tunnel0/wire"] }]);
    expect(checks(soundLab())).toEqual([]);
  });

  test("addresses are written as RFC 5952 does, however they were declared", () => {
    const [tunnel] = planOf(dualStack({}, "2001:0DB8:0:0001:0:0:0:0002/64")).tunnels;
    expect(tunnel?.right.tunnelAddress6).toBe("2001:db8:0:1::2/64");
  });

  test.each([
    ["a network on two links", "2001:db8:10::2/64", ["address/ipv6-neighbours"]],
    ["no prefix length", "2001:db8:0:1::2", ["address/ipv6-invalid"]],
    ["a prefix length of 129", "2001:db8:0:1::2/129", ["address/ipv6-invalid"]],
    ["a zone", "2001:db8:0:1::2%eth0/64", ["address/ipv6-invalid"]],
    ["IPv4", "192.0.2.1/24", ["address/ipv6-invalid"]],
    ["multicast", "ff02::1/64", ["address/ipv6-invalid"]],
    ["loopback", "::1/128", ["address/ipv6-invalid"]],
    ["the routers' anycast address", "2001:db8:0:1::/64", ["address/ipv6-invalid"]],
    ["the left end's own", "2001:db8:0:1::1/64", ["address/ipv6-neighbours"]],
  ])("refused: %s", (_, right6, rules) => {
    const { findings } = planLab(dualStack({}, right6));
    expect(findings.map(({ ruleId }) => ruleId)).toEqual(rules);
  });
});

describe("the prediction", () => {
  test("takes the largest ip mtu that fits when none is declared", () => {
    const [tunnel] = planOf(withTunnel({ suite: "aes-cbc-sha512", mode: "tunnel" })).tunnels;
    expect(tunnel?.prediction).toEqual({
      pathMtuBytes: 1500,
      largestInnerBytes: 1398,
      ipMtuBytes: 1398,
      tcpMssBytes: 1358,
      hostMtuBytes: 1398,
      wireSizes: [
        { innerBytes: 200, wireBytes: 316 },
        { innerBytes: 1000, wireBytes: 1116 },
        { innerBytes: 1398, wireBytes: 1500 },
      ],
    });
  });

  test("counts the bytes of a GRE key", () => {
    expect(planOf(withTunnel({ greKey: 0 })).tunnels[0]?.prediction.largestInnerBytes).toBe(1438);
  });

  test("probes sizes that differ, also in a narrow tunnel", () => {
    const sizes = planOf(withTunnel({ ipMtuBytes: 576 })).tunnels[0]!.prediction.wireSizes.map((s) => s.innerBytes);
    expect(sizes).toEqual([200, 512, 576]);
  });
});

const declarations: Record<string, LabDeclaration> = {
  "the lab of the repository": greOverIpsecDeclaration(),
  "static routing": withTunnel({ routing: { protocol: "static" } }),
  "no routing": withTunnel({ routing: { protocol: "none" } }),
  "no hosts": changed(({ nodes }) => {
    delete nodes.h1;
    delete nodes.h2;
  }),
  "two routers back to back": changed((lab) => {
    delete lab.nodes.isp;
    lab.nodes.r1!.routes = [];
    lab.nodes.r2!.routes = [];
    lab.nodes.r2!.interfaces.eth0 = { segment: "left", address: "198.51.100.1/30" };
  }),
  "two tunnels": changed((lab) => {
    lab.nodes.r3 = { role: "router", interfaces: { eth0: { segment: "third", address: "198.51.100.10/30" } } };
    lab.segments.third = {};
    lab.nodes.isp!.interfaces.eth2 = { segment: "third", address: "198.51.100.9/30" };
    lab.tunnels.tunnel1 = {
      left: { router: "r1", interface: "eth0", address: "192.0.2.133/30" },
      right: { router: "r3", interface: "eth0", address: "192.0.2.134/30" },
    };
  }),
};

describe.each(Object.entries(declarations))("the checks of %s", (_, declaration) => {
  const { checks, tunnels } = planOf(declaration);

  test("have ids of their own and name tunnels of the plan", () => {
    expect(new Set(checks.map((c) => c.id)).size).toBe(checks.length);
    for (const check of checks) expect(tunnels.map((t) => t.name)).toContain(check.tunnel);
  });

  test("need only checks that stand before them: there is no circle to wait in", () => {
    const seen = new Set<string>();
    for (const { id, needs } of checks) {
      for (const need of needs) expect(seen, `${id} needs ${need}`).toContain(need);
      seen.add(id);
    }
  });

  test("all but the clocks rest on the underlay of their tunnel", () => {
    const roots = checks.filter((c) => c.needs.length === 0);
    expect(roots.map((c) => c.id)).toEqual(tunnels.flatMap((t) => [`${t.name}/clocks`, `${t.name}/underlay`]));
  });

  test("wait for one another in no circle", () => {
    const waitsFor = new Map(checks.map(({ id, needs, after }) => [id, [...needs, ...after]]));
    const reaches = (from: string, goal: string, depth = 0): boolean =>
      depth > checks.length || (waitsFor.get(from) ?? []).some((id) => id === goal || reaches(id, goal, depth + 1));
    expect(checks.map(({ id }) => id).filter((id) => reaches(id, id))).toEqual([]);
  });
});

describe("which checks there are", () => {
  const kinds = (declaration: LabDeclaration) => planOf(declaration).checks.map((c) => c.kind);
  const always = ["clocks", "underlay", "icmp", "fail-closed", "ike-sa", "child-sa", "ends-agree", "tunnel-up"];
  const drills = ["drill-sa", "drill-charon", "drill-psk"];

  test("all of them for two sites with hosts, a transit and OSPF", () => {
    expect(kinds(soundLab())).toEqual([...always, "ospf-full", "path-mtu", "tcp-mss", "wire", ...drills]);
  });
  test("no OSPF without OSPF", () => {
    expect(kinds(declarations["static routing"]!)).toEqual([...always, "path-mtu", "tcp-mss", "wire", ...drills]);
  });
  test("no path MTU and no MSS without hosts", () => {
    expect(kinds(declarations["no hosts"]!)).toEqual([...always, "ospf-full", "wire", ...drills]);
  });
  test("no wire and no drills without a transit to look from", () => {
    expect(kinds(declarations["two routers back to back"]!)).toEqual([...always, "ospf-full", "path-mtu", "tcp-mss"]);
  });
  test("disruptive are the drills alone", () => {
    const disruptive = planOf(soundLab()).checks.filter((check) => check.disruptive);
    expect(disruptive.map(({ kind }) => kind)).toEqual(drills);
  });
});

describe("static routing", () => {
  test("leads to the network behind the other router, by its tunnel address", () => {
    const texts = planOf(declarations["static routing"]!).nodes.find((n) => n.name === "r1")!.texts;
    expect(texts.interfaces).toContain("192.0.2.64/26 via 192.0.2.130");
    expect(texts.routing).not.toContain("router ospf");
  });
});

test("no text of a plan holds a key: only its place", () => {
  const { nodes } = planOf(greOverIpsecDeclaration());
  const secrets = nodes.flatMap((n) => n.texts.ipsecSecrets.split("\n").filter((line) => line.includes("secret =")));
  expect(secrets.length).toBeGreaterThan(0);
  for (const line of secrets) expect(line).toMatch(/\{\{psk:tunnel0\}\}/);
});
