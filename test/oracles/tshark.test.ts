/** What capture/ says of a packet against what tshark says of the same: other authors' dissectors, reassembly and ESP decryption. */
import { execa } from "execa";
import fc from "fast-check";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { PacketRecord } from "../../capture/capture-record.ts";
import { dissectByEtherType } from "../../capture/dissect-ip.ts";
import { dissect } from "../../capture/dissect.ts";
import { joinFragments } from "../../capture/join-fragments.ts";
import { openEsp } from "../../capture/open-esp.ts";
import type { Gre, IpPacket, Payload } from "../../capture/packet.ts";
import { readCapture } from "../../capture/read-capture.ts";
import { espDecryptor } from "../../cli/esp-decryptor.ts";
import type { EspEncryption, EspIntegrity } from "../../model/suites.ts";
import * as write from "../unit/capture/support.ts";

const folder = mkdtempSync(join(tmpdir(), "tunnelwright-tshark-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The fields in the order of the packet's layers: a field that comes in several layers has several values. */
async function tshark(
  file: Uint8Array,
  fields: readonly string[],
  options: readonly string[] = [],
): Promise<string[][]> {
  const path = join(folder, "capture");
  writeFileSync(path, file);
  const wanted = fields.flatMap((field) => ["-e", field]);
  const { stdout } = await execa("tshark", [
    ...["-n", "-r", path, "-T", "fields", "-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=;"],
    // Ports are told by number: nothing of the payload is guessed at.
    ...["-o", "udp.try_heuristic_first:FALSE", "-o", "tcp.relative_sequence_numbers:FALSE"],
    ...options,
    ...wanted,
  ]);
  return stdout.split("\n").map((line) => line.split("\t"));
}

/** Every field that is held against tshark, by tshark's name; the values in the order of the layers, as text. */
const seen: Readonly<Record<string, (layer: IpPacket | Payload) => string | number | null | undefined>> = {
  "ip.src": (l) => (l.kind === "ipv4" ? l.source : undefined),
  "ip.dst": (l) => (l.kind === "ipv4" ? l.destination : undefined),
  "ip.hdr_len": (l) => (l.kind === "ipv4" ? l.headerBytes : undefined),
  "ip.len": (l) => (l.kind === "ipv4" ? l.totalBytes : undefined),
  "ip.id": (l) => (l.kind === "ipv4" ? hex(l.identification, 4) : undefined),
  "ip.flags.df": (l) => (l.kind === "ipv4" ? Number(l.dontFragment) : undefined),
  "ip.flags.mf": (l) => (l.kind === "ipv4" ? Number(l.moreFragments) : undefined),
  // tshark counts offsets in units of 8 bytes.
  "ip.frag_offset": (l) => (l.kind === "ipv4" ? l.fragmentOffsetBytes / 8 : undefined),
  "ip.ttl": (l) => (l.kind === "ipv4" ? l.timeToLive : undefined),
  "ip.proto": (l) => (l.kind === "ipv4" ? l.protocol : undefined),
  "ipv6.src": (l) => (l.kind === "ipv6" ? l.source : undefined),
  "ipv6.dst": (l) => (l.kind === "ipv6" ? l.destination : undefined),
  "ipv6.plen": (l) => (l.kind === "ipv6" ? l.totalBytes - 40 : undefined),
  "ipv6.hlim": (l) => (l.kind === "ipv6" ? l.hopLimit : undefined),
  "ipv6.fraghdr.ident": (l) => (l.kind === "ipv6" && l.identification !== null ? hex(l.identification, 8) : undefined),
  "ipv6.fraghdr.offset": (l) =>
    l.kind === "ipv6" && l.identification !== null ? l.fragmentOffsetBytes / 8 : undefined,
  "ipv6.fraghdr.more": (l) => (l.kind === "ipv6" && l.identification !== null ? Number(l.moreFragments) : undefined),
  "icmp.type": (l) => (l.kind === "icmp" ? l.type : undefined),
  "icmp.code": (l) => (l.kind === "icmp" ? l.code : undefined),
  "icmp.mtu": (l) => (l.kind === "icmp" ? (l.nextHopMtuBytes ?? undefined) : undefined),
  "icmp.ident": (l) => (l.kind === "icmp" && l.echo ? l.echo.identifier : undefined),
  "icmp.seq": (l) => (l.kind === "icmp" && l.echo ? l.echo.sequence : undefined),
  "icmpv6.type": (l) => (l.kind === "icmpv6" ? l.type : undefined),
  "icmpv6.code": (l) => (l.kind === "icmpv6" ? l.code : undefined),
  "icmpv6.mtu": (l) => (l.kind === "icmpv6" ? (l.mtuBytes ?? undefined) : undefined),
  "icmpv6.echo.identifier": (l) => (l.kind === "icmpv6" && l.echo ? hex(l.echo.identifier, 4) : undefined),
  "icmpv6.echo.sequence_number": (l) => (l.kind === "icmpv6" && l.echo ? l.echo.sequence : undefined),
  "udp.srcport": (l) => portsOf(l)?.sourcePort,
  "udp.dstport": (l) => portsOf(l)?.destinationPort,
  "esp.spi": (l) => (l.kind === "esp" ? hex(l.spi, 8) : undefined),
  "esp.sequence": (l) => (l.kind === "esp" ? l.sequence : undefined),
  "isakmp.exchangetype": (l) => (l.kind === "ike" ? l.exchangeType : undefined),
  "gre.proto": (l) => (l.kind === "gre" ? hex(l.protocolType, 4) : undefined),
  "gre.key": (l) => (l.kind === "gre" && l.key !== null ? hex(l.key, 8) : undefined),
  "gre.sequence_number": (l) => (l.kind === "gre" ? (l.sequence ?? undefined) : undefined),
  "gre.flags.checksum": (l) => (l.kind === "gre" ? Number(l.hasChecksum) : undefined),
  "ospf.msg": (l) => (l.kind === "ospf" ? l.type : undefined),
  "ospf.srcrouter": (l) => (l.kind === "ospf" ? l.routerId : undefined),
  "ospf.area_id": (l) => (l.kind === "ospf" ? l.areaId : undefined),
  "ospf.hello.network_mask": (l) => (l.kind === "ospf" ? l.hello?.networkMask : undefined),
  "ospf.hello.hello_interval": (l) => (l.kind === "ospf" ? l.hello?.helloIntervalSeconds : undefined),
  "ospf.hello.router_dead_interval": (l) => (l.kind === "ospf" ? l.hello?.deadIntervalSeconds : undefined),
  "ospf.hello.active_neighbor": (l) => (l.kind === "ospf" ? l.hello?.neighbors.join(";") || undefined : undefined),
  "tcp.srcport": (l) => (l.kind === "tcp" ? l.sourcePort : undefined),
  "tcp.dstport": (l) => (l.kind === "tcp" ? l.destinationPort : undefined),
  "tcp.seq_raw": (l) => (l.kind === "tcp" ? l.sequence : undefined),
  "tcp.ack_raw": (l) => (l.kind === "tcp" ? l.acknowledgement : undefined),
  "tcp.hdr_len": (l) => (l.kind === "tcp" ? l.headerBytes : undefined),
  "tcp.window_size_value": (l) => (l.kind === "tcp" ? l.windowSize : undefined),
  "tcp.flags.syn": (l) => (l.kind === "tcp" ? Number(l.flags.syn) : undefined),
  "tcp.flags.reset": (l) => (l.kind === "tcp" ? Number(l.flags.rst) : undefined),
  "tcp.options.mss_val": (l) => (l.kind === "tcp" ? (l.mssBytes ?? undefined) : undefined),
};
const fields = Object.keys(seen);

const hex = (value: number, digits: number): string => `0x${value.toString(16).padStart(digits, "0")}`;
function portsOf(layer: IpPacket | Payload): { sourcePort: number; destinationPort: number } | undefined {
  if (layer.kind === "udp") return layer;
  if (layer.kind === "esp" || layer.kind === "ike" || layer.kind === "nat-keepalive") return layer.udp ?? undefined;
  return undefined;
}

/** A packet and everything readable in it, from the outside in. */
function layersIn(packet: IpPacket): (IpPacket | Payload)[] {
  const { payload } = packet;
  const inside = (): (IpPacket | Payload)[] => {
    if (payload.kind === "gre") return passengerOf(payload);
    const quoted = payload.kind === "icmp" || payload.kind === "icmpv6" ? payload.quoted : null;
    return quoted === null || quoted.kind === "malformed" ? [] : layersIn(quoted);
  };
  return [packet, payload, ...inside()];
}

function passengerOf(gre: Gre): (IpPacket | Payload)[] {
  const passenger = dissectByEtherType(gre.passenger, gre.protocolType);
  return passenger.kind === "ipv4" || passenger.kind === "ipv6" ? layersIn(passenger) : [];
}

function said(layers: readonly (IpPacket | Payload)[]): Record<string, string> {
  return Object.fromEntries(
    fields.map((field) => [
      field,
      layers
        .map(seen[field]!)
        .filter((value) => value !== undefined && value !== null)
        .join(";"),
    ]),
  );
}

const word = fc.integer({ min: 0, max: 0xffff });
const double = fc.integer({ min: 1, max: 0xffffffff });
const someBytes = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 16, maxLength: 40 });
const espBody = fc
  .tuple(double, double, someBytes)
  .map(([spi, sequence, rest]) => write.esp(spi === 0 ? 1 : spi, sequence, rest));

