/** The same files read by tcpdump(8) and by this reader must say the same. */
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { PacketRecord } from "../../../capture/capture-record.ts";
import { dissect } from "../../../capture/dissect.ts";
import type { Frame, Ipv4Packet, TcpFlags } from "../../../capture/packet.ts";
import { readCapture } from "../../../capture/read-capture.ts";
import * as write from "./support.ts";

/** Standard input, so that tcpdump may drop its privileges before it reads. */
function tcpdumpLines(file: Uint8Array): string[] {
  const run = spawnSync("tcpdump", ["-nn", "-v", "-tt", "--nano", "-r", "-"], { input: file, encoding: "utf8" });
  if (run.error) throw new Error("tcpdump is needed by this test and could not be run", { cause: run.error });
  expect(run.status, run.stderr).toBe(0);
  return run.stdout.trimEnd().split("\n").map(forgetWhatIsNotRead);
}

/** Checksums, payload lengths and the insides of IKE and of GRE's passenger are tcpdump's alone. */
function forgetWhatIsNotRead(line: string): string {
  return line
    .replace(/, cksum 0x[0-9a-f]+ \([^)]*\)/, "")
    .replace(/, sum 0x[0-9a-f]+, off 0x0/, "")
    .replace(/(isakmp \d)\.0 msgid .*/, "$1")
    .replace(/ \[\|esp\]$/, "")
    .replace(/, length \d+$/, "");
}

function read(file: Uint8Array): string[] {
  const records = readCapture(file);
  expect(records.filter((record) => record.kind === "malformed")).toEqual([]);
  return (records as PacketRecord[]).flatMap((record) => [...sayFrame(record, dissect(record))]);
}

function sayFrame(record: PacketRecord, { network }: Frame): string[] {
  if (network.kind !== "ipv4") throw new Error(JSON.stringify(network));
  const ns = record.timestampNs ?? 0n;
  const time = `${String(ns / 1_000_000_000n)}.${String(ns % 1_000_000_000n).padStart(9, "0")}`;
  const [first = "", ...rest] = sayIpv4(network);
  return [`${time} ${first}`, ...rest];
}

const protocolNames: Record<number, string> = { 1: "ICMP", 6: "TCP", 17: "UDP", 47: "GRE", 50: "ESP", 89: "OSPF" };

function sayIpv4(ip: Ipv4Packet): string[] {
  const flags = [ip.moreFragments ? "+" : "", ip.dontFragment ? "DF" : ""].filter(Boolean).join(", ") || "none";
  const options =
    ip.headerBytes > 20
      ? `, options (${Array(ip.headerBytes - 20)
          .fill("NOP")
          .join(",")})`
      : "";
  const protocol = `${protocolNames[ip.protocol] ?? "?"} (${ip.protocol})`;
  const header =
    `IP (tos 0x0, ttl ${ip.timeToLive}, id ${ip.identification}, offset ${ip.fragmentOffsetBytes}, flags [${flags}], ` +
    `proto ${protocol}, length ${ip.totalBytes}${options})`;
  const forgotten = forgetWhatIsNotRead(header);
  const [said = "", ...below] = sayPayload(ip);
  return [forgotten, `    ${said}`, ...below];
}

const yes = (flag: boolean, letter: string): string => (flag ? letter : "");
function sayTcpFlags(f: TcpFlags): string {
  const letters =
    yes(f.fin, "F") + yes(f.syn, "S") + yes(f.rst, "R") + yes(f.psh, "P") + yes(f.ack, ".") + yes(f.urg, "U");
  return letters + yes(f.ece, "E") + yes(f.cwr, "W") || "none";
}

