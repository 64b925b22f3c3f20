import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  greHeaderBytes,
  largestInnerBytes,
  tcpMssFor,
  wireBytes,
  type Encapsulation,
} from "../../../model/overhead.ts";
import { cipherSizes, espEncryptions, espIntegrities, isAead, suites, type SuiteName } from "../../../model/suites.ts";

const noOptions = { key: false, checksum: false, sequence: false };

function over(suite: SuiteName, mode: "transport" | "tunnel", natTraversal = false): Encapsulation {
  return {
    order: "gre-over-ipsec",
    outerFamily: "ipv4",
    gre: noOptions,
    esp: suites[suite].esp,
    mode,
    natTraversal,
  };
}

/** Seen on the wire of a transit between user-mode-Linux routers (Linux 6.1.176, strongSwan 5.9.8): total length of the ESP packet. */
const measured: readonly [SuiteName, "transport" | "tunnel", boolean, Readonly<Record<number, number>>][] = [
  ["aes-gcm-16", "transport", false, { 84: 144, 576: 636, 1000: 1060, 1300: 1360 }],
  ["aes-gcm-16", "tunnel", false, { 84: 164, 576: 656, 1000: 1080, 1300: 1380 }],
  ["aes-cbc-sha1", "transport", false, { 84: 152, 576: 648, 1000: 1064, 1300: 1368 }],
  ["aes-cbc-sha1", "tunnel", false, { 84: 168, 576: 664, 1000: 1096, 1300: 1384 }],
  ["aes-cbc-sha256", "transport", false, { 84: 156, 576: 652, 1000: 1068, 1300: 1372 }],
  ["aes-cbc-sha256", "tunnel", false, { 84: 172, 576: 668, 1000: 1100, 1300: 1388 }],
  ["3des-sha1", "transport", false, { 84: 144, 576: 632, 1000: 1056, 1300: 1360 }],
  ["3des-sha1", "tunnel", false, { 84: 160, 576: 656, 1000: 1080, 1300: 1376 }],
  ["aes-gcm-16", "transport", true, { 84: 152, 576: 644, 1300: 1368 }],
  ["3des-sha1", "tunnel", true, { 84: 168, 576: 664, 1300: 1384 }],
];

describe("the sizes that were measured on the wire", () => {
  const rows = measured.flatMap(([suite, mode, natTraversal, sizes]) =>
    Object.entries(sizes).map(
      ([inner, wire]) => [suite, mode, natTraversal ? "with NAT-T" : "plain", Number(inner), wire] as const,
    ),
  );
  test.each(rows)("%s in %s mode, %s: %i bytes inside are %i outside", (suite, mode, nat, inner, wire) => {
    expect(wireBytes(inner, over(suite, mode, nat === "with NAT-T"))).toBe(wire);
  });
});

/** Worked by hand from RFC 4303 section 2: the suites whose sizes nobody measured. Those of GCM hold for ChaCha20 (RFC 7634 section 2). */
const byHand: readonly [SuiteName, "transport" | "tunnel", boolean, Readonly<Record<number, number>>][] = [
  ["chacha20-poly1305", "transport", false, { 84: 144, 576: 636, 1000: 1060, 1300: 1360 }],
  ["chacha20-poly1305", "tunnel", true, { 84: 172, 576: 664, 1000: 1088, 1300: 1388 }],
  ["aes-cbc-sha384", "transport", false, { 84: 164, 576: 660, 1000: 1076, 1300: 1380 }],
  ["aes-cbc-sha384", "tunnel", true, { 84: 188, 576: 684, 1000: 1116, 1300: 1404 }],
  ["aes-cbc-sha512", "transport", false, { 84: 172, 576: 668, 1000: 1084, 1300: 1388 }],
  ["aes-cbc-sha512", "tunnel", true, { 84: 196, 576: 692, 1000: 1124, 1300: 1412 }],
  ["null-sha256", "transport", false, { 84: 136, 576: 628, 1000: 1052, 1300: 1352 }],
  ["null-sha256", "tunnel", true, { 84: 164, 576: 656, 1000: 1080, 1300: 1380 }],
];

describe("the sizes that follow from the RFCs", () => {
  const rows = byHand.flatMap(([suite, mode, natTraversal, sizes]) =>
    Object.entries(sizes).map(
      ([inner, wire]) => [suite, mode, natTraversal ? "with NAT-T" : "plain", Number(inner), wire] as const,
    ),
  );
  test.each(rows)("%s in %s mode, %s: %i bytes inside are %i outside", (suite, mode, nat, inner, wire) => {
    expect(wireBytes(inner, over(suite, mode, nat === "with NAT-T"))).toBe(wire);
  });
});

/** Transport, tunnel, and both with NAT traversal. Those of GCM, AES-CBC and 3DES were measured too. */
const largestAt1500: Readonly<Record<SuiteName, readonly [number, number, number, number]>> = {
  "aes-gcm-16": [1442, 1422, 1434, 1414],
  "chacha20-poly1305": [1442, 1422, 1434, 1414],
  "aes-cbc-sha1": [1434, 1414, 1418, 1398],
  "aes-cbc-sha256": [1434, 1414, 1418, 1398],
  "aes-cbc-sha384": [1418, 1398, 1418, 1398],
  "aes-cbc-sha512": [1418, 1398, 1402, 1382],
  "3des-sha1": [1442, 1422, 1434, 1414],
  "null-sha256": [1450, 1430, 1442, 1422],
};