type Body = Pick<write.Ipv4Fields, "protocol" | "body">;
const quotedBody: fc.Arbitrary<Body> = fc.oneof(
  espBody.map((body) => ({ protocol: 50, body })),
  espBody.map((body) => ({ protocol: 17, body: write.udp(4500, 4500, body) })),
  fc
    .constantFrom(34, 35, 36, 37)
    .map((exchange) => ({ protocol: 17, body: write.udp(500, 500, write.ikeHeader(exchange)) })),
  fc.constant({ protocol: 17, body: write.udp(4500, 4500, [0xff]) }),
  fc.tuple(someBytes, fc.integer({ min: 20000, max: 20100 })).map(([payload, port]) => ({
    protocol: 17,
    body: write.udp(port, port + 1, payload),
  })),
);
/** Of a TCP segment in a quotation tshark tells no sequence numbers. */
const eitherBody: fc.Arbitrary<Body> = fc.oneof(
  quotedBody,
  fc
    .record({ flags: fc.constantFrom(0x02, 0x12, 0x10, 0x14), mss: fc.option(word), sequence: double, window: word })
    .map((o) => ({
      protocol: 6,
      body: write.tcp({
        source: 20000,
        destination: 20001,
        flags: o.flags,
        sequence: o.sequence,
        acknowledgement: 77,
        window: o.window,
        options: o.mss === null ? [] : [1, 3, 3, 7, 2, 4, ...write.u16(o.mss), 4, 2, 0, 0],
      }),
    })),
);
const ospfHello = fc
  .record({
    router: fc.ipV4(),
    area: fc.ipV4(),
    hello: word,
    dead: double,
    neighbors: fc.array(fc.ipV4(), { maxLength: 3 }),
  })
  .map(({ router, area, hello, dead, neighbors }): Body => {
    const octets = (text: string) => text.split(".").map(Number);
    const body = [
      255,
      255,
      255,
      252,
      ...write.u16(hello),
      2,
      1,
      ...write.u32(dead),
      ...Array<number>(8).fill(0),
      ...neighbors.flatMap(octets),
    ];
    const head = [
      2,
      1,
      ...write.u16(24 + body.length),
      ...octets(router),
      ...octets(area),
      0,
      0,
      ...Array<number>(10).fill(0),
    ];
    return { protocol: 89, body: [...head, ...body] };
  });
