import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fragmentsOf, leastMtuBytes, reassembledBytes } from "../../../model/fragments.ts";
import { parsePacketSpecs, type PacketSpec } from "../../../model/packet-spec.ts";
import { explainMtu, explainPacket, predictPacket, type ArithmeticLine } from "../../../model/predict-packet.ts";
import { espEncryptions, espIntegrities } from "../../../model/suites.ts";

function specOf(document: unknown): PacketSpec {
  const parsed = parsePacketSpecs(document);
  if ("faults" in parsed) throw new Error(JSON.stringify(parsed.faults));
  return parsed.specs[0]!;
}

const tripleDes = { encryption: "3des-cbc", integrity: "sha1-96" };
const at1500 = { outer: { mtuBytes: 1500 } };

describe("the numbers of published texts", () => {
  test.each([
    ["Cisco 25885, GRE", { ...at1500, order: "gre" }, { tunnelIpMtuBytes: 1476, espPlaintextMtuBytes: null }],
    [
      "Cisco 25885, scenario 7: 1552 = 1500 + 72",
      { ...at1500, order: "ipsec", esp: { ...tripleDes, mode: "tunnel" }, innerBytes: 1500 },
      { outerPacketBytes: 1552, fragmentsOnWire: [1500, 72], overheadBytes: 52 },
    ],
    [
      "the seed's suite in transport mode",
      { ...at1500, order: "gre-over-ipsec", esp: { ...tripleDes, mode: "transport" } },
      { tunnelIpMtuBytes: 1442, tcpMssIpv4Bytes: 1402, tcpMssIpv6Bytes: 1382, espPlaintextMtuBytes: 1466 },
    ],
    [
      "the seed's suite in tunnel mode",
      { ...at1500, order: "gre-over-ipsec", esp: { ...tripleDes, mode: "tunnel" } },
      { tunnelIpMtuBytes: 1422, espPlaintextMtuBytes: 1446, overheadMinBytes: 74, overheadMaxBytes: 81 },
    ],
    [
      "a crypto map on the tunnel interface",
      { ...at1500, order: "ipsec-over-gre", esp: { ...tripleDes, mode: "tunnel" } },
      { tunnelIpMtuBytes: 1422, espPlaintextMtuBytes: 1422 },
    ],
  ])("%s", (_, document, expected) => {
    expect(predictPacket(specOf(document))).toMatchObject(expected);
  });

  test("IOS pads ESP-NULL to 8 bytes, Linux to 4", () => {
    const esp = { encryption: "null", integrity: "sha1-96", mode: "tunnel" };
    const mtuOn = (platform: string) =>
      predictPacket(specOf({ ...at1500, order: "ipsec", esp, platform })).tunnelIpMtuBytes;
    expect([mtuOn("linux"), mtuOn("ios")]).toEqual([1458, 1454]);
  });
});

test("the layers are the outer packet, from its first byte to its last", () => {
  const spec = specOf({
    ...at1500,
    order: "gre-over-ipsec",
    gre: { key: true },
    esp: { ...tripleDes, mode: "tunnel", natTraversal: true },
    innerBytes: 100,
  });
  const { layers, outerPacketBytes } = predictPacket(spec);
  expect(layers).toEqual([
    { name: "outer IPv4", bytes: 20 },
    { name: "UDP 4500", bytes: 8 },
    { name: "ESP header", bytes: 8 },
    { name: "ESP IV", bytes: 8 },
    { name: "GRE's IPv4", bytes: 20 },
    { name: "GRE", bytes: 8 },
    { name: "inner packet", bytes: 100 },
    { name: "ESP padding", bytes: 6 },
    { name: "ESP trailer", bytes: 2 },
    { name: "ESP ICV", bytes: 12 },
  ]);
  expect(outerPacketBytes).toBe(192);
});

describe("what cannot be", () => {
  const esp = { encryption: "aes-gcm-16", mode: "tunnel" };
  const find = (integrity: string, encryption = "aes-gcm-16") =>
    predictPacket(specOf({ ...at1500, order: "ipsec", esp: { ...esp, encryption, integrity } }));

  test("a pair that no peer agrees on is a finding, not a number", () => {
    const { findings, tunnelIpMtuBytes } = find("sha256-128");
    expect(findings.map(({ ruleId, where }) => [ruleId, where])).toEqual([
      ["esp/aead-with-integrity", "esp.integrity"],
    ]);
    expect(tunnelIpMtuBytes).toBeNull();
    expect(find("none", "null").tunnelIpMtuBytes).toBeNull();
  });

  test("encryption alone is warned of, and weighed", () => {
    const { findings, tunnelIpMtuBytes } = find("none", "aes-cbc");
    expect(findings.map(({ severity }) => severity)).toEqual(["warning"]);
    expect(tunnelIpMtuBytes).toBe(1454);
  });

  test("a path without room is a finding with the room it needs", () => {
    const { findings } = predictPacket(specOf({ outer: { mtuBytes: 68 }, order: "ipsec", esp }));
    expect(findings[0]?.fix).toBe("widen the path to 76 bytes or more");
    const wide = predictPacket(specOf({ outer: { mtuBytes: 76 }, order: "ipsec", esp }));
    expect(wide.tunnelIpMtuBytes).toBe(22);
  });

  test("every fault of every specification is told with its place", () => {
    const parsed = parsePacketSpecs([
      { outer: { mtuBytes: "1500" }, order: "gre" },
      { ...at1500, order: "ipsec" },
      { ...at1500, order: "gre", innerBytes: 65_530, extra: 1, "a\u001b[2J": 2 },
      7,
    ]);
    expect("faults" in parsed && parsed.faults).toEqual([
      { path: "[0].outer.mtuBytes", what: 'Invalid input: expected number, received string (seen: "\\"1500\\"")' },
      { path: "[1].esp", what: "it is missing, and the order ipsec needs it" },
      { path: "[2].extra", what: "there is no such field" },
      { path: '[2]."a\\u001b[2J"', what: "there is no such field" },
      { path: "[2].innerBytes", what: "65530 bytes become 65554, and IP carries 65535 at most" },
      { path: "[3]", what: 'Invalid input: expected object, received number (seen: "7")' },
    ]);
  });
});