describe("the largest packet that travels whole over 1500 bytes", () => {
  test.each(Object.entries(largestAt1500))("with %s", (name, expected) => {
    const suite = name as SuiteName;
    const found = [false, true].flatMap((nat) =>
      (["transport", "tunnel"] as const).map((mode) => largestInnerBytes(1500, over(suite, mode, nat))),
    );
    expect(found).toEqual(expected);
  });

  test("is 1400 or more with the usual `ip mtu 1400`, but not with AES-CBC and a long hash in tunnel mode", () => {
    const tooSmall = Object.entries(largestAt1500).flatMap(([suite, [, tunnel]]) => (tunnel < 1400 ? [suite] : []));
    expect(tooSmall).toEqual(["aes-cbc-sha384", "aes-cbc-sha512"]);
  });

  test.each([
    ["aes-gcm-16", "transport", 1342],
    ["aes-cbc-sha1", "transport", 1338],
    ["3des-sha1", "tunnel", 1326],
  ] as const)("with %s in %s mode is %i behind a link of 1400 bytes, as routers told it", (suite, mode, expected) => {
    expect(largestInnerBytes(1400, over(suite, mode))).toBe(expected);
  });

  test("is 1302 with AES-CBC and SHA-1 in tunnel mode through NAT behind a link of 1400 bytes", () => {
    expect(largestInnerBytes(1400, over("aes-cbc-sha1", "tunnel", true))).toBe(1302);
  });

  test("is negative when not even a header fits", () => {
    expect(largestInnerBytes(68, over("aes-cbc-sha512", "tunnel"))).toBeLessThan(0);
  });
});

describe("GRE alone", () => {
  const gre = (options: Partial<Encapsulation["gre"]>): Encapsulation => ({
    ...over("aes-gcm-16", "transport"),
    order: "gre",
    gre: { ...noOptions, ...options },
  });

  test.each([
    [{}, 4, 108, 1476],
    [{ key: true }, 8, 112, 1472],
    [{ key: true, checksum: true }, 12, 116, 1468],
    [{ key: true, checksum: true, sequence: true }, 16, 120, 1464],
  ])(
    "with %o has a header of %i bytes: 84 bytes are %i outside, and %i fit into 1500",
    (options, header, wire, fits) => {
      expect(greHeaderBytes({ ...noOptions, ...options })).toBe(header);
      expect(wireBytes(84, gre(options))).toBe(wire);
      expect(largestInnerBytes(1500, gre(options))).toBe(fits);
    },
  );

  test("over IPv6 costs 20 bytes more", () => {
    expect(wireBytes(84, { ...gre({}), outerFamily: "ipv6" })).toBe(128);
  });
});

test("IPsec alone in tunnel mode: 1500 bytes with 3DES and SHA-1 are 1552, as in Cisco document 25885 scenario 7", () => {
  expect(wireBytes(1500, { ...over("3des-sha1", "tunnel"), order: "ipsec" })).toBe(1552);
});

test("ESP pads to the cipher's block and counts its own two bytes", () => {
  const e: Encapsulation = { ...over("aes-cbc-sha1", "tunnel"), order: "ipsec" };
  expect([14, 15, 30, 31].map((bytes) => wireBytes(bytes, e) - 20)).toEqual([52, 68, 68, 84]);
});

test("a segment is 40 bytes less than the packet that carries it", () => {
  expect(tcpMssFor(1400)).toBe(1360);
});

/** Everything the types allow. */
const encapsulation: fc.Arbitrary<Encapsulation> = fc.record({
  order: fc.constantFrom("gre-over-ipsec", "ipsec-over-gre", "gre", "ipsec"),
  outerFamily: fc.constantFrom("ipv4", "ipv6"),
  gre: fc.record({ key: fc.boolean(), checksum: fc.boolean(), sequence: fc.boolean() }),
  esp: fc.constantFrom(...espEncryptions).chain((encryption) =>
    fc.record({
      encryption: fc.constant(encryption),
      keyBits: fc.constantFrom(128, 192, 256, null),
      integrity: isAead(encryption) ? fc.constant("none" as const) : fc.constantFrom(...espIntegrities),
    }),
  ),
  mode: fc.constantFrom("transport", "tunnel"),
  natTraversal: fc.boolean(),
});

describe("for every encapsulation", () => {
  const pathMtuBytes = fc.integer({ min: 200, max: 9216 });

  test("the largest packet fits the path, and one byte more does not", () => {
    fc.assert(
      fc.property(pathMtuBytes, encapsulation, (path, e) => {
        const largest = largestInnerBytes(path, e);
        expect(wireBytes(largest, e)).toBeLessThanOrEqual(path);
        expect(wireBytes(largest + 1, e)).toBeGreaterThan(path);
      }),
      { numRuns: 2000 },
    );
  });

  test("a larger packet is never lighter on the wire, and grows by one block at most", () => {
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 9216 }), encapsulation, (inner, e) => {
        const growth = wireBytes(inner + 1, e) - wireBytes(inner, e);
        const block = e.order === "gre" ? 1 : cipherSizes[e.esp.encryption].alignBytes;
        expect([0, block]).toContain(growth);
      }),
    );
  });

  test("a wider path never carries less", () => {
    fc.assert(
      fc.property(pathMtuBytes, encapsulation, (path, e) => {
        expect(largestInnerBytes(path + 1, e)).toBeGreaterThanOrEqual(largestInnerBytes(path, e));
      }),
    );
  });

  test("the key length does not matter", () => {
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 9216 }), encapsulation, (inner, e) => {
        const sizes = ([128, 192, 256] as const).map((keyBits) =>
          wireBytes(inner, { ...e, esp: { ...e.esp, keyBits } }),
        );
        expect(new Set(sizes).size).toBe(1);
      }),
    );
  });
});