const header4 = fc.record({
  source: fc.ipV4(),
  destination: fc.ipV4(),
  identification: word,
  dontFragment: fc.boolean(),
  timeToLive: fc.integer({ min: 1, max: 255 }),
});
const address6 = fc
  .array(fc.oneof(fc.constant(0), word), { minLength: 7, maxLength: 7 })
  .map((groups) => [0x2001, ...groups].map((group) => group.toString(16)).join(":"));
const header6 = fc.record({ source: address6, destination: address6, hopLimit: fc.integer({ min: 1, max: 255 }) });
const echo4 = fc.tuple(fc.constantFrom(0, 8), word, word).map(([type, id, sequence]): Body => ({
  protocol: 1,
  body: write.icmp(type, 0, [...write.u16(id), ...write.u16(sequence)], [1, 2, 3]),
}));
const plain4 = fc.tuple(header4, fc.oneof(eitherBody, echo4, ospfHello)).map(([h, b]) => write.ipv4({ ...h, ...b }));
const plain6 = fc
  .tuple(header6, eitherBody, fc.boolean())
  .map(([h, b, options]) =>
    write.ipv6({ ...h, ...b, ...(options && { extensions: [{ kind: 60, rest: [0, 1, 4, 0, 0, 0, 0] }] }) }),
  );
