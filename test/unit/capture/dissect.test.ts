import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ByteWindow } from "../../../capture/byte-window.ts";
import { linkTypes, type PacketRecord } from "../../../capture/capture-record.ts";
import { dissect } from "../../../capture/dissect.ts";
import { dissectByEtherType, dissectRawIp } from "../../../capture/dissect-ip.ts";
import * as write from "./support.ts";

const record = (linkType: number, bytes: readonly number[], originalBytes = bytes.length): PacketRecord => ({
  kind: "packet",
  sectionIndex: 0,
  interfaceIndex: 0,
  linkType,
  timestampNs: null,
  originalBytes,
  bytes: Uint8Array.from(bytes),
});
const raw = (bytes: readonly number[], originalBytes?: number) =>
  dissect(record(linkTypes.raw, bytes, originalBytes)).network;
const payloadOf = (fields: write.Ipv4Fields, originalBytes?: number) => {
  const network = raw(write.ipv4(fields), originalBytes);
  return network.kind === "ipv4" ? network.payload : network;
};
const espPacket = write.ipv4({ protocol: 50, body: write.esp(0xc0ffee01, 7), dontFragment: true });

describe("link layers", () => {
  test("Ethernet, its padding left out", () => {
    const frame = dissect(record(linkTypes.ethernet, [...write.ethernet(0x0800, espPacket), 0, 0, 0, 0]));
    expect(frame.link).toEqual({
      kind: "ethernet",
      destination: "02:00:00:00:00:02",
      source: "02:00:00:00:00:01",
      vlanIds: [],
    });
    expect(frame.network).toMatchObject({
      totalBytes: 60,
      payload: { sealed: Uint8Array.from(Array<number>(32).fill(0xaa)) },
    });
  });

  test("802.1Q and 802.1ad tags", () => {
    const tags = [
      [0x88a8, 0xa064],
      [0x8100, 200],
    ] as const;
    expect(dissect(record(linkTypes.ethernet, write.ethernet(0x0800, espPacket, tags)))).toMatchObject({
      link: { vlanIds: [100, 200] },
      network: { kind: "ipv4", payload: { kind: "esp" } },
    });
    expect(dissect(record(linkTypes.ethernet, write.ethernet(0x0800, [], tags).slice(0, 18), 60))).toMatchObject({
      link: { vlanIds: [100] },
      network: { kind: "malformed", layer: "ethernet", cause: "cut" },
    });
    for (let length = 0; length < 22; length += 1) {
      const cut = dissect(record(linkTypes.ethernet, write.ethernet(0x0800, [], tags).slice(0, length), 60));
      expect(cut.network, `${length} bytes`).toMatchObject({ kind: "malformed", layer: "ethernet", cause: "cut" });
    }
  });

  test("what is not IP", () => {
    expect(dissect(record(1, write.ethernet(0x0806, [0, 1]))).network).toEqual({ kind: "not-ip", etherType: 0x0806 });
    expect(dissect(record(1, write.ethernet(38, [0x42, 0x42]))).network).toEqual({ kind: "not-ip", etherType: null });
    expect(raw([0x60, 0, 0, 0])).toMatchObject({ layer: "ipv6", cause: "invalid" });
    expect(raw([])).toMatchObject({ kind: "malformed", layer: "raw-ip" });
    expect(raw([0x50, ...espPacket.slice(1)])).toMatchObject({ reason: "IP version 5 where 4 was announced" });
    expect(dissect(record(147, espPacket))).toEqual({
      link: null,
      network: {
        kind: "malformed",
        layer: "record",
        cause: "invalid",
        reason: "link type 147 is not read (Ethernet, LINUX_SLL, LINUX_SLL2 and raw IP are)",
      },
    });
  });

  test("Linux cooked tells who a packet was for", () => {
    expect(dissect(record(linkTypes.linuxSll, write.sll(4, espPacket)))).toMatchObject({
      link: { kind: "linux-sll", packetType: "sent-by-us" },
      network: { totalBytes: 60 },
    });
    expect(dissect(record(linkTypes.linuxSll2, write.sll2(0, 7, espPacket)))).toMatchObject({
      link: { kind: "linux-sll2", packetType: "to-us", interfaceNumber: 7 },
      network: { totalBytes: 60 },
    });
    expect(dissect(record(linkTypes.linuxSll, write.sll(9, [], 0x0806)))).toEqual({
      link: { kind: "linux-sll", packetType: "unknown" },
      network: { kind: "not-ip", etherType: 0x0806 },
    });
  });
});

