import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nothingLearned, type PacketEvent, type PacketLife, type PacketRoad } from "../../../model/packet-event.ts";
import { sendPacket, sendUntilDelivered, sightingsOf } from "../../../model/packet-life.ts";
import type { EncapsulationOrder } from "../../../model/overhead.ts";
import { suites } from "../../../model/suites.ts";

function road(more: Partial<PacketRoad> & { order?: EncapsulationOrder; mode?: "transport" | "tunnel" }): PacketRoad {
  const { order = "gre-over-ipsec", mode = "tunnel", ...rest } = more;
  return {
    platform: "ios",
    encapsulation: {
      order,
      mode,
      outerFamily: "ipv4",
      gre: { key: false, checksum: false, sequence: false },
      esp: suites["3des-sha1"].esp,
      natTraversal: false,
    },
    outerDf: "clear",
    linkMtusBytes: [1500, 1500],
    ...rest,
  };
}

/** A life in a few words: what was dropped, told, cut and wrapped. */
function shape({ events }: PacketLife): string {
  return events.flatMap((event) => wordsOf(event)).join(", ");
}

function wordsOf(event: PacketEvent): string[] {
  switch (event.kind) {
    case "sent":
      return [`${event.bytes}`];
    case "refused":
      return [`refused ${event.bytes}`];
    case "fragmented":
      return [`${event.at} cuts ${event.into.map(({ bytes }) => bytes).join("+")}`];
    case "encapsulated":
      return [`wrapped ${event.bytes}`];
    case "dropped":
      return [`${event.at} drops${event.told ? "" : " in silence"}`];
    case "icmp":
      return event.to === "h1" ? [`told ${event.nextHopMtuBytes}`] : [];
    case "reassembled":
      return [`${event.at} joins ${event.bytes}`];
    case "learned":
    case "crossed":
      return [];
    case "delivered":
      return ["delivered"];
  }
}

const core1400: PacketRoad["linkMtusBytes"] = [1500, 1400];

describe("IOS, as Cisco document 25885 tells it", () => {
  test("scenario 5: GRE without DF, and the end host joins", () => {
    expect(shape(sendPacket(road({ order: "gre" }), { bytes: 1500, df: false }))).toBe(
      "1500, r1 cuts 1476+44, wrapped 1500, wrapped 68, h2 joins 1500, delivered",
    );
  });

  test("scenario 6: GRE with path MTU discovery, one loss in silence", () => {
    const lives = sendUntilDelivered(road({ order: "gre", outerDf: "copy", linkMtusBytes: core1400 }), 1500);
    expect(lives.map(shape)).toEqual([
      "1500, r1 drops, told 1476",
      "1476, wrapped 1500, isp1 drops in silence",
      "1476, r1 drops, told 1376",
      "1376, wrapped 1400, delivered",
    ]);
  });

  test("scenario 7: IPsec cuts after encryption, and the peer joins", () => {
    expect(shape(sendPacket(road({ order: "ipsec" }), { bytes: 1500, df: false }))).toBe(
      "1500, wrapped 1552, r1 cuts 1500+72, r2 joins 1552, delivered",
    );
  });

  test("scenario 8: IPsec with DF; exact sizes where the document has its constants", () => {
    const lives = sendUntilDelivered(road({ order: "ipsec", linkMtusBytes: core1400 }), 1500);
    expect(lives.map(shape)).toEqual([
      "1500, r1 drops, told 1446",
      "1446, wrapped 1496, isp1 drops in silence",
      "1446, r1 drops, told 1350",
      "1350, wrapped 1400, delivered",
    ]);
  });

  test("scenario 9: cut twice, on the wire 1500, 72 and 120", () => {
    expect(shape(sendPacket(road({}), { bytes: 1500, df: false }))).toBe(
      "1500, r1 cuts 1476+44, wrapped 1552, wrapped 120, r1 cuts 1500+72, r2 joins 1552, h2 joins 1500, delivered",
    );
  });

  test("scenario 10: GRE over IPsec with DF, three losses in silence", () => {
    const lives = sendUntilDelivered(road({ mode: "transport", outerDf: "copy", linkMtusBytes: core1400 }), 1500);
    expect(lives.map(shape)).toEqual([
      "1500, r1 drops, told 1476",
      "1476, r1 drops in silence",
      "1476, r1 drops, told 1442",
      "1442, wrapped 1496, isp1 drops in silence",
      "1442, r1 drops in silence",
      "1442, r1 drops, told 1346",
      "1346, wrapped 1400, delivered",
    ]);
  });

  test("what the tunnel learned holds for packets with DF alone", () => {
    const way = road({ order: "gre", outerDf: "copy", linkMtusBytes: core1400 });
    const { learned } = sendUntilDelivered(way, 1500).at(-1)!;
    const { events } = sendPacket(way, { bytes: 1376, df: false }, learned);
    expect(events.some(({ kind }) => kind === "fragmented")).toBe(false);
    expect(learned.tunnelBytes).toBe(1376);
  });
});

