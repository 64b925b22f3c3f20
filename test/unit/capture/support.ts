/** A writer of capture files and packets, the reader's opposite: written from the RFCs, sharing no code with capture/. */

export type Bytes = readonly number[];

export const u16 = (value: number): number[] => [(value >>> 8) & 0xff, value & 0xff];
export const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value & 0xffff)];
const ordered = (bytes: Bytes, isLittle: boolean): number[] => (isLittle ? [...bytes].reverse() : [...bytes]);
const address = (text: string): number[] => text.split(".").map(Number);

export const left = "198.51.100.2";
export const right = "203.0.113.2";

export interface WrittenPacket {
  readonly bytes: Bytes;
  readonly seconds: number;
  /** In units of the file. */
  readonly fraction: number;
  readonly originalBytes?: number;
}

export function writePcap(
  packets: readonly WrittenPacket[],
  o: { little: boolean; nano: boolean; linkType: number; version?: readonly [number, number] },
): Uint8Array {
  const [major, minor] = o.version ?? [2, 4];
  const w16 = (v: number): number[] => ordered(u16(v), o.little);
  const w32 = (v: number): number[] => ordered(u32(v), o.little);
  const header = [
    w32(o.nano ? 0xa1b23c4d : 0xa1b2c3d4),
    w16(major),
    w16(minor),
    w32(0),
    w32(0),
    w32(262144),
    w32(o.linkType),
  ].flat();
  const records = packets.map((p) => [
    ...w32(p.seconds),
    ...w32(p.fraction),
    ...w32(p.bytes.length),
    ...w32(p.originalBytes ?? p.bytes.length),
    ...p.bytes,
  ]);
  return Uint8Array.from([header, ...records].flat());
}

/** Blocks of a pcapng file in one byte order. */
export function pcapngWriter(little: boolean) {
  const w16 = (v: number): number[] => ordered(u16(v), little);
  const w32 = (v: number): number[] => ordered(u32(v), little);
  const w64 = (v: bigint): number[] =>
    ordered([...u32(Number((v >> 32n) & 0xffffffffn)), ...u32(Number(v & 0xffffffffn))], little);
  const padded = (bytes: Bytes): number[] => [...bytes, ...Array<number>((4 - (bytes.length % 4)) % 4).fill(0)];
  const block = (type: number, body: Bytes): number[] => {
    const content = padded(body);
    return [...w32(type), ...w32(content.length + 12), ...content, ...w32(content.length + 12)];
  };
  const option = (code: number, value: Bytes): number[] => [...w16(code), ...w16(value.length), ...padded(value)];
  return {
    block,
    option,
    w64,
    section: (major = 1): number[] =>
      block(0x0a0d0d0a, [...w32(0x1a2b3c4d), ...w16(major), ...w16(0), ...Array<number>(8).fill(0xff)]),
    interface: (linkType: number, snapBytes = 0, options: Bytes = []): number[] =>
      block(1, [...w16(linkType), ...w16(0), ...w32(snapBytes), ...options]),
    enhanced: (o: { interfaceIndex: number; units: bigint; bytes: Bytes; originalBytes?: number }): number[] => {
      const [high, low] = [Number(o.units >> 32n), Number(o.units & 0xffffffffn)];
      const lengths = [...w32(o.bytes.length), ...w32(o.originalBytes ?? o.bytes.length)];
      return block(6, [...w32(o.interfaceIndex), ...w32(high), ...w32(low), ...lengths, ...padded(o.bytes)]);
    },
    simple: (bytes: Bytes, originalBytes = bytes.length): number[] =>
      block(3, [...w32(originalBytes), ...padded(bytes)]),
  };
}

/** RFC 1071: the one's complement sum, folded. */
function internetChecksum(bytes: Bytes): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

export interface Ipv4Fields {
  readonly source?: string;
  readonly destination?: string;
  readonly protocol: number;
  readonly body: Bytes;
  readonly options?: Bytes;
  readonly identification?: number;
  readonly dontFragment?: boolean;
  readonly moreFragments?: boolean;
  readonly fragmentOffsetBytes?: number;
  readonly timeToLive?: number;
  readonly totalBytes?: number;
}

export function ipv4(f: Ipv4Fields): number[] {
  const options = f.options ?? [];
  const headerBytes = 20 + options.length;
  const flags = (f.dontFragment ? 0x4000 : 0) | (f.moreFragments ? 0x2000 : 0) | ((f.fragmentOffsetBytes ?? 0) / 8);
  const before = [0x40 | (headerBytes / 4), 0, ...u16(f.totalBytes ?? headerBytes + f.body.length)];
  const middle = [...u16(f.identification ?? 0), ...u16(flags), f.timeToLive ?? 64, f.protocol];
  const after = [...address(f.source ?? left), ...address(f.destination ?? right), ...options];
  return [...before, ...middle, ...u16(internetChecksum([...before, ...middle, 0, 0, ...after])), ...after, ...f.body];
}

export const left6 = "2001:db8:1::2";
export const right6 = "2001:db8:2::2";

/** Groups written out or `::`; no IPv4 in it. */
function address6(text: string): number[] {
  const [head = "", tail] = text.split("::");
  const groups = (part: string): number[] => (part === "" ? [] : part.split(":").map((group) => parseInt(group, 16)));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const zeros = Array<number>(tail === undefined ? 0 : 8 - before.length - after.length).fill(0);
  return [...before, ...zeros, ...after].flatMap(u16);
}