describe("IPv4", () => {
  test("every field of the header", () => {
    const fields = { identification: 0xbeef, dontFragment: true, timeToLive: 253, options: [1, 1, 1, 1] };
    expect(raw(write.ipv4({ protocol: 88, body: [1, 2], ...fields }))).toEqual({
      kind: "ipv4",
      source: "198.51.100.2",
      destination: "203.0.113.2",
      headerBytes: 24,
      totalBytes: 26,
      identification: 0xbeef,
      dontFragment: true,
      moreFragments: false,
      fragmentOffsetBytes: 0,
      timeToLive: 253,
      protocol: 88,
      body: Uint8Array.from([1, 2]),
      payload: { kind: "other" },
    });
  });

  test("a first fragment is read as far as it goes, a later one has no header", () => {
    const first = { protocol: 17, body: write.udp(20000, 20001, [1, 2], 4000), moreFragments: true };
    expect(payloadOf(first)).toMatchObject({ kind: "udp", sourcePort: 20000 });
    const later = raw(write.ipv4({ protocol: 50, body: write.esp(1, 1), fragmentOffsetBytes: 65528 }));
    expect(later).toMatchObject({ fragmentOffsetBytes: 65528, payload: { kind: "later-fragment" } });
  });

  test("fails on headers that contradict themselves", () => {
    const broken = (index: number, value: number) => raw(espPacket.with(index, value));
    expect(broken(0, 0x44)).toMatchObject({ reason: "a header of 16 bytes is shorter than 20" });
    expect(broken(3, 19)).toMatchObject({ reason: "total length 19 is less than the header's 20 bytes" });
    expect(broken(3, 61)).toMatchObject({ cause: "invalid", reason: "total length 61, only 60 bytes are there" });
    expect(raw([0x4f, ...espPacket.slice(1, 40)])).toMatchObject({ cause: "invalid", layer: "ipv4" });
  });

  test("a capture limited in length is cut, not invalid, and what is there is read", () => {
    expect(raw(espPacket.slice(0, 28), 60)).toMatchObject({ totalBytes: 60, payload: { kind: "esp", sequence: 7 } });
    expect(raw(espPacket.slice(0, 24), 60)).toMatchObject({
      totalBytes: 60,
      payload: { kind: "malformed", layer: "esp", cause: "cut", reason: "an ESP header needs 8 bytes, 4 are there" },
    });
    const whole = { protocol: 17, body: write.udp(20000, 20001, [1, 2, 3], 12) };
    expect(payloadOf(whole, 2000), "only what lies behind the packet was cut").toMatchObject({ cause: "invalid" });
    expect(raw(espPacket.slice(0, 12), 60)).toMatchObject({ kind: "malformed", layer: "ipv4", cause: "cut" });
  });
});