describe("Linux, as it was measured", () => {
  const linux = (more: Parameters<typeof road>[0]) => road({ platform: "linux", ...more });

  test.each([
    [
      "tunnel",
      "1500, r1 cuts 1476+44, wrapped 1552, wrapped 120, r1 cuts 1500+72, r2 joins 1552, h2 joins 1500, delivered",
    ],
    [
      "transport",
      "1500, r1 cuts 1476+44, wrapped 1536, wrapped 104, r1 cuts 1500+56, r2 joins 1536, h2 joins 1500, delivered",
    ],
  ] as const)("DF cleared, %s mode: cut before and after encryption", (mode, expected) => {
    expect(shape(sendPacket(linux({ mode }), { bytes: 1500, df: false }))).toBe(expected);
  });

  test.each([
    ["transport", 1442, 1346],
    ["tunnel", 1422, 1326],
  ] as const)("DF copied, %s mode: one loss in silence", (mode, first, second) => {
    const lives = sendUntilDelivered(linux({ mode, outerDf: "copy", linkMtusBytes: core1400 }), 1500);
    expect(lives.map((life) => shape(life).replace(/, wrapped \d+/, ""))).toEqual([
      "1500, r1 drops, told 1476",
      `1476, r1 drops, told ${first}`,
      `${first}, isp1 drops in silence`,
      `${first}, r1 drops, told ${second}`,
      `${second}, delivered`,
    ]);
  });

  test("DF always set: the first fragment is lost in a black hole, and an ip mtu that fits cures it", () => {
    const { delivered, events } = sendPacket(linux({ outerDf: "set" }), { bytes: 1500, df: false });
    expect(delivered).toBe(false);
    expect(events.filter(({ kind }) => kind === "icmp")).toEqual([]);
    expect(events.flatMap((event) => (event.kind === "encapsulated" ? event.bytes : []))).toEqual([120]);
    expect(sendPacket(linux({ outerDf: "set", ipMtuBytes: 1400 }), { bytes: 1500, df: false }).delivered).toBe(true);
  });

  test("ip mtu 1400: 1500 bytes are 1396 and 124 inside", () => {
    const life = sendPacket(linux({ mode: "transport", ipMtuBytes: 1400 }), { bytes: 1500, df: false });
    expect(shape(life)).toMatch(/^1500, r1 cuts 1396\+124, /);
  });
});

describe("IPsec over GRE", () => {
  const way = (more: Parameters<typeof road>[0] = {}) =>
    road({ platform: "linux", order: "ipsec-over-gre", outerDf: "copy", ...more });

  test("with DF the host is told what ESP leaves of GRE's 1476", () => {
    expect(sendUntilDelivered(way(), 1500).map(shape)).toEqual([
      "1500, r1 drops, told 1422",
      "1422, wrapped 1496, delivered",
    ]);
  });

  test("without DF the ESP packet is cut inside GRE, and the peer joins it before it decrypts", () => {
    expect(shape(sendPacket(way(), { bytes: 1500, df: false }))).toBe(
      "1500, wrapped 1552, r1 cuts 1476+96, wrapped 1500, wrapped 120, r2 joins 1552, delivered",
    );
  });
});

