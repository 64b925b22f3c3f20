/** What a twin is made of, and everything that it does otherwise: each difference planted once. */
import { describe, expect, test } from "vitest";
import { fixIos } from "../../../dialects/ios/fix.ts";
import { planLab } from "../../../plan/plan-lab.ts";
import { planTwin } from "../../../plan/plan-twin.ts";
import { fixture, planted, source, type FixtureName } from "../dialects/ios/fixtures.ts";

const twinOf = (text: string) => planTwin(source(text), "branch");
const whats = (text: string) => twinOf(text).differences.map(({ what }) => what);
/** What is told of the text with the part, and not of the text without it. */
const toldOf = (name: FixtureName, part: string, otherwise: string, which?: "first" | "last" | "all") => {
  const before = whats(fixture(name));
  const { lab, differences } = twinOf(planted(name, part, otherwise, which));
  expect(lab).not.toBeNull();
  return differences
    .filter(({ what }) => !before.includes(what))
    .map(({ what, where }) => `${what}${where === null ? "" : ` (${where})`}`);
};

describe("the lab", () => {
  test.each([
    "classic-crypto-map",
    "gre-keepalive",
    "ikev2-profile",
    "ipsec-over-gre",
    "nat-crypto-map",
    "tunnel-protection-ikev1",
  ] as const)("of %s can be planned, and is called as it was asked", (name) => {
    const { lab, labFindings } = twinOf(fixture(name));
    expect(lab?.name).toBe("branch");
    expect(planLab(lab).plan).not.toBeNull();
    expect(labFindings.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  test("of the seed as it was written is none; mended it is one", () => {
    const written = planTwin(source(fixture("seed"), "seed.md"), "seed");
    expect([written.lab, written.differences]).toEqual([null, []]);
    expect(written.findings.filter(({ ruleId }) => ruleId === "ios/not-declarable")).toHaveLength(3);
    const mended = fixIos(source(fixture("seed"), "seed.md")).files[0]!.after;
    expect(planTwin(source(mended), "seed").lab?.tunnels.tunnel0).toMatchObject({ ikeVersion: 1, ipMtuBytes: 1400 });
  });

  test("whose faults no edit of a declaration mends is none, and its findings tell why", () => {
    const { lab, labFindings, differences } = twinOf(
      planted("classic-crypto-map", "ip tcp adjust-mss 1360", "ip tcp adjust-mss 1460", "all"),
    );
    expect([lab, differences]).toEqual([null, []]);
    expect(labFindings.map(({ ruleId }) => ruleId)).toContain("mss/exceeds-mtu");
  });
});

describe("what it does otherwise", () => {
  test("what no text has is told, and the keys", () => {
    expect(whats(fixture("classic-crypto-map")).slice(0, 2)).toEqual([
      "h1 (192.168.10.10/24), h2 (192.168.20.10/24), isp: added, and in no text",
      "tunnel0 has a pre-shared key of its own, 32 random bytes",
    ]);
    expect(whats(fixture("gre-keepalive"))).not.toContainEqual(expect.stringContaining("pre-shared key"));
    expect(JSON.stringify(twinOf(fixture("classic-crypto-map")))).not.toContain("Kq7vRz2mXw9tLp4sYb6n");
  });

  test("EIGRP is told, and static routes are in its place", () => {
    const { lab, differences } = twinOf(fixture("tunnel-protection-ikev1"));
    expect(lab?.tunnels.tunnel0?.routing).toEqual({ protocol: "static" });
    expect(differences.map(({ what }) => what)).toContain(
      "EIGRP over tunnel0 is not spoken: the twin has static routes to the sites",
    );
  });

  test("a keepalive against tunnel protection works here, and not on IOS", () => {
    const told = toldOf("tunnel-protection-ikev1", " tunnel protection", " keepalive 20 3\n tunnel protection", "last");
    expect(told).toEqual([
      "keepalive 20 3 on tunnel0 of r2: the line protocol stays up here; on IOS it goes down after 60 to 80 s",
    ]);
    expect(whats(fixture("classic-crypto-map"))).not.toContainEqual(expect.stringContaining("keepalive 10 3"));
  });

  test("dead peer detection: asked for or not", () => {
    expect(toldOf("classic-crypto-map", "crypto isakmp keepalive 10 3 periodic\n", "", "all")).toEqual([
      "Tunnel0: charon asks after 10 s of silence whether the peer is there; the text asks for no dead peer detection",
    ]);
    expect(
      toldOf("tunnel-protection-ikev1", "crypto isakmp policy", "crypto isakmp keepalive 30 5\ncrypto isakmp policy"),
    ).toEqual([
      expect.stringMatching(
        /^dead peer detection of Tunnel0 has the text's seconds, not its retries \(\S+ line \d+\)$/,
      ),
    ]);
  });

  test("BFD faster than what was measured", () => {
    const bfd = " ip ospf bfd\n bfd interval 50 min_rx 50 multiplier 3\n tunnel source";
    expect(toldOf("classic-crypto-map", " tunnel source", bfd, "all")).toEqual([
      "bfd interval 50 on tunnel0 may flap here",
    ]);
    expect(
      toldOf("classic-crypto-map", " tunnel source", bfd.replaceAll(" 50 ", " 300 ").replace("rx 50", "rx 300"), "all"),
    ).toEqual([]);
  });

  test("an ip mtu that is not said, and one that does not fit", () => {
    expect(toldOf("classic-crypto-map", " ip mtu 1400\n", "", "all")).toEqual([
      expect.stringMatching(/^Tunnel0 has no ip mtu in the text: the twin takes the largest that travels whole/),
    ]);
    const { lab } = twinOf(planted("classic-crypto-map", "ip mtu 1400", "ip mtu 1476", "all"));
    expect(lab?.tunnels.tunnel0).toMatchObject({ ipMtuBytes: 1476, accept: ["mtu/exceeds-path"] });
    expect(toldOf("classic-crypto-map", "ip mtu 1400", "ip mtu 1476", "all")[0]).toMatch(
      /^tunnel0 keeps the text's ip mtu: ip mtu 1476 is larger than the path can carry: \d+ bytes fit$/,
    );
  });

  test("a packet that fares otherwise is told as both do it", () => {
    const text = planted("classic-crypto-map", "ip mtu 1400", "ip mtu 1476", "all");
    expect(whats(text).filter((what) => what.startsWith("a packet of 1500 bytes"))).toEqual([
      expect.stringMatching(
        /^a packet of 1500 bytes with DF through tunnel0, here: 1500: .*\. As IOS is documented: 1500: /,
      ),
    ]);
  });

  test.each([
    [
      "NAT",
      "access-list 7 permit 192.168.10.0 0.0.0.255\nip nat inside source list 7 interface GigabitEthernet0/0 overload\nip route",
      /^NAT of HQ, not in the twin \(HQ line \d+\)$/,
    ],
    ["BGP", "router bgp 65000\n!\nip route", /^BGP of HQ, not in the twin \(HQ line \d+\)$/],
    [
      "a route elsewhere",
      "ip route 10.9.0.0 255.255.0.0 192.168.10.77\nip route",
      /^routes beside those to the peer and over the tunnel of HQ, not in the twin \(HQ line \d+\)$/,
    ],
    ["the DF bit", "crypto ipsec df-bit set\nip route", /^the DF bit of ESP of HQ, not in the twin \(HQ line \d+\)$/],
  ])("what a lab has no word for: %s", (_, otherwise, told) => {
    const lines = toldOf("classic-crypto-map", "ip route", otherwise).filter((line) => !line.startsWith("commands of"));
    expect(lines).toContainEqual(expect.stringMatching(told));
  });

  test("errors that the twin does not show, and lines that it has nothing of", () => {
    const told = toldOf("classic-crypto-map", " ip mtu 1400", " ip mtu 1400\n tunnel colour green\n ip mtu 14000000");
    expect(told).toEqual([
      expect.stringMatching(/^not shown by the twin: line \d+ is refused: .*\(ios\/refused\) \(HQ line \d+\)$/),
      "commands of HQ that the twin has nothing of: 12 ignored, 1 unknown, 1 refused",
    ]);
  });
});