describe("IPv6", () => {
  const espOver6 = write.ipv6({ protocol: 50, body: write.esp(0xc0ffee01, 7) });

  test("every field of the header", () => {
    const packet = write.ipv6({ protocol: 88, body: [1, 2], hopLimit: 253, source: "fe80::1", destination: "ff02::5" });
    const expected = {
      kind: "ipv6",
      source: "fe80::1",
      destination: "ff02::5",
      headerBytes: 40,
      totalBytes: 42,
      identification: null,
      moreFragments: false,
      fragmentOffsetBytes: 0,
      hopLimit: 253,
      protocol: 88,
      body: Uint8Array.from([1, 2]),
      payload: { kind: "other" },
    };
    expect(raw(packet)).toEqual(expected);
    expect(dissect(record(1, [...write.ethernet(0x86dd, packet), 0, 0])).network).toEqual(expected);
  });

  test.each([
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["10:0:0:0:0:0:0:0", "10::"],
    ["1:2:3:4:5:6:7:0", "1:2:3:4:5:6:7:0"],
    ["1:0:0:100:a0:0:0:b", "1::100:a0:0:0:b"],
  ])("%s is written %s (RFC 5952)", (source, written) => {
    expect(raw(write.ipv6({ protocol: 59, body: [], source }))).toMatchObject({ source: written });
  });

  test("extension headers are stepped over, and a fragment header is told", () => {
    const options = [1, 4, 0, 0, 0, 0];
    const extensions = [
      { kind: 0, rest: [0, ...options] },
      { kind: 60, rest: [1, ...options, ...Array<number>(8).fill(0)] },
      write.fragmentHeader6({ offsetBytes: 0, more: true, identification: 0xdeadbeef }),
      { kind: 51, rest: [4, ...Array<number>(22).fill(0)] },
    ];
    expect(raw(write.ipv6({ protocol: 50, body: write.esp(9, 7), extensions }))).toMatchObject({
      headerBytes: 40 + 8 + 16 + 8 + 24,
      identification: 0xdeadbeef,
      moreFragments: true,
      protocol: 50,
      payload: { kind: "esp", spi: 9 },
    });
    const later = [write.fragmentHeader6({ offsetBytes: 65528, more: false, identification: 3 })];
    // What stands behind a later fragment's header is bytes, even where its first header would be an extension.
    expect(raw(write.ipv6({ protocol: 60, body: [44, 200, 1], extensions: later }))).toMatchObject({
      headerBytes: 48,
      fragmentOffsetBytes: 65528,
      protocol: 60,
      payload: { kind: "later-fragment" },
    });
  });

  test("fails on headers that contradict themselves, and on extensions that do not end", () => {
    expect(raw(espOver6.with(5, 200))).toMatchObject({ reason: "payload length 200, only 40 bytes are there" });
    expect(raw(espOver6.slice(0, 60), 80)).toMatchObject({ totalBytes: 80, payload: { kind: "esp" } });
    expect(dissect(record(1, write.ethernet(0x86dd, espOver6.with(0, 0x45)))).network).toMatchObject({
      reason: "IP version 4 where 6 was announced",
    });
    const endless = { protocol: 59, body: [], extensions: [{ kind: 0, rest: [9, 0, 0, 0, 0, 0, 0] }] };
    expect(raw(write.ipv6(endless))).toMatchObject({ kind: "malformed", layer: "ipv6", cause: "invalid" });
    expect(raw(write.ipv6({ protocol: 44, body: [1] }))).toMatchObject({ kind: "malformed", layer: "ipv6" });
  });

  test("packet too big: the MTU, and the packet it is about", () => {
    const message = write.icmpv6(2, 0, write.u32(1280), espOver6.slice(0, 60));
    expect(raw(write.ipv6({ protocol: 58, body: message }))).toMatchObject({
      payload: {
        kind: "icmpv6",
        type: 2,
        mtuBytes: 1280,
        echo: null,
        quoted: { kind: "ipv6", totalBytes: 80, payload: { kind: "esp", spi: 0xc0ffee01 } },
      },
    });
    const about = write.ipv6({ protocol: 58, body: write.icmpv6(3, 0, [0, 0, 0, 0], espOver6) });
    expect(raw(write.ipv6({ protocol: 58, body: write.icmpv6(1, 0, [0, 0, 0, 0], about) }))).toMatchObject({
      payload: { mtuBytes: null, quoted: { payload: { kind: "icmpv6", type: 3, quoted: null } } },
    });
  });

  test("echo; OSPF of another version is not read", () => {
    const echo = write.icmpv6(129, 0, [0x12, 0x34, 0, 9]);
    expect(raw(write.ipv6({ protocol: 58, body: echo }))).toMatchObject({
      payload: { echo: { identifier: 0x1234, sequence: 9 }, quoted: null },
    });
    expect(raw(write.ipv6({ protocol: 89, body: [3, 1, 0, 36] }))).toMatchObject({ payload: { kind: "other" } });
    expect(payloadOf({ protocol: 58, body: echo })).toMatchObject({ kind: "other" });
  });
});

