import { describe, expect, test } from "vitest";
import { declareLab } from "../../../../dialects/ios/declare-lab.ts";
import { fixIos } from "../../../../dialects/ios/fix.ts";
import { importIos } from "../../../../dialects/ios/import-ios.ts";
import { lintIos } from "../../../../dialects/ios/lint.ts";
import { renderIosLab } from "../../../../dialects/ios/render/render-lab.ts";
import { renderLabSource } from "../../../../dialects/typescript/render-lab.ts";
import type { LabDeclaration } from "../../../../model/declaration.ts";
import { formatFindings } from "../../../../model/finding.ts";
import { planLab } from "../../../../plan/plan-lab.ts";
import { appIn, standInSetUpFolder } from "../../constructs/working-folder.ts";
import { soundLab, withTunnel } from "../../model/sound-lab.ts";
import { correctPairs, fixture, planted, source } from "./fixtures.ts";
import { imported as correctedSeed } from "./golden/corrected-seed.ts";
import { imported as directPair } from "./golden/direct-pair.ts";

const constructsPath = "../../../../../constructs/index.ts";

function declared(text: string): LabDeclaration {
  const { lab, findings } = declareLab(lintIos(source(text)));
  expect(findings.filter(({ ruleId }) => ruleId === "ios/not-declarable").map(({ what }) => what)).toEqual([]);
  return lab!;
}

const corrected = () => fixIos(source(fixture("seed"), "seed.md")).files[0]!.after;

/** Two routers on one link, in a running configuration. */
const direct = fixture("tunnel-protection-ikev1")
  .replaceAll("203.0.113.2", "198.51.100.1")
  .replaceAll("ip route 0.0.0.0 0.0.0.0 203.0.113.1\n", "")
  .replaceAll("ip route 0.0.0.0 0.0.0.0 198.51.100.1\n", "")
  .replace(/router eigrp 100\n network 172\.16\.0\.0 0\.0\.0\.3\n network 192\.168\.[12]0\.0\n no auto-summary\n/g, "");

describe("a pair without a fault", () => {
  test.each(correctPairs.filter((name) => name !== "vrf" && name !== "tunnel-protection-ikev1"))(
    "%s is a lab that can be planned",
    (name) => {
      const lab = declared(fixture(name));
      expect(planLab(lab).findings.filter(({ severity }) => severity === "error")).toEqual([]);
    },
  );

  test("EIGRP is declared, and refused on Linux routers alone", () => {
    const lab = declared(fixture("tunnel-protection-ikev1"));
    expect(planLab(lab).findings.map(({ ruleId }) => ruleId)).toEqual(["routing/eigrp-on-linux", "df/cleared"]);
  });

  test("a VRF cannot be declared, and that is told", () => {
    const { lab, findings } = declareLab(lintIos(source(fixture("vrf"))));
    expect(lab).toBeNull();
    expect(findings.map(({ what }) => what)).toContain("PE1 and PE2 are no lab: Tunnel0 of PE1 is in a VRF");
  });

  test("the tunnel of classic-crypto-map, word for word", () => {
    expect(declared(fixture("classic-crypto-map")).tunnels).toEqual({
      tunnel0: {
        left: {
          router: "hq",
          interface: "eth0",
          address: "172.16.0.1/30",
          protection: "crypto-map",
          keepalive: { periodSeconds: 10, retryCount: 3 },
        },
        right: {
          router: "branch",
          interface: "eth0",
          address: "172.16.0.2/30",
          protection: "crypto-map",
          keepalive: { periodSeconds: 10, retryCount: 3 },
        },
        esp: { encryption: "aes-cbc", integrity: "sha256-128", keyBits: 256 },
        ike: { encryption: "aes-cbc", keyBits: 256, integrity: "sha256", dhGroup: 14 },
        ikeVersion: 1,
        ipMtuBytes: 1400,
        tcpMssBytes: 1360,
        routing: { protocol: "ospf" },
      },
    });
  });
});

describe("the seed", () => {
  test("as it is written is no lab, for the reasons that lint gives", async () => {
    const { lab, findings } = declareLab(lintIos(source(fixture("seed"), "seed.md")));
    expect(lab).toBeNull();
    expect(findings.map(({ what }) => what)).toEqual([
      "R1 and R2 are no lab: crypto map VPN of R2 is applied to no interface",
      "R1 and R2 are no lab: the mode is tunnel at R1 and transport at R2",
      "there is no lab while access list 100 of R2 begins with the peer's side: permit gre host 9.1.1.146 host 9.1.1.35",
    ]);
    await expect(`${formatFindings(findings.slice(0, 1))}\n`).toMatchFileSnapshot(
      "golden/rules/ios-not-declarable.txt",
    );
  });

  test("corrected is a lab with its addresses, and everything added is told", async () => {
    const { lab, findings } = declareLab(lintIos(source(corrected(), "seed.md")));
    expect(planLab(lab).findings).toEqual([]);
    expect(findings.map(({ ruleId }) => ruleId)).toEqual(findings.map(() => "ios/assumed"));
    await expect(`${formatFindings(findings.slice(0, 1))}\n`).toMatchFileSnapshot("golden/rules/ios-assumed.txt");
    await expect(`${JSON.stringify(lab, null, 2)}\n`).toMatchFileSnapshot("golden/corrected-seed.json");
  });
});