const quoted4 = fc.tuple(header4, quotedBody).map(([h, b]) => write.ipv4({ ...h, ...b }));
const quoted6 = fc.tuple(header6, quotedBody).map(([h, b]) => write.ipv6({ ...h, ...b }));
const answers4 = fc
  .tuple(header4, word, quoted4)
  .map(([h, mtu, about]) =>
    write.ipv4({ ...h, protocol: 1, body: write.icmp(3, 4, [0, 0, ...write.u16(mtu)], about) }),
  );
const answers6 = fc
  .tuple(header6, fc.integer({ min: 1280, max: 9216 }), quoted6, fc.boolean())
  .map(([h, mtu, about, isEcho]) => {
    const ends = [h.source, h.destination];
    const body = isEcho
      ? write.icmpv6(128, 0, [1, 2, 3, 4], [5], ends)
      : write.icmpv6(2, 0, write.u32(mtu), about, ends);
    return write.ipv6({ ...h, protocol: 58, body });
  });
const inGre = fc
  .record({
    outer: header4,
    outer6: header6,
    over6: fc.boolean(),
    key: fc.option(double),
    sequence: fc.option(double),
    checksum: fc.boolean(),
  })
  .chain(({ outer, outer6, over6, key, sequence, checksum }) =>
    fc
      .oneof(
        plain4.map((passenger) => [0x0800, passenger] as const),
        plain6.map((passenger) => [0x86dd, passenger] as const),
      )
      .map(([protocolType, passenger]) => {
        const body = write.gre({
          protocolType,
          passenger,
          checksum,
          ...(key !== null && { key }),
          ...(sequence !== null && { sequence }),
        });
        return over6 ? write.ipv6({ ...outer6, protocol: 47, body }) : write.ipv4({ ...outer, protocol: 47, body });
      }),
  );

/** tshark reads a first fragment only with the others: the next test is about that. */
const laterFragments = fc
  .tuple(header4, header6, someBytes, fc.integer({ min: 1, max: 8191 }), fc.boolean(), fc.boolean(), double)
  .map(([h4, h6, body, units, more, over6, identification]) => {
    const part = body.slice(0, 16);
    const offsetBytes = units * 8;
    return over6
      ? write.ipv6({
          ...h6,
          protocol: 17,
          body: part,
          extensions: [write.fragmentHeader6({ offsetBytes, more, identification })],
        })
      : write.ipv4({ ...h4, protocol: 50, body: part, fragmentOffsetBytes: offsetBytes, moreFragments: more });
  });