describe("ICMP", () => {
  test("fragmentation needed: the next hop's MTU and the ESP packet it is about", () => {
    const message = payloadOf({ protocol: 1, body: write.icmp(3, 4, [0, 0, 0x05, 0x78], espPacket.slice(0, 28)) });
    expect(message).toMatchObject({
      kind: "icmp",
      type: 3,
      code: 4,
      nextHopMtuBytes: 1400,
      echo: null,
      quoted: {
        kind: "ipv4",
        source: write.left,
        dontFragment: true,
        totalBytes: 60,
        payload: { kind: "esp", spi: 0xc0ffee01 },
      },
    });
  });

  test("a quotation shorter than a header, and one of an ICMP error, end there", () => {
    expect(payloadOf({ protocol: 1, body: write.icmp(3, 1, [0, 0, 0, 0], espPacket.slice(0, 10)) })).toMatchObject({
      nextHopMtuBytes: null,
      quoted: { kind: "malformed", layer: "ipv4", cause: "cut" },
    });
    const inner = write.ipv4({ protocol: 1, body: write.icmp(3, 4, [0, 0, 1, 0], espPacket) });
    expect(payloadOf({ protocol: 1, body: write.icmp(11, 0, [0, 0, 0, 0], inner) })).toMatchObject({
      quoted: { payload: { kind: "icmp", nextHopMtuBytes: 256, quoted: null } },
    });
  });

  test("echo", () => {
    expect(payloadOf({ protocol: 1, body: write.icmp(8, 0, [0x12, 0x34, 0, 9]) })).toMatchObject({
      echo: { identifier: 0x1234, sequence: 9 },
      quoted: null,
    });
  });
});

describe("UDP, ESP and IKE", () => {
  const udp = (source: number, destination: number, payload: readonly number[], lengthBytes?: number) =>
    payloadOf({ protocol: 17, body: write.udp(source, destination, payload, lengthBytes) });
  const ports = { sourcePort: 40123, destinationPort: 4500 };

  test("ESP, in UDP and not", () => {
    const sealed = Uint8Array.from([1, 2, 3, 4]);
    const body = write.esp(0x100, 0xffffffff, [1, 2, 3, 4]);
    const expected = { kind: "esp", spi: 0x100, sequence: 0xffffffff, sealed };
    expect(payloadOf({ protocol: 50, body })).toEqual({ ...expected, udp: null });
    expect(udp(40123, 4500, body)).toEqual({ ...expected, udp: ports });
    expect(udp(4500, 40123, body)).toMatchObject({ kind: "esp" });
    expect(payloadOf({ protocol: 50, body: write.esp(0, 1) })).toMatchObject({ reason: "SPI 0 is not for the wire" });
  });

  test("IKE with and without the non-ESP marker, and a NAT keepalive", () => {
    expect(udp(40123, 4500, [0, 0, 0, 0, ...write.ikeHeader(35)])).toEqual({
      kind: "ike",
      udp: ports,
      natTraversal: true,
      majorVersion: 2,
      exchangeType: 35,
    });
    expect(udp(500, 500, write.ikeHeader())).toMatchObject({ kind: "ike", natTraversal: false, exchangeType: 34 });
    expect(udp(40123, 4500, [0xff])).toEqual({ kind: "nat-keepalive", udp: ports });
    expect(udp(40123, 4500, [0xfe])).toMatchObject({ kind: "malformed", layer: "udp" });
    expect(udp(40123, 4500, [0, 0, 0, 0, 1])).toMatchObject({ kind: "malformed", layer: "ike" });
    expect(udp(500, 500, [])).toMatchObject({ kind: "malformed", layer: "ike", cause: "invalid" });
  });

  test("lengths", () => {
    expect(udp(20000, 20001, [1, 2, 3], 10)).toMatchObject({ payload: Uint8Array.from([1, 2]) });
    expect(udp(20000, 20001, [1, 2, 3], 7)).toMatchObject({ reason: "length 7 is less than the header's 8 bytes" });
    expect(udp(20000, 20001, [1, 2, 3], 12)).toMatchObject({ reason: "length 12, only 11 bytes are there" });
  });
});