function sayPayload(ip: Ipv4Packet): string[] {
  const plain = `${ip.source} > ${ip.destination}:`;
  const ports = (p: { sourcePort: number; destinationPort: number }) =>
    `${ip.source}.${p.sourcePort} > ${ip.destination}.${p.destinationPort}:`;
  const { payload } = ip;
  switch (payload.kind) {
    case "esp": {
      const sequence = `ESP(spi=0x${payload.spi.toString(16).padStart(8, "0")},seq=0x${payload.sequence.toString(16)})`;
      return [payload.udp ? `${ports(payload.udp)} UDP-encap: ${sequence}` : `${plain} ${sequence}`];
    }
    case "ike":
      return [`${ports(payload.udp)} ${payload.natTraversal ? "NONESP-encap: " : ""}isakmp ${payload.majorVersion}`];
    case "nat-keepalive":
      return [`${ports(payload.udp)} isakmp-nat-keep-alive`];
    case "udp":
      return [`${ports(payload)} UDP`];
    case "gre": {
      const present = [
        payload.hasChecksum ? "checksum present" : "",
        payload.key === null ? "" : "key present",
        payload.sequence === null ? "" : "sequence# present",
      ];
      const key = payload.key === null ? "" : `, key=0x${payload.key.toString(16)}`;
      const sequence = payload.sequence === null ? "" : `, seq ${payload.sequence}`;
      const flags = present.filter(Boolean).join(", ") || "none";
      return [
        `${plain} GREv0, Flags [${flags}]${key}${sequence}`,
        `\tgre-proto-0x${payload.protocolType.toString(16)}`,
      ];
    }
    case "tcp": {
      const ack = payload.flags.ack ? `, ack ${payload.acknowledgement}` : "";
      const mss = payload.mssBytes === null ? "" : `, options [mss ${payload.mssBytes}]`;
      const sequence = payload.flags.syn ? `, seq ${payload.sequence}` : "";
      return [
        `${ports(payload)} Flags [${sayTcpFlags(payload.flags)}]${sequence}${ack}, win ${payload.windowSize}${yes(payload.flags.urg, ", urg 0")}${mss}`,
      ];
    }
    case "icmp": {
      if (payload.echo) {
        const { identifier, sequence } = payload.echo;
        return [`${plain} ICMP echo ${payload.type === 8 ? "request" : "reply"}, id ${identifier}, seq ${sequence}`];
      }
      if (payload.quoted?.kind !== "ipv4") throw new Error("no quotation");
      const [header = ""] = sayIpv4(payload.quoted);
      const about = `${payload.quoted.source} > ${payload.quoted.destination}: `;
      return payload.type === 3
        ? [
            `${plain} ICMP ${payload.quoted.destination} unreachable - need to frag (mtu ${payload.nextHopMtuBytes ?? NaN})`,
            `\t${header}`,
            `    ${about}`,
          ]
        : [`${plain} ICMP time exceeded in-transit`, `\t${header}`, `    ${about}`];
    }
    case "later-fragment":
      return [`${plain} ip-proto-17`];
    case "icmpv6":
    case "ospf":
    case "other":
    case "malformed":
      throw new Error(`not in this test: ${payload.kind}`);
  }
}

const word = fc.integer({ min: 0, max: 0xffff });
const double = fc.integer({ min: 1, max: 0xffffffff });
const address = fc.ipV4();
const sealed = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 40 });
const espBody = fc.tuple(double, double, sealed).map(([spi, sequence, rest]) => write.esp(spi, sequence, rest));
const header = fc.record({
  source: address,
  destination: address,
  identification: word,
  dontFragment: fc.boolean(),
  timeToLive: fc.integer({ min: 1, max: 255 }),
});
const quotation = fc
  .tuple(header, espBody)
  .map(([fields, body]) => write.ipv4({ ...fields, protocol: 50, body }).slice(0, 28));