const packets = fc.sample(fc.oneof(laterFragments, plain4, plain6, answers4, answers6, inGre), {
  numRuns: 3000,
  seed: 4303,
});

test(
  "3,000 packets: every field of every layer, quotations and passengers included",
  { timeout: 120_000 },
  async () => {
    const file = write.writePcap(
      packets.map((bytes, index) => ({ bytes, seconds: 1_700_000_000 + index, fraction: 0 })),
      { little: true, nano: false, linkType: 101 },
    );
    const theirs = (await tshark(file, fields)).map((line) =>
      Object.fromEntries(fields.map((field, at) => [field, line[at] ?? ""])),
    );
    const ours = (readCapture(file) as PacketRecord[]).map((record) => {
      const { network } = dissect(record);
      if (network.kind !== "ipv4" && network.kind !== "ipv6") throw new Error(JSON.stringify(network));
      return said(layersIn(network));
    });
    expect(theirs).toHaveLength(packets.length);
    const differing = ours.flatMap((mine, at) =>
      fields
        .filter((field) => mine[field] !== theirs[at]?.[field])
        .map((field) => ({
          at,
          field,
          mine: mine[field],
          theirs: theirs[at]?.[field],
          packet: Buffer.from(packets[at] ?? []).toString("hex"),
        })),
    );
    expect(differing.slice(0, 8)).toEqual([]);
    // A field that no packet has compares nothing.
    expect(fields.filter((field) => theirs.every((line) => line[field] === ""))).toEqual([]);
  },
);

test(
  "fragments of both versions, shuffled: the same packets become whole, of the same size",
  { timeout: 120_000 },
  async () => {
    const shuffled = fc.sample(
      fc.tuple(
        fc.integer({ min: 200, max: 6000 }),
        fc.integer({ min: 20, max: 180 }),
        fc.boolean(),
        fc.infiniteStream(fc.nat(1000)),
      ),
      { numRuns: 200, seed: 791 },
    );
    const all = shuffled.flatMap(([length, unit, over6, order], identification) => {
      const whole = write.udp(
        20000,
        20001,
        Array.from({ length }, (_, index) => index % 251),
      );
      const step = unit * 8;
      const offsets = Array.from({ length: Math.ceil(whole.length / step) }, (_, index) => index * step);
      return offsets
        .map((offsetBytes) => {
          const body = whole.slice(offsetBytes, offsetBytes + step);
          const more = offsetBytes + step < whole.length;
          const bytes = over6
            ? write.ipv6({
                protocol: 17,
                body,
                extensions: [write.fragmentHeader6({ offsetBytes, more, identification })],
              })
            : write.ipv4({ protocol: 17, body, identification, fragmentOffsetBytes: offsetBytes, moreFragments: more });
          return [order.next().value ?? 0, bytes] as const;
        })
        .sort(([a], [b]) => a - b)
        .map(([, bytes]) => bytes);
    });
    const file = write.writePcap(
      all.map((bytes, index) => ({ bytes, seconds: 1_700_000_000, fraction: index })),
      { little: true, nano: false, linkType: 101 },
    );
    const lines = await tshark(file, [
      "frame.number",
      "udp.length",
      "ip.reassembled.length",
      "ipv6.reassembled.length",
    ]);
    const theirs = lines.flatMap(([number, length]) =>
      length === "" || length === undefined ? [] : [[Number(number), Number(length)]],
    );
    const { packets: joined, incomplete } = joinFragments(readCapture(file));
    expect(incomplete).toEqual([]);
    const ours = joined.map(({ packet, fragments }) => [
      Math.max(...fragments.map(({ recordIndex }) => recordIndex)) + 1,
      packet.body.byteLength,
    ]);
    expect(ours).toEqual(theirs);
    expect(ours).toHaveLength(200);
  },
);