describe("GRE", () => {
  test("key, sequence and checksum in any company; the passenger is read on demand", () => {
    const options = fc.record({
      key: fc.option(fc.nat(0xffffffff)),
      sequence: fc.option(fc.nat(0xffffffff)),
      checksum: fc.boolean(),
    });
    fc.assert(
      fc.property(options, ({ key, sequence, checksum }) => {
        const packet = write.gre({
          protocolType: 0x0800,
          passenger: espPacket,
          checksum,
          ...(key === null ? {} : { key }),
          ...(sequence === null ? {} : { sequence }),
        });
        const gre = payloadOf({ protocol: 47, body: packet });
        expect(gre).toMatchObject({ kind: "gre", protocolType: 0x0800, key, sequence, hasChecksum: checksum });
        if (gre.kind === "gre")
          expect(dissectByEtherType(gre.passenger, gre.protocolType)).toMatchObject({
            totalBytes: 60,
            payload: { kind: "esp" },
          });
      }),
    );
  });

  test("fails on PPTP, source routes and a header cut short", () => {
    const gre = (...body: number[]) => payloadOf({ protocol: 47, body });
    expect(gre(0x20, 0x01, 0x88, 0x0b, 0, 0, 0, 0)).toMatchObject({ reason: "GRE version 1 is not read" });
    expect(gre(0x40, 0, 8, 0, 0, 0, 0, 0)).toMatchObject({ reason: "GRE with source routes (RFC 1701) is not read" });
    expect(gre(0x20, 0, 8, 0, 0, 0)).toMatchObject({ layer: "gre", cause: "invalid" });
  });
});

describe("TCP", () => {
  const segment = (options: readonly number[], flags = 0x12) =>
    payloadOf({
      protocol: 6,
      body: write.tcp({ source: 20000, destination: 5201, flags, options, acknowledgement: 9 }),
    });

  test("flags and MSS, other options stepped over", () => {
    expect(segment([1, 3, 3, 7, 2, 4, 0x05, 0x50, 0, 0, 0, 0])).toEqual({
      kind: "tcp",
      sourcePort: 20000,
      destinationPort: 5201,
      sequence: 1,
      acknowledgement: 9,
      headerBytes: 32,
      flags: { fin: false, syn: true, rst: false, psh: false, ack: true, urg: false, ece: false, cwr: false },
      windowSize: 64240,
      mssBytes: 1360,
    });
    expect(segment([])).toMatchObject({ mssBytes: null });
    expect(segment([0, 2, 4, 5])).toMatchObject({ mssBytes: null });
  });

  test("fails on options that do not end, and on a short header", () => {
    expect(segment([1, 1, 1, 2])).toMatchObject({ reason: "option 2 does not end within the header" });
    expect(segment([8, 10, 0, 0])).toMatchObject({ reason: "option 8 does not end within the header" });
    expect(segment([8, 0, 0, 0])).toMatchObject({ reason: "option 8 does not end within the header" });
    expect(segment([2, 3, 5, 0])).toMatchObject({ reason: "a maximum segment size option of 3 bytes instead of 4" });
    const short = write.tcp({ source: 1, destination: 2, flags: 2 }).with(12, 0x40);
    expect(payloadOf({ protocol: 6, body: short })).toMatchObject({
      reason: "a header of 16 bytes is shorter than 20",
    });
  });
});

test("random bytes never throw, on any link type", () => {
  const linkType = fc.constantFrom(...Object.values(linkTypes), 0);
  fc.assert(
    fc.property(linkType, fc.uint8Array({ maxLength: 120 }), fc.nat(200), (type, bytes, more) => {
      dissect(record(type, Array.from(bytes), bytes.length + more));
    }),
    { numRuns: 3000 },
  );
});

test("random payloads of every protocol never throw, cut or whole", () => {
  const protocol = fc.constantFrom(0, 1, 6, 17, 43, 44, 47, 50, 51, 58, 60, 89, 132);
  const start = fc.constantFrom<readonly number[]>(
    [],
    [0x11, 0x94, 0x11, 0x94, 0, 20, 0, 0],
    [3, 4, 0, 0, 0, 0, 5, 0, 0x45, 0],
  );
  fc.assert(
    fc.property(protocol, start, fc.uint8Array({ maxLength: 80 }), fc.boolean(), (number, head, noise, isCut) => {
      const packet = write.ipv4({ protocol: number, body: [...head, ...noise], moreFragments: isCut });
      const packet6 = write.ipv6({ protocol: number, body: [...head, ...noise] });
      for (const whole of [packet, packet6])
        dissectRawIp(new ByteWindow(Uint8Array.from(whole.slice(0, isCut ? whole.length - 5 : undefined)), isCut));
    }),
    { numRuns: 3000 },
  );
});