const body = fc.oneof(
  espBody.map((bytes) => ({ protocol: 50, body: bytes })),
  espBody.map((bytes) => ({ protocol: 17, body: write.udp(4500, 4500, bytes) })),
  fc.constant({ protocol: 17, body: write.udp(4500, 4500, [0xff]) }),
  fc.constant({ protocol: 17, body: write.udp(4500, 4500, [0, 0, 0, 0, ...write.ikeHeader()]) }),
  fc
    .constantFrom(34, 35, 37)
    .map((exchange) => ({ protocol: 17, body: write.udp(500, 500, write.ikeHeader(exchange)) })),
  fc
    .tuple(sealed, fc.integer({ min: 20000, max: 20100 }))
    .map(([p, port]) => ({ protocol: 17, body: write.udp(port, port + 1, p) })),
  fc.tuple(fc.constantFrom(0, 8), word, word).map(([type, id, sequence]) => ({
    protocol: 1,
    body: write.icmp(type, 0, [...write.u16(id), ...write.u16(sequence)], [1, 2, 3]),
  })),
  fc.tuple(fc.integer({ min: 68, max: 65535 }), quotation).map(([mtu, quoted]) => ({
    protocol: 1,
    body: write.icmp(3, 4, [0, 0, ...write.u16(mtu)], quoted),
  })),
  quotation.map((quoted) => ({ protocol: 1, body: write.icmp(11, 0, [0, 0, 0, 0], quoted) })),
  fc
    .record({ key: fc.option(double), sequence: fc.option(double), checksum: fc.boolean() })
    .map(({ key, sequence, checksum }) => ({
      protocol: 47,
      body: write.gre({
        protocolType: 0xabcd,
        passenger: [],
        checksum,
        ...(key === null ? {} : { key }),
        ...(sequence === null ? {} : { sequence }),
      }),
    })),
  fc
    .record({ flags: fc.integer({ min: 0, max: 255 }), mss: fc.option(word), sequence: double, window: word })
    .map((o) => ({
      protocol: 6,
      body: write.tcp({
        source: 20000,
        destination: 5201,
        // tcpdump counts sequence numbers from the connection's first: only SYN shows the number itself.
        flags: (o.flags | 0x02) & ~0x10,
        sequence: o.sequence,
        window: o.window,
        options: o.mss === null ? [] : [2, 4, ...write.u16(o.mss)],
      }),
    })),
  fc.tuple(sealed, fc.integer({ min: 1, max: 100 })).map(([p, offset]) => ({
    protocol: 17,
    body: p,
    fragmentOffsetBytes: offset * 8,
  })),
  fc.constant({ protocol: 17, body: write.udp(20000, 20001, Array<number>(8).fill(0), 100), moreFragments: true }),
);
const packets = fc.sample(
  fc
    .tuple(header, body, fc.constantFrom([], [1, 1, 1, 1]))
    .map(([h, b, options]) => write.ipv4({ ...h, ...b, options })),
  { numRuns: 400, seed: 47 },
);
const timed = (wrap: (ip: number[]) => number[]) =>
  packets.map((ip, index) => ({ bytes: wrap(ip), seconds: 1_700_000_000 + index, fraction: index * 7 }));
const asEthernet = (ip: number[]) => write.ethernet(0x0800, ip);

test.each([
  ["raw IP, microseconds, little-endian", 101, (ip: number[]) => ip, { little: true, nano: false }],
  ["raw IP, nanoseconds, big-endian", 101, (ip: number[]) => ip, { little: false, nano: true }],
  ["Ethernet", 1, asEthernet, { little: true, nano: true }],
  ["Linux cooked", 113, (ip: number[]) => write.sll(4, ip), { little: false, nano: false }],
  ["Linux cooked, version 2", 276, (ip: number[]) => write.sll2(0, 3, ip), { little: true, nano: false }],
] as const)("pcap of %s", (_name, linkType, wrap, order) => {
  const file = write.writePcap(timed(wrap), { ...order, linkType });
  const seen = tcpdumpLines(file);
  expect(seen.length).toBeGreaterThan(800);
  // Of LINUX_SLL2 tcpdump tells the interface and the direction before the packet.
  expect(read(file)).toEqual(seen.map((line) => line.replace(/^(\S+) \S+ +In +IP /, "$1 IP ")));
});

test.each([true, false])("pcapng, little-endian %s", (little) => {
  const w = write.pcapngWriter(little);
  const blocks = packets.map((ip, index) =>
    w.enhanced({ interfaceIndex: 0, units: BigInt(index) * 1_000_003n, bytes: asEthernet(ip) }),
  );
  const file = Uint8Array.from([w.section(), w.interface(1, 0, w.option(9, [9])), ...blocks].flat());
  expect(read(file)).toEqual(tcpdumpLines(file));
});