const anySpec = fc
  .record({
    outer: fc.record({ family: fc.constantFrom("ipv4", "ipv6"), mtuBytes: fc.integer({ min: 200, max: 9216 }) }),
    order: fc.constantFrom("gre-over-ipsec", "ipsec-over-gre", "gre", "ipsec"),
    gre: fc.record({ key: fc.boolean(), checksum: fc.boolean(), sequence: fc.boolean() }),
    esp: fc.record({
      encryption: fc.constantFrom(...espEncryptions),
      integrity: fc.constantFrom(...espIntegrities),
      mode: fc.constantFrom("transport", "tunnel"),
      natTraversal: fc.boolean(),
    }),
    platform: fc.constantFrom("linux", "ios"),
    innerBytes: fc.integer({ min: 40, max: 9216 }),
  })
  .map(specOf);

/** Does the sum again, from the lines alone. */
function sumOf(lines: readonly ArithmeticLine[]): number {
  let sum = 0;
  for (const { step, bytes } of lines) {
    if (step === "start") sum = bytes;
    else if (step === "add") sum += bytes;
    else if (step === "subtract") sum -= bytes;
    else if (step === "round") {
      expect(sum - bytes).toBeGreaterThanOrEqual(0);
      expect(sum - bytes).toBeLessThan(16);
      sum = bytes;
    } else expect(bytes).toBe(sum);
  }
  return sum;
}

test("the arithmetic that is shown leads to the numbers that are shown", () => {
  fc.assert(
    fc.property(anySpec, (spec) => {
      const { tunnelIpMtuBytes, outerPacketBytes } = predictPacket(spec);
      if (tunnelIpMtuBytes === null) {
        expect([...explainMtu(spec), ...explainPacket(spec)]).toEqual([]);
        return;
      }
      expect(sumOf(explainMtu(spec))).toBe(tunnelIpMtuBytes);
      expect(sumOf(explainPacket(spec))).toBe(outerPacketBytes);
      for (const { step, source } of [...explainMtu(spec), ...explainPacket(spec)])
        if (step === "subtract") expect(source).toMatch(/^RFC \d+ section/);
    }),
  );
});

test("overhead lies within its bounds", () => {
  fc.assert(
    fc.property(anySpec, (spec) => {
      const { overheadBytes, overheadMinBytes, overheadMaxBytes, findings } = predictPacket(spec);
      if (findings.some(({ severity }) => severity === "error")) return;
      expect(overheadBytes).toBeGreaterThanOrEqual(overheadMinBytes!);
      expect(overheadBytes).toBeLessThanOrEqual(overheadMaxBytes!);
    }),
  );
});

describe("fragments", () => {
  const family = fc.constantFrom("ipv4" as const, "ipv6" as const);

  test("as Cisco 25885 shows them", () => {
    const fragments = fragmentsOf(5140, 1500);
    expect(fragments.map(({ bytes }) => bytes)).toEqual([1500, 1500, 1500, 700]);
    expect(fragments.map(({ offsetBytes }) => offsetBytes / 8)).toEqual([0, 185, 370, 555]);
  });

  test("but for the last have a payload of a multiple of 8; the last may fill the link", () => {
    expect(
      fragmentsOf(8492, 310, "ipv6")
        .slice(-2)
        .map(({ bytes }) => bytes),
    ).toEqual([304, 308]);
    expect(fragmentsOf(85, 62).map(({ bytes }) => bytes)).toEqual([60, 45]);
    expect(fragmentsOf(102, 62).map(({ bytes }) => bytes)).toEqual([60, 62]);
  });

  test("fit, lie on boundaries of 8 bytes, and make the packet again", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 40, max: 65_535 }),
        fc.integer({ min: 68, max: 9216 }),
        family,
        (packet, mtu, of) => {
          const fragments = fragmentsOf(packet, mtu, of);
          for (const { bytes, offsetBytes } of fragments) {
            expect(bytes).toBeLessThanOrEqual(mtu);
            expect(offsetBytes % 8).toBe(0);
          }
          expect(fragments.map(({ more }) => more)).toEqual(fragments.map((_, at) => at < fragments.length - 1));
          expect(reassembledBytes(fragments, of)).toBe(packet);
        },
      ),
    );
  });

  test("with one missing are not made again", () => {
    const fragments = fragmentsOf(5140, 1500);
    expect(() => reassembledBytes(fragments.slice(1))).toThrow(
      "a fragment at offset 0 is missing, the next is at 1480",
    );
    expect(() => reassembledBytes(fragments.slice(0, -1))).toThrow("the last fragment is missing, at offset 4440");
  });

  test("of a link that carries none are refused", () => {
    expect(leastMtuBytes("ipv4")).toBe(28);
    expect(() => fragmentsOf(100, 27)).toThrow("a link of 27 bytes carries no fragment of a packet of 100");
    expect(fragmentsOf(100, 28)).toHaveLength(10);
  });
});