export interface Ipv6Fields {
  readonly source?: string;
  readonly destination?: string;
  readonly protocol: number;
  readonly body: Bytes;
  /** Extension headers before the body: the number of each, and its bytes without the next header's. */
  readonly extensions?: readonly { readonly kind: number; readonly rest: Bytes }[];
  readonly hopLimit?: number;
  readonly payloadBytes?: number;
}

export function ipv6(f: Ipv6Fields): number[] {
  const kinds = [...(f.extensions ?? []).map(({ kind }) => kind), f.protocol];
  const extensions = (f.extensions ?? []).flatMap(({ rest }, index) => [kinds[index + 1] ?? 59, ...rest]);
  const body = [...extensions, ...f.body];
  return [
    ...[0x60, 0, 0, 0],
    ...u16(f.payloadBytes ?? body.length),
    kinds[0] ?? 59,
    f.hopLimit ?? 64,
    ...address6(f.source ?? left6),
    ...address6(f.destination ?? right6),
    ...body,
  ];
}
export const fragmentHeader6 = (o: { offsetBytes: number; more: boolean; identification: number }) => ({
  kind: 44,
  rest: [0, ...u16(o.offsetBytes | (o.more ? 1 : 0)), ...u32(o.identification)],
});
/** The checksum covers the addresses too (RFC 8200 section 8.1). */
export function icmpv6(type: number, code: number, rest: Bytes, body: Bytes = [], ends = [left6, right6]): number[] {
  const message = [type, code, 0, 0, ...rest, ...body];
  const pseudo = [...ends.flatMap(address6), ...u32(message.length), 0, 0, 0, 58];
  return [type, code, ...u16(internetChecksum([...pseudo, ...message])), ...rest, ...body];
}

export const esp = (spi: number, sequence: number, sealed: Bytes = Array<number>(32).fill(0xaa)): number[] => [
  ...u32(spi),
  ...u32(sequence),
  ...sealed,
];
/** Checksum 0: none was made (RFC 768). */
export const udp = (
  source: number,
  destination: number,
  payload: Bytes,
  lengthBytes = 8 + payload.length,
): number[] => [...u16(source), ...u16(destination), ...u16(lengthBytes), 0, 0, ...payload];
export function icmp(type: number, code: number, rest: Bytes, body: Bytes = []): number[] {
  return [type, code, ...u16(internetChecksum([type, code, 0, 0, ...rest, ...body])), ...rest, ...body];
}
export function gre(o: {
  protocolType: number;
  key?: number;
  sequence?: number;
  checksum?: boolean;
  passenger: Bytes;
}): number[] {
  const flags =
    (o.checksum === true ? 0x8000 : 0) | (o.key === undefined ? 0 : 0x2000) | (o.sequence === undefined ? 0 : 0x1000);
  const rest = [
    ...(o.key === undefined ? [] : u32(o.key)),
    ...(o.sequence === undefined ? [] : u32(o.sequence)),
    ...o.passenger,
  ];
  const start = [...u16(flags), ...u16(o.protocolType)];
  if (o.checksum !== true) return [...start, ...rest];
  return [...start, ...u16(internetChecksum([...start, 0, 0, 0, 0, ...rest])), 0, 0, ...rest];
}
export function tcp(o: {
  source: number;
  destination: number;
  flags: number;
  options?: Bytes;
  sequence?: number;
  acknowledgement?: number;
  window?: number;
}): number[] {
  const options = o.options ?? [];
  const offset = ((20 + options.length) / 4) << 4;
  return [
    ...u16(o.source),
    ...u16(o.destination),
    ...u32(o.sequence ?? 1),
    ...u32(o.acknowledgement ?? 0),
    offset,
    o.flags,
    ...u16(o.window ?? 64240),
    ...[0, 0, 0, 0],
    ...options,
  ];
}
/** A version 2 header; IKE_SA_INIT unless told otherwise. */
export const ikeHeader = (exchangeType = 34): number[] => [
  ...Array<number>(8).fill(0x11),
  ...Array<number>(8).fill(0),
  ...[0, 0x20, exchangeType, 0x08],
  ...u32(0),
  ...u32(28),
];
export const ethernet = (
  etherType: number,
  payload: Bytes,
  tags: readonly (readonly [number, number])[] = [],
): number[] => [
  ...[2, 0, 0, 0, 0, 2],
  ...[2, 0, 0, 0, 0, 1],
  ...tags.flatMap(([type, id]) => [...u16(type), ...u16(id)]),
  ...u16(etherType),
  ...payload,
];
export const sll = (packetType: number, payload: Bytes, protocol = 0x0800): number[] => [
  ...u16(packetType),
  ...u16(1),
  ...u16(6),
  ...[2, 0, 0, 0, 0, 1, 0, 0],
  ...u16(protocol),
  ...payload,
];
export const sll2 = (packetType: number, interfaceNumber: number, payload: Bytes, protocol = 0x0800): number[] => [
  ...u16(protocol),
  ...[0, 0],
  ...u32(interfaceNumber),
  ...u16(1),
  packetType,
  6,
  ...[2, 0, 0, 0, 0, 1, 0, 0],
  ...payload,
];