interface Sample {
  readonly encryption: EspEncryption;
  readonly integrity: EspIntegrity;
  readonly encryptionKey: string;
  readonly integrityKey: string;
  readonly packet: string;
}
const samples = JSON.parse(readFileSync(new URL("../unit/cli/esp-samples.json", import.meta.url), "utf8")) as Sample[];
const bytesOf = (text: string): number[] => Array.from(Buffer.from(text, "hex"));

/** tshark's words for the transforms that it opens; ChaCha20-Poly1305 is not among them. */
const cipherWords: Partial<Record<EspEncryption, string>> = {
  "aes-cbc": "AES-CBC [RFC3602]",
  "aes-ctr": "AES-CTR [RFC3686]",
  "aes-gcm-8": "AES-GCM with 8 octet ICV [RFC4106]",
  "aes-gcm-12": "AES-GCM with 12 octet ICV [RFC4106]",
  "aes-gcm-16": "AES-GCM with 16 octet ICV [RFC4106]",
  "3des-cbc": "TripleDES-CBC [RFC2451]",
  null: "NULL",
};
const integrityWords: Record<EspIntegrity, string> = {
  none: "NULL",
  "md5-96": "HMAC-MD5-96 [RFC2403]",
  "sha1-96": "HMAC-SHA-1-96 [RFC2404]",
  "sha256-128": "HMAC-SHA-256-128 [RFC4868]",
  "sha384-192": "HMAC-SHA-384-192 [RFC4868]",
  "sha512-256": "HMAC-SHA-512-256 [RFC4868]",
};

test.each(
  samples
    .filter(({ encryption }) => encryption in cipherWords)
    .map(
      (sample) =>
        [`${sample.encryption} ${sample.encryptionKey.length * 4} bits, ${sample.integrity}`, sample] as const,
    ),
)("ESP opened: %s", async (_, sample) => {
  const file = write.writePcap([{ bytes: bytesOf(sample.packet), seconds: 1, fraction: 0 }], {
    little: true,
    nano: false,
    linkType: 101,
  });
  const key = (text: string) => (text === "" ? "" : `0x${text}`);
  const sa = [
    "IPv4",
    "*",
    "*",
    "*",
    cipherWords[sample.encryption] ?? "",
    key(sample.encryptionKey),
    integrityWords[sample.integrity],
    key(sample.integrityKey),
  ];
  const [line] = await tshark(
    file,
    ["esp.protocol", "esp.pad_len", "ip.len", "ip.src", "gre.proto"],
    [
      ...["-o", "esp.enable_encryption_decode:TRUE", "-o", "esp.enable_null_encryption_decode_heuristic:FALSE"],
      ...["-o", `uat:esp_sa:${sa.map((cell) => `"${cell}"`).join(",")}`],
    ],
  );
  const [record] = readCapture(file) as PacketRecord[];
  const { network } = dissect(record!);
  if (network.kind !== "ipv4" || network.payload.kind !== "esp") throw new Error(JSON.stringify(network));
  const transform = { encryption: sample.encryption, keyBits: null, integrity: sample.integrity };
  const keys = {
    encryptionKey: Uint8Array.from(bytesOf(sample.encryptionKey)),
    integrityKey: Uint8Array.from(bytesOf(sample.integrityKey)),
  };
  const opened = openEsp(network.payload, transform, espDecryptor(transform, keys));
  if (opened.kind !== "opened" || opened.inside.kind !== "gre") throw new Error(JSON.stringify(opened));
  const [passenger] = passengerOf(opened.inside);
  if (passenger?.kind !== "ipv4") throw new Error(JSON.stringify(passenger));
  expect([
    `0x${opened.nextHeader.toString(16)}`,
    String(opened.paddingBytes),
    `${network.totalBytes};${passenger.totalBytes}`,
    `${network.source};${passenger.source}`,
    hex(opened.inside.protocolType, 4),
  ]).toEqual(line);
});