describe("as a source for labs/", () => {
  const sourceOf = (text: string) => renderLabSource(declared(text), { constructsPath });

  test("it is what the golden has, which the compiler checks with everything else", async () => {
    const [seed, pair] = [sourceOf(corrected()), sourceOf(direct)];
    await expect("source" in seed ? seed.source : seed.reason).toMatchFileSnapshot("golden/corrected-seed.ts");
    await expect("source" in pair ? pair.source : pair.reason).toMatchFileSnapshot("golden/direct-pair.ts");
  });

  test("synthesized it plans the same tunnels as the JSON", () => {
    for (const [make, text] of [
      [correctedSeed, corrected()],
      [directPair, direct],
    ] as const) {
      const lab = make(appIn(standInSetUpFolder("imported")));
      const { plan } = planLab(declared(text));
      expect(lab.plan().tunnels).toEqual(plan?.tunnels);
    }
  });

  test("a lab of another form is refused with the reason", () => {
    const lab = soundLab();
    lab.nodes.r1!.interfaces.eth2 = { segment: "right", address: "10.9.0.1/24" };
    expect(renderLabSource(lab)).toEqual({ reason: "router r1 has more than one site, and the constructs know one" });
  });
});

test("the JSON of an import has every line counted, and no key", () => {
  const document = importIos(source(fixture("seed"), "seed.md"));
  const [file] = document.files;
  expect(file?.lines).toEqual({ total: 100, understood: 32, ignored: 68, unknown: 0, refused: 0 });
  expect(document.devices.map(({ hostname, lines }) => [hostname, lines.total])).toEqual([
    ["R1", 16],
    ["R2", 22],
  ]);
  const masked = importIos(source(planted("classic-crypto-map", "crypto isakmp key Kq7", "crypto isakmp kee Kq7")));
  expect(masked.devices[0]?.refused).toEqual([
    { line: 23, text: "crypto isakmp kee …", reason: "a number from 10 to 3600 is wanted" },
  ]);
  expect(JSON.stringify(importIos(source(fixture("classic-crypto-map"))))).not.toContain("Kq7vRz2mXw9tLp4sYb6n");
});

describe("rendered", () => {
  test.each([
    ["classic", "tunnel-protection", 1],
    ["classic", "crypto-map", 2],
    ["xe", "tunnel-protection", 2],
    ["xe", "crypto-map", 1],
  ] as const)("as %s with %s, IKEv%i", async (dialect, protection, ikeVersion) => {
    const { texts, findings } = renderIosLab(withTunnel({ ikeVersion, ipMtuBytes: 1400 }), { dialect, protection });
    expect(findings).toEqual([]);
    await expect(texts?.r1).toMatchFileSnapshot(`golden/r1.${dialect}.${protection}.cfg`);
  });

  test("what IOS has no word for, or this release refuses, is told before there is a text", async () => {
    const chacha = renderIosLab(withTunnel({ suite: "chacha20-poly1305" }), { dialect: "xe" });
    expect(chacha.texts).toBeNull();
    await expect(`${formatFindings(chacha.findings.slice(0, 1))}\n`).toMatchFileSnapshot(
      "golden/rules/ios-not-on-ios.txt",
    );
    const weak = withTunnel({ suite: "3des-sha1" });
    const refused = renderIosLab(weak, { dialect: "xe", xeMinor: 11 });
    expect(refused.findings.filter(({ ruleId }) => ruleId === "ios/not-on-ios").map(({ what }) => what)).toEqual([
      "IOS-XE 17.11 refuses esp-3des esp-sha-hmac (r1)",
      "IOS-XE 17.11 refuses 3des-cbc and sha1 for IKE (r1)",
      "IOS-XE 17.11 refuses Diffie-Hellman group 2 (r1)",
      "IOS-XE 17.11 refuses esp-3des esp-sha-hmac (r2)",
      "IOS-XE 17.11 refuses 3des-cbc and sha1 for IKE (r2)",
      "IOS-XE 17.11 refuses Diffie-Hellman group 2 (r2)",
    ]);
    expect(renderIosLab(weak, { dialect: "xe", xeMinor: 10 }).texts).not.toBeNull();
    expect(renderIosLab(weak, { dialect: "classic" }).texts).not.toBeNull();
  });

  test.each([
    [{ deadPeerDetection: { delaySeconds: 5 } }, "IOS asks a peer after 10 s at the soonest: 5 (r1)"],
    [
      { deadPeerDetection: { delaySeconds: 10, lineFollowsSa: true } },
      "the line protocol of a GRE tunnel does not follow its SA on IOS (r1)",
    ],
    [
      { routing: { protocol: "ospf" as const, bfd: { intervalMs: 300, multiplier: 2 } } },
      "IOS has bfd interval 50 to 9999 and multiplier 3 to 50: 300, 2 (r1)",
    ],
    [
      { ipMtuBytes: 1400, tcpMssBytes: 1360, ikeLifetimeSeconds: 100_000 },
      "IOS has no IKE lifetime of more than 86400 s: 100000 (r1)",
    ],
    [
      { ike: { encryption: "aes-cbc" as const, integrity: "sha256" as const, dhGroup: 31 as const } },
      "IOS has no Diffie-Hellman group 31 (r1)",
    ],
  ])("%j cannot be said", (more, what) => {
    const { texts, findings } = renderIosLab(withTunnel(more), { dialect: "xe" });
    expect(texts).toBeNull();
    expect(findings.filter(({ ruleId }) => ruleId === "ios/not-on-ios").map((finding) => finding.what)[0]).toBe(what);
  });

  test("a faulty declaration has the findings of any lab", () => {
    expect(
      renderIosLab(withTunnel({ ipMtuBytes: 1500 }), { dialect: "xe" }).findings.map(({ ruleId }) => ruleId),
    ).toEqual(["mtu/exceeds-path"]);
    expect(renderIosLab(7, { dialect: "xe" }).texts).toBeNull();
  });
});
