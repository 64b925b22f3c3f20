import { iosLines, type PrintedLine } from "./ios-lines.ts";

/** What an interface says of the tunnel it is; absent lines are `null`. */
export interface IosTunnel {
  readonly source: string | null;
  readonly sourceInterface: string | null;
  readonly destination: string | null;
  /** `GRE/IP`, `multi-GRE/IP`, `IPSEC/IP`. */
  readonly transport: string | null;
  /** The key as a number; `null` when disabled or not told (`keyTold`). */
  readonly key: number | null;
  readonly keyTold: boolean;
  readonly sequencing: boolean | null;
  readonly checksum: boolean | null;
  readonly ttl: number | null;
  /** What the tunnel takes for its transport's MTU; not its ip mtu. */
  readonly transportMtuBytes: number | null;
  /** `tunnel path-mtu-discovery`, with the words behind it: `ager 10 mins, min MTU 92`. */
  readonly pathMtuDiscovery: string | null;
  readonly protectionProfile: string | null;
}

/** One interface of `show interfaces`. */
export interface IosInterface {
  readonly name: string;
  /** `up`, `down`, `administratively down`. */
  readonly status: string;
  /** `up`, `down`. */
  readonly lineProtocol: string;
  readonly address: string | null;
  /** The hardware's: 1514, 9976, 17916 on a tunnel, by era. Its ip mtu is in `show ip interface`. */
  readonly mtuBytes: number | null;
  readonly keepalive: { readonly periodSeconds: number; readonly retryCount: number | null } | "off" | null;
  readonly tunnel: IosTunnel | null;
}

/** What `show interfaces [NAME]` says. */
export interface IosInterfaces {
  readonly kind: "interfaces";
  readonly interfaces: readonly IosInterface[];
}

/** One interface of `show ip interface`. */
export interface IosIpInterface {
  readonly name: string;
  readonly status: string;
  readonly lineProtocol: string;
  /** With prefix length; `null` when unnumbered or without. */
  readonly address: string | null;
  /** The ip mtu. */
  readonly ipMtuBytes: number | null;
}

/** What `show ip interface [NAME]` says. */
export interface IosIpInterfaces {
  readonly kind: "ip-interfaces";
  readonly interfaces: readonly IosIpInterface[];
}

const heading =
  /^(\S+) is (administratively down|up|down|deleted|reset|standby mode)(?: \([^)]*\))?,\s*line protocol is (\S+)/;

interface Block {
  readonly name: string;
  readonly status: string;
  readonly lineProtocol: string;
  /** Trimmed. */
  readonly lines: readonly string[];
}

/** Reads one or many interfaces, of 12.x to IOS-XE 17. */
export function readInterfaces(output: string): {
  readonly observation: IosInterfaces;
  readonly unread: PrintedLine[];
  readonly hasForm: boolean;
} {
  const { blocks, unread } = interfaceBlocks(output);
  const interfaces = blocks.map(({ lines, ...block }) => ({
    ...block,
    address: firstOf(lines, /^Internet address is (\S+)/),
    mtuBytes: numberOf(lines, /^MTU (\d+) bytes/),
    keepalive: keepaliveOf(lines),
    tunnel: lines.some((line) => /^Tunnel (source|protocol|transport|linestate)|^Hardware is Tunnel/.test(line))
      ? tunnelOf(lines)
      : null,
  }));
  return { observation: { kind: "interfaces", interfaces }, unread, hasForm: blocks.length > 0 };
}

/** Reads one or many interfaces, of 12.x to IOS-XE 17. */
export function readIpInterfaces(output: string): {
  readonly observation: IosIpInterfaces;
  readonly unread: PrintedLine[];
  readonly hasForm: boolean;
} {
  const { blocks, unread } = interfaceBlocks(output);
  const interfaces = blocks.map(({ lines, ...block }) => ({
    ...block,
    address: firstOf(lines, /^Internet address is (\S+)/),
    ipMtuBytes: numberOf(lines, /^MTU is (\d+) bytes/),
  }));
  return { observation: { kind: "ip-interfaces", interfaces }, unread, hasForm: blocks.length > 0 };
}

function interfaceBlocks(output: string): { blocks: Block[]; unread: PrintedLine[] } {
  const blocks: (Block & { lines: string[] })[] = [];
  const unread: PrintedLine[] = [];
  for (const line of iosLines(output)) {
    const text = line.text.trim();
    const match = heading.exec(text);
    if (match) blocks.push({ name: match[1] ?? "", status: match[2] ?? "", lineProtocol: match[3] ?? "", lines: [] });
    else if (blocks.length > 0) blocks.at(-1)?.lines.push(text);
    else unread.push(line);
  }
  return { blocks, unread };
}

function keepaliveOf(lines: readonly string[]): IosInterface["keepalive"] {
  if (lines.some((line) => line.startsWith("Keepalive not set"))) return "off";
  const periodSeconds = numberOf(lines, /^Keepalive set \((\d+) sec\)/);
  return periodSeconds === null
    ? null
    : { periodSeconds, retryCount: numberOf(lines, /^Keepalive set .*retries (\d+)/) };
}

function tunnelOf(lines: readonly string[]): IosTunnel {
  // 12.x prints `, key disabled` on the line of the transport, later ones below it.
  const key = firstOf(lines, /\bkey (disabled|0x[0-9a-f]+|\d+)/i);
  const told = (on: RegExp, off: RegExp): boolean | null =>
    lines.some((line) => off.test(line)) ? false : lines.some((line) => on.test(line)) ? true : null;
  return {
    source: firstOf(lines, /^Tunnel source ([^\s,]+)/),
    sourceInterface: firstOf(lines, /^Tunnel source \S+ \(([^)]+)\)/),
    destination: firstOf(lines, /^Tunnel source .*destination ([^\s,]+)/),
    transport: firstOf(lines, /^Tunnel protocol\/transport ([^\s,]+)/),
    key: key === null || /disabled/i.test(key) ? null : Number(key),
    keyTold: key !== null,
    sequencing: told(/sequencing enabled/i, /sequencing disabled/i),
    checksum: told(/Checksumming of packets enabled/i, /Checksumming of packets disabled/i),
    ttl: numberOf(lines, /^Tunnel TTL (\d+)/),
    transportMtuBytes: numberOf(lines, /^Tunnel transport MTU (\d+) bytes/),
    pathMtuDiscovery: firstOf(lines, /^Path MTU Discovery,?\s*(.*)$/i),
    protectionProfile: firstOf(lines, /^Tunnel protection via IPSec \(profile "([^"]+)"/i),
  };
}

function firstOf(lines: readonly string[], pattern: RegExp): string | null {
  for (const line of lines) {
    const found = pattern.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  return null;
}

function numberOf(lines: readonly string[], pattern: RegExp): number | null {
  const digits = firstOf(lines, pattern);
  return digits === null ? null : Number(digits);
}
