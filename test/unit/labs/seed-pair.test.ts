/** The seed's pair on paper: what each router is told, what is predicted of the tunnel, and what is found about the declaration. */
import { App, Testing } from "cdktf";
import { describe, expect, test } from "vitest";
import { seedPair } from "../../../labs/seed-pair.ts";
import type { LabDeclaration, TunnelDeclaration } from "../../../model/declaration.ts";
import type { NodeTexts, TunnelPrediction } from "../../../model/plan-document.ts";
import { planLab } from "../../../plan/plan-lab.ts";
import { appIn, standInSetUpFolder } from "../constructs/working-folder.ts";

function theLab() {
  return seedPair(appIn(standInSetUpFolder("seed-pair")));
}

/** The lab's declaration with its tunnel told otherwise. */
function withTunnel(change: Partial<TunnelDeclaration>): LabDeclaration {
  const { declaration } = theLab();
  const { tunnel0 } = declaration.tunnels;
  return { ...declaration, tunnels: { tunnel0: { ...tunnel0!, ...change } } };
}

function predictionOf(declaration: LabDeclaration): TunnelPrediction | undefined {
  return planLab(declaration).plan?.tunnels[0]?.prediction;
}

describe("what the routers are told", () => {
  // The firewall is the same for every tunnel; its golden is in test/cases.
  const goldens: readonly (readonly [keyof NodeTexts, string])[] = [
    ["interfaces", "ip.batch"],
    ["ipsec", "swanctl.conf"],
    ["ipsecSecrets", "swanctl-secrets.conf"],
    ["routing", "frr.conf"],
  ];

  test.each(["r1", "r2"])("%s: addresses and tunnel, IPsec, the key's place, OSPF", async (router) => {
    const { texts } = theLab().plannedNode(router);
    for (const [part, name] of goldens)
      await expect(texts[part]).toMatchFileSnapshot(`golden/seed-pair/${router}.${name}`);
  });

  test.each([
    ["r1", "9.1.1.146", "9.1.1.35"],
    ["r2", "9.1.1.35", "9.1.1.146"],
  ])("%s sends no GRE in clear, and clamps TCP to 1360 both ways", (router, own, other) => {
    const { firewall } = theLab().plannedNode(router).texts;
    expect(firewall).toContain(
      `-A TW-OUTPUT -s ${own}/32 -d ${other}/32 -p gre -m policy --dir out --pol none -j DROP`,
    );
    for (const way of ["-i", "-o"])
      expect(firewall).toMatch(new RegExp(`-A TW-FORWARD ${way} tunnel0 .* --set-mss 1360\n`));
  });

  test("crypto map and tunnel protection are one policy on Linux: each end is the other's mirror", () => {
    const lab = theLab();
    const mirrored = lab
      .plannedNode("r1")
      .texts.ipsec.replaceAll("9.1.1.146", "LEFT")
      .replaceAll("9.1.1.35", "9.1.1.146")
      .replaceAll("LEFT", "9.1.1.35")
      // One of them alone begins anew when they lost each other.
      .replace("dpd_action = restart", "dpd_action = trap");
    expect(lab.plannedNode("r2").texts.ipsec).toBe(mirrored);
  });

  test("the provider knows the outer networks and nothing of the tunnel", () => {
    const { texts } = theLab().plannedNode("isp");
    expect(texts.interfaces).toContain("9.1.1.145/30");
    expect(texts.interfaces).toContain("9.1.1.33/29");
    expect([texts.ipsec, texts.ipsecSecrets, texts.routing]).toEqual(["", "", ""]);
  });
});

describe("what is predicted", () => {
  test("the seed's 1400 makes 1456 on the wire in transport mode, where 1442 would fit", () => {
    expect(predictionOf(theLab().declaration)).toEqual({
      pathMtuBytes: 1500,
      largestInnerBytes: 1442,
      ipMtuBytes: 1400,
      tcpMssBytes: 1360,
      hostMtuBytes: 1400,
      wireSizes: [
        { innerBytes: 200, wireBytes: 256 },
        { innerBytes: 1000, wireBytes: 1056 },
        { innerBytes: 1400, wireBytes: 1456 },
      ],
    });
  });

  test("in tunnel mode, as R1 of the seed would have it, 1400 makes 1480, and 1422 would fit", () => {
    const prediction = predictionOf(withTunnel({ mode: "tunnel" }));
    expect(prediction).toMatchObject({ largestInnerBytes: 1422, ipMtuBytes: 1400 });
    expect(prediction?.wireSizes.at(-1)).toEqual({ innerBytes: 1400, wireBytes: 1480 });
  });

  test("tunnel mode costs 24 bytes more, or 16: 3DES pads to 8, so it is never the 20 of the header", () => {
    const costs = [1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007].map((ipMtuBytes) => {
      const [transport, tunnel] = (["transport", "tunnel"] as const).map(
        (mode) => predictionOf(withTunnel({ mode, ipMtuBytes, tcpMssBytes: 960 }))?.wireSizes.at(-1)?.wireBytes ?? 0,
      );
      return tunnel! - transport!;
    });
    expect(new Set(costs)).toEqual(new Set([16, 24]));
  });

  test("1400 is not for every suite and mode: AES-CBC with SHA-512 in tunnel mode leaves 1398", () => {
    const { plan, findings } = planLab(withTunnel({ suite: "aes-cbc-sha512", mode: "tunnel" }));
    expect(plan).toBeNull();
    expect(findings.filter((f) => f.severity === "error").map((f) => [f.ruleId, f.seen, f.allowed])).toEqual([
      ["mtu/exceeds-path", "1400", "576 to 1398"],
    ]);
  });

  test("1442 travels whole and 1443 is refused", () => {
    expect(predictionOf(withTunnel({ ipMtuBytes: 1442 }))?.wireSizes.at(-1)?.wireBytes).toBe(1496);
    expect(predictionOf(withTunnel({ ipMtuBytes: 1443 }))).toBeUndefined();
  });
});

describe("what is found", () => {
  const found = [
    ["warning", "esp/weak", "3des-cbc with sha1-96 is weak"],
    ["warning", "ike/weak-group", "Diffie-Hellman group 2 (modp1024) is weak"],
    [
      "information",
      "keepalive/with-tunnel-protection",
      "keepalives of r2 against tunnel protection on r1: on IOS r2's tunnel would be up/down",
    ],
    ["information", "keepalive/one-end", "r2 sends keepalives and r1 sends none: r1 notices nothing"],
    [
      "warning",
      "keepalive/slower-than-routing",
      "keepalive 20 3 notices a dead tunnel after 60 s at the earliest, OSPF after 4 s at the latest",
    ],
  ];

  test("two weaknesses and what is worth knowing of the keepalive, and nothing else", () => {
    const { findings } = theLab().plan();
    expect(findings.map(({ severity, ruleId, what }) => [severity, ruleId, what])).toEqual(found);
  });

  test("synth says the same", () => {
    const lab = theLab();
    App.of(lab).synth();
    const said = lab.node.metadata.filter(({ type }) => type.startsWith("@cdktf/"));
    expect(said.map(({ data }) => (data as string).replace(/ \(tunnels\.[^)]*\)$/, ""))).toEqual(
      found.map(([, , what]) => what),
    );
  });

  test("the seed's own key is nowhere", () => {
    expect(Testing.synth(theLab())).not.toContain("CISCO");
  });
});