test("each link has its sightings", () => {
  expect([...sightingsOf(sendPacket(road({}), { bytes: 1500, df: false }))]).toEqual([
    ["h1 → r1", [1500]],
    ["r1 → isp1", [1500, 72, 120]],
    ["isp1 → r2", [1500, 72, 120]],
    ["r2 → h2", [1476, 44]],
  ]);
});

test("where ICMP is filtered nobody learns, and the packet is lost for ever", () => {
  const lives = sendUntilDelivered(road({ outerDf: "copy", linkMtusBytes: core1400, filtersIcmp: true }), 1400);
  expect(lives).toHaveLength(20);
  expect(lives.some(({ delivered }) => delivered)).toBe(false);
});

const anyRoad: fc.Arbitrary<PacketRoad> = fc
  .record({
    platform: fc.constantFrom("linux" as const, "ios" as const),
    order: fc.constantFrom("gre-over-ipsec" as const, "ipsec-over-gre" as const, "gre" as const, "ipsec" as const),
    mode: fc.constantFrom("transport" as const, "tunnel" as const),
    outerDf: fc.constantFrom("clear" as const, "copy" as const),
    linkMtusBytes: fc.array(fc.integer({ min: 600, max: 1600 }), { minLength: 1, maxLength: 4 }),
  })
  .map(({ linkMtusBytes, order, mode, ...rest }) =>
    road({
      ...rest,
      order,
      mode: order === "ipsec" || order === "ipsec-over-gre" ? "tunnel" : mode,
      linkMtusBytes: linkMtusBytes as [number, ...number[]],
    }),
  );
const bytes = fc.integer({ min: 60, max: 1500 });

describe("whatever the road", () => {
  test("a packet that may be cut arrives whole", () => {
    fc.assert(
      fc.property(anyRoad, bytes, (way, size) => {
        expect(sendPacket(way, { bytes: size, df: false }).delivered).toBe(true);
      }),
    );
  });

  test("a host that listens gets through, and each answer names less than the one before", () => {
    fc.assert(
      fc.property(anyRoad, bytes, (way, size) => {
        const lives = sendUntilDelivered(way, size);
        expect(lives.at(-1)?.delivered).toBe(true);
        const answers = lives.flatMap(({ events }) =>
          events.flatMap((event) => (event.kind === "icmp" && event.to === "h1" ? event.nextHopMtuBytes : [])),
        );
        expect(answers).toEqual([...new Set(answers)].sort((a, b) => b - a));
      }),
    );
  });

  test("many packets are many predictions, each with what the ones before it taught", () => {
    fc.assert(
      fc.property(anyRoad, fc.array(fc.record({ bytes, df: fc.boolean() }), { maxLength: 8 }), (way, packets) => {
        let learned = nothingLearned;
        for (const packet of packets) {
          const before = { ...learned };
          const life = sendPacket(way, packet, learned);
          expect(learned).toEqual(before);
          expect(sendPacket(way, packet, learned)).toEqual(life);
          learned = life.learned;
        }
      }),
    );
  });

  test("every fragment fits its link and lies on a boundary of 8 bytes", () => {
    fc.assert(
      fc.property(anyRoad, bytes, (way, size) => {
        for (const event of sendPacket(way, { bytes: size, df: false }).events)
          if (event.kind === "fragmented")
            for (const { offsetBytes, bytes: cut } of event.into) {
              expect(offsetBytes % 8).toBe(0);
              expect(cut).toBeLessThanOrEqual(1600);
            }
      }),
    );
  });
});
