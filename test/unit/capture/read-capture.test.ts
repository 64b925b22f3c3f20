import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CaptureRecord, PacketRecord } from "../../../capture/capture-record.ts";
import { readCapture } from "../../../capture/read-capture.ts";
import { pcapngWriter, u32, writePcap } from "./support.ts";

const packetsOf = (records: readonly CaptureRecord[]): PacketRecord[] =>
  records.map((record) => {
    if (record.kind === "malformed") throw new Error(record.reason);
    return record;
  });
const faultsOf = (records: readonly CaptureRecord[]) =>
  records.flatMap((r) => (r.kind === "malformed" ? [`${r.offsetBytes} ${r.layer} ${r.cause}: ${r.reason}`] : []));
const bytes = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 80 });
const seconds = fc.integer({ min: 0, max: 0xffffffff });

describe("pcap", () => {
  test("a little-endian file as tcpdump writes it, byte by byte", () => {
    const file = Uint8Array.from(
      [
        [0xd4, 0xc3, 0xb2, 0xa1, 0x02, 0x00, 0x04, 0x00, 0, 0, 0, 0, 0, 0, 0, 0, 0x00, 0x00, 0x04, 0x00, 0x65, 0, 0, 0],
        [
          0x10, 0x00, 0x00, 0x00, 0x07, 0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x54, 0x00, 0x00, 0x00, 0x45, 0x46,
          0x47,
        ],
      ].flat(),
    );
    expect(readCapture(file)).toEqual([
      {
        kind: "packet",
        sectionIndex: 0,
        interfaceIndex: 0,
        linkType: 101,
        timestampNs: 16_000_007_000n,
        originalBytes: 84,
        bytes: Uint8Array.from([0x45, 0x46, 0x47]),
      },
    ]);
  });

  test("what is written in either byte order and unit is read back", () => {
    const packet = fc.record({ bytes, seconds, fraction: fc.integer({ min: 0, max: 999_999 }), cut: fc.nat(100) });
    fc.assert(
      fc.property(
        fc.array(packet, { maxLength: 6 }),
        fc.boolean(),
        fc.boolean(),
        fc.nat(300),
        (packets, little, nano, linkType) => {
          const written = packets.map((p) => ({ ...p, originalBytes: p.bytes.length + p.cut }));
          const read = packetsOf(readCapture(writePcap(written, { little, nano, linkType })));
          expect(read.map((r) => [r.timestampNs, r.originalBytes, Array.from(r.bytes), r.linkType])).toEqual(
            written.map((p) => [
              BigInt(p.seconds) * 1_000_000_000n + BigInt(p.fraction) * (nano ? 1n : 1000n),
              p.originalBytes,
              p.bytes,
              linkType,
            ]),
          );
        },
      ),
    );
  });

  test("a file cut anywhere loses no record silently", () => {
    const packet = { bytes: [1, 2, 3, 4, 5], seconds: 1, fraction: 2 };
    const file = writePcap([packet, packet], { little: true, nano: false, linkType: 1 });
    const boundaries = [24, 24 + 21, file.length];
    for (let length = 0; length <= file.length; length += 1) {
      const records = readCapture(file.subarray(0, length));
      expect(records.filter((r) => r.kind === "packet")).toHaveLength(Math.max(0, Math.floor((length - 24) / 21)));
      expect(faultsOf(records), `${length} bytes`).toHaveLength(boundaries.includes(length) ? 0 : 1);
    }
    expect(faultsOf(readCapture(file.subarray(0, 60)))).toEqual([
      "45 record cut: a record's header needs 16 bytes, 15 are there",
    ]);
    expect(faultsOf(readCapture(file.subarray(0, 63)))).toEqual([
      "45 record cut: the record says 5 bytes, 2 are there",
    ]);
  });

  test("the frame check sequence's bits beside the link type are not part of it", () => {
    const file = writePcap([{ bytes: [], seconds: 0, fraction: 0 }], {
      little: false,
      nano: false,
      linkType: 0x24000001,
    });
    expect(packetsOf(readCapture(file))[0]?.linkType).toBe(1);
  });

  test("fails on other versions and on what is no capture", () => {
    const old = writePcap([], { little: true, nano: false, linkType: 1, version: [2, 3] });
    expect(faultsOf(readCapture(old))).toEqual(["4 file invalid: pcap version 2.3 is not 2.4"]);
    expect(faultsOf(readCapture(new Uint8Array()))).toEqual(["0 file cut: 0 bytes are no capture file"]);
    expect(faultsOf(readCapture(Uint8Array.from([0x1f, 0x8b, 8, 0, 0])))).toEqual([
      "0 file invalid: begins with 0x1f8b0800: neither pcap nor pcapng",
    ]);
  });
});

