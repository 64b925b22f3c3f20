import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linkTypes, type PacketRecord } from "../../../capture/capture-record.ts";
import { joinFragments } from "../../../capture/join-fragments.ts";
import * as write from "./support.ts";

const record = (bytes: readonly number[]): PacketRecord => ({
  kind: "packet",
  sectionIndex: 0,
  interfaceIndex: 0,
  linkType: linkTypes.raw,
  timestampNs: null,
  originalBytes: bytes.length,
  bytes: Uint8Array.from(bytes),
});

/** UDP to a port of nobody's, so that the joined body can be read again. */
const body = (length: number): number[] => [
  ...write.u16(1),
  ...write.u16(2),
  ...write.u16(length),
  ...write.u16(0),
  ...Array.from({ length: length - 8 }, (_, index) => index % 251),
];

/** The fragments of a body, cut at multiples of 8. */
function cut(whole: readonly number[], cuts: readonly number[], identification = 7): PacketRecord[] {
  const edges = [0, ...[...new Set(cuts.map((at) => at * 8))].filter((at) => at < whole.length).sort((a, b) => a - b)];
  return [...new Set(edges)].map((from, index, all) =>
    record(
      write.ipv4({
        protocol: 17,
        identification,
        body: whole.slice(from, all[index + 1] ?? whole.length),
        fragmentOffsetBytes: from,
        moreFragments: index < all.length - 1,
      }),
    ),
  );
}

describe("fragments", () => {
  test("in any order, cut anywhere, are the packet again", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 16, max: 3000 }),
        fc.array(fc.integer({ min: 1, max: 370 }), { maxLength: 8 }),
        fc.infiniteStream(fc.nat()),
        (length, cuts, order) => {
          const whole = body(length);
          const parts = cut(whole, cuts)
            .map((part) => [order.next().value ?? 0, part] as const)
            .sort(([a], [b]) => a - b)
            .map(([, part]) => part);
          const { packets, incomplete, overlapping } = joinFragments(parts);
          expect([incomplete, overlapping]).toEqual([[], []]);
          expect(packets).toHaveLength(1);
          expect(packets[0]?.packet.totalBytes).toBe(20 + length);
          expect(Array.from(packets[0]!.packet.body)).toEqual(whole);
          expect(packets[0]?.packet.payload.kind).toBe("udp");
          expect(packets[0]?.fragments).toHaveLength(parts.length);
        },
      ),
    );
  });

  test("of IPv6, whatever is before the fragment header and behind which protocol's number", () => {
    const whole = write.udp(1, 2, Array<number>(1992).fill(7));
    const parts = [0, 1448].map((offsetBytes, index) => {
      const fragment = write.fragmentHeader6({ offsetBytes, more: index === 0, identification: 0x12345678 });
      const extensions = index === 0 ? [{ kind: 60, rest: [0, 1, 4, 0, 0, 0, 0] }, fragment] : [fragment];
      const body = whole.slice(offsetBytes, index === 0 ? 1448 : undefined);
      return record(write.ipv6({ protocol: index === 0 ? 17 : 59, body, extensions }));
    });
    for (const order of [parts, parts.toReversed()]) {
      const { packets, incomplete } = joinFragments(order);
      expect(incomplete).toEqual([]);
      expect(packets).toMatchObject([
        {
          packet: { source: write.left6, destination: write.right6, totalBytes: 2040, payload: { kind: "udp" } },
          fragments: [{ totalBytes: 1504 }, { totalBytes: 600, offsetBytes: 1448 }],
        },
      ]);
      expect(Array.from(packets[0]!.packet.body)).toEqual(whole);
    }
  });

  test("one that is missing leaves the others incomplete", () => {
    const parts = cut(body(1000), [40, 80]);
    expect(joinFragments(parts.toSpliced(1, 1))).toMatchObject({
      packets: [],
      incomplete: [{ offsetBytes: 0 }, { offsetBytes: 640 }],
    });
  });

  test("that overlap are given up", () => {
    const [first] = cut(body(1000), [40]);
    const [, second] = cut(body(1000), [30]);
    expect(joinFragments([first!, second!])).toMatchObject({ packets: [], overlapping: [{}, {}], incomplete: [] });
  });

  test("of two packets are kept apart by their identification", () => {
    const [a, b] = cut(body(100), [5], 1);
    const [c, d] = cut(body(200), [5], 2);
    const { packets } = joinFragments([a!, c!, d!, b!]);
    expect(packets.map(({ packet }) => packet.totalBytes)).toEqual([220, 120]);
    expect(packets.map(({ fragments }) => fragments.map(({ recordIndex }) => recordIndex))).toEqual([
      [1, 2],
      [0, 3],
    ]);
  });

  test("an uncut packet is whole by itself, what cannot be read is passed over", () => {
    const whole = record(write.ipv4({ protocol: 17, body: body(20) }));
    expect(joinFragments([record([1, 2]), whole]).packets).toMatchObject([{ fragments: [{ recordIndex: 1 }] }]);
  });
});