describe("pcapng", () => {
  test("what is written in either byte order is read back", () => {
    const packet = fc.record({
      bytes,
      units: fc.bigInt(0n, 0xffffffffffffffffn),
      cut: fc.nat(9),
      interfaceIndex: fc.nat(1),
    });
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 6 }), fc.boolean(), (packets, little) => {
        const w = pcapngWriter(little);
        const blocks = packets.map((p) => w.enhanced({ ...p, originalBytes: p.bytes.length + p.cut }));
        const file = Uint8Array.from([w.section(), w.interface(1), w.interface(276), ...blocks].flat());
        expect(
          packetsOf(readCapture(file)).map((r) => [r.timestampNs, r.originalBytes, Array.from(r.bytes), r.linkType]),
        ).toEqual(
          packets.map((p) => [p.units * 1000n, p.bytes.length + p.cut, p.bytes, p.interfaceIndex === 0 ? 1 : 276]),
        );
      }),
    );
  });

  test("if_tsresol of powers of ten and two, and if_tsoffset", () => {
    const w = pcapngWriter(true);
    const at = (options: readonly number[], units: bigint) => {
      const packet = w.enhanced({ interfaceIndex: 0, units, bytes: [] });
      return packetsOf(readCapture(Uint8Array.from([w.section(), w.interface(1, 0, options), packet].flat())))[0]
        ?.timestampNs;
    };
    const end = w.option(0, []);
    expect(at([], 7n)).toBe(7000n);
    expect(at([...w.option(9, [9]), ...end], 1_700_000_000_123_456_789n)).toBe(1_700_000_000_123_456_789n);
    expect(at(w.option(9, [12]), 1_999n)).toBe(1n);
    expect(at(w.option(9, [0x80 | 10]), 1536n)).toBe(1_500_000_000n);
    expect(at([...w.option(2, [0x65, 0x74, 0x68]), ...w.option(9, [3]), ...w.option(14, w.w64(60n)), ...end], 5n)).toBe(
      60_005_000_000n,
    );
    expect(at(w.option(14, w.w64(-1n)), 0n)).toBe(-1_000_000_000n);
    expect(at([...end, ...w.option(9, [9])], 7n)).toBe(7000n);
  });

  test("several sections in different byte orders, simple packets, unknown blocks", () => {
    const [a, b] = [pcapngWriter(true), pcapngWriter(false)];
    const file = [
      a.section(),
      a.block(0x0bad, [1, 2, 3, 4]),
      a.interface(1, 4),
      a.simple([1, 2, 3, 4], 60),
      a.interface(101),
      b.section(),
      b.block(4, []),
      b.interface(113, 0),
      b.simple([9, 8, 7]),
      b.block(2, [0, 0, 0, 5, ...u32(0), ...u32(3), ...u32(1), ...u32(1), 0x45, 0, 0, 0]),
    ];
    const records = packetsOf(readCapture(Uint8Array.from(file.flat())));
    expect(records.map((record) => ({ ...record, bytes: Array.from(record.bytes) }))).toEqual([
      {
        kind: "packet",
        sectionIndex: 0,
        interfaceIndex: 0,
        linkType: 1,
        timestampNs: null,
        originalBytes: 60,
        bytes: [1, 2, 3, 4],
      },
      {
        kind: "packet",
        sectionIndex: 1,
        interfaceIndex: 0,
        linkType: 113,
        timestampNs: null,
        originalBytes: 3,
        bytes: [9, 8, 7],
      },
      {
        kind: "packet",
        sectionIndex: 1,
        interfaceIndex: 0,
        linkType: 113,
        timestampNs: 3000n,
        originalBytes: 1,
        bytes: [0x45],
      },
    ]);
  });

  test("a faulty block is reported and the next one read, as long as the framing holds", () => {
    const w = pcapngWriter(true);
    const good = w.enhanced({ interfaceIndex: 1, units: 1n, bytes: [1] });
    const records = readCapture(
      Uint8Array.from(
        [
          w.section(),
          w.block(1, [1, 0, 0, 0]),
          w.interface(1),
          w.block(6, [0, 0, 0, 0]),
          w.enhanced({ interfaceIndex: 7, units: 0n, bytes: [] }),
          w.enhanced({ interfaceIndex: 0, units: 0n, bytes: [] }),
          w.block(6, [1, 0, 0, 0, ...Array<number>(8).fill(0), 200, 0, 0, 0, 200, 0, 0, 0]),
          w.simple([1]),
          good,
        ].flat(),
      ),
    );
    expect(records.at(-1)).toMatchObject({ kind: "packet", interfaceIndex: 1, linkType: 1 });
    expect(faultsOf(records)).toEqual([
      "28 record invalid: an interface description needs 8 bytes, 4 are there",
      "64 record invalid: a packet block needs 20 bytes, 4 are there",
      "80 record invalid: interface 7 is not described",
      "112 record invalid: interface 0 is not described",
      "144 record invalid: the packet says 200 bytes, 0 are there",
      "176 record invalid: interface 0 is not described",
    ]);
  });

  test("fails where the framing breaks", () => {
    const w = pcapngWriter(true);
    const section = w.section();
    const fault = (...blocks: readonly (readonly number[])[]) => faultsOf(readCapture(Uint8Array.from(blocks.flat())));
    const block = w.interface(1);
    expect(fault(section, [...block.slice(0, -4), 24, 0, 0, 0])).toEqual([
      "28 record invalid: the block says 20 bytes and ends with 24",
    ]);
    expect(fault(section, [1, 0, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0, 0])).toEqual([
      "28 record invalid: a block cannot be 13 bytes long",
    ]);
    expect(fault(section, block.slice(0, 16))).toEqual(["28 record cut: the block says 20 bytes, 16 are there"]);
    expect(fault(section, block.slice(0, 9))).toEqual(["28 record cut: a block needs 12 bytes, 9 are there"]);
    expect(fault(w.section(2))).toEqual(["0 record invalid: pcapng version 2 is not 1"]);
    expect(fault([...section.slice(0, 8), 0, 0, 0, 0, ...section.slice(12)])).toEqual([
      "0 record invalid: the section header has no byte-order magic",
    ]);
    expect(fault(section, w.interface(1, 0, [9, 0, 200, 0]))).toEqual([
      "28 record invalid: option 9 says 200 bytes, 0 are there",
    ]);
  });
});

test("random bytes behind a good beginning never throw", () => {
  const w = pcapngWriter(true);
  const beginnings = [
    [],
    Array.from(writePcap([], { little: true, nano: false, linkType: 1 })),
    Array.from(writePcap([], { little: false, nano: true, linkType: 1 })),
    [...w.section(), ...w.interface(1)],
  ];
  fc.assert(
    fc.property(fc.constantFrom(...beginnings), fc.uint8Array({ maxLength: 200 }), (beginning, noise) => {
      readCapture(Uint8Array.from([...beginning, ...noise]));
    }),
    { numRuns: 2000 },
  );
});

test("a good pcapng file with one byte changed never throws", () => {
  const w = pcapngWriter(false);
  const blocks = [
    w.section(),
    w.interface(1, 64, w.option(9, [6])),
    w.enhanced({ interfaceIndex: 0, units: 5n, bytes: [1, 2, 3] }),
    w.simple([4]),
  ];
  const file = Uint8Array.from(blocks.flat());
  for (let offset = 0; offset < file.length; offset += 1)
    for (const value of [0, 1, 0x7f, 0x80, 0xff]) readCapture(file.with(offset, value));
});
