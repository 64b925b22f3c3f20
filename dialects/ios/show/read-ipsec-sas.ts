import { iosLines, type PrintedLine } from "./ios-lines.ts";
import type { EspSa, IpsecFlow, IpsecSas, ProxyIdentity } from "./ipsec-sas.ts";

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
type Sa = Writable<EspSa>;
type Flow = Omit<Writable<IpsecFlow>, "packets" | "inboundEsp" | "outboundEsp"> & {
  packets: Writable<IpsecFlow["packets"]>;
  inboundEsp: Sa[];
  outboundEsp: Sa[];
};

interface Reading {
  readonly flows: Flow[];
  interfaceName: string;
  cryptoMap: string | null;
  localAddress: string | null;
  /** Which list the next SA belongs to; AH and PCP are not ours. */
  list: "inbound" | "outbound" | "other";
  sa: Sa | null;
}

const nobody = /^(No SAs found|There are no ipsec sas?|PFS|Crypto Engine|Status:)/i;

/**
 * Reads the plain and the detailed form of 12.2 to IOS-XE 17, indented or not. Lines are known by their words alone:
 * between the eras their order and their indentation differ.
 */
export function readIpsecSas(output: string): {
  readonly observation: IpsecSas;
  readonly unread: PrintedLine[];
  readonly hasForm: boolean;
} {
  const reading: Reading = {
    flows: [],
    interfaceName: "",
    cryptoMap: null,
    localAddress: null,
    list: "other",
    sa: null,
  };
  const unread: PrintedLine[] = [];
  let hasForm = false;
  for (const line of iosLines(output)) {
    const text = line.text.trim();
    if (/^interface: |^No SAs found/i.test(text)) hasForm = true;
    const known = takeHeading(reading, text) || takeFlowLine(reading, text) || takeSaLine(reading, text);
    if (!known && reading.flows.length === 0 && !nobody.test(text)) unread.push(line);
  }
  return { observation: { kind: "ipsec-sas", flows: reading.flows }, unread, hasForm };
}

function takeHeading(reading: Reading, text: string): boolean {
  const name = /^interface:\s*(\S+)/.exec(text)?.[1];
  if (name !== undefined) {
    Object.assign(reading, { interfaceName: name, cryptoMap: null, localAddress: null, list: "other", sa: null });
    return true;
  }
  const map = /^Crypto map tag:\s*(\S+?),\s*local addr\.?:?\s*(\S+)/.exec(text);
  if (map) {
    [reading.cryptoMap, reading.localAddress] = [map[1] ?? null, map[2] ?? null];
    return true;
  }
  if (/^(protected|local) vrf:|^IPsecv6 policy name:/.test(text)) return true;
  const identity = /^(local|remote)\s+ident\s+\(addr\/mask\/prot\/port\):\s*\((.+)\)$/.exec(text);
  if (!identity) return false;
  // Each flow begins with its local identity.
  if (identity[1] === "local") {
    reading.flows.push(newFlow(reading));
    Object.assign(reading, { list: "other", sa: null });
  }
  const flow = reading.flows.at(-1);
  if (flow && identity[1] === "local") flow.localIdentity = proxyIdentity(identity[2] ?? "");
  else if (flow) flow.remoteIdentity = proxyIdentity(identity[2] ?? "");
  return true;
}

function newFlow({ interfaceName, cryptoMap, localAddress }: Reading): Flow {
  return {
    interfaceName,
    cryptoMap,
    localAddress,
    localIdentity: null,
    remoteIdentity: null,
    peer: null,
    peerPort: null,
    packets: {
      encapsulated: null,
      encrypted: null,
      decapsulated: null,
      decrypted: null,
      sendErrors: null,
      receiveErrors: null,
    },
    localEndpoint: null,
    remoteEndpoint: null,
    plaintextMtuBytes: null,
    pathMtuBytes: null,
    outgoingIpMtuBytes: null,
    outgoingInterface: null,
    outboundSpi: null,
    perfectForwardSecrecy: null,
    inboundEsp: [],
    outboundEsp: [],
  };
}

function proxyIdentity(text: string): ProxyIdentity | null {
  const [address, mask, protocol, port] = text.split("/");
  if (address === undefined || mask === undefined) return null;
  return { address, mask, protocol: Number(protocol ?? 0), port: Number(port ?? 0) };
}

function takeFlowLine({ flows }: Reading, text: string): boolean {
  const flow = flows.at(-1);
  if (!flow) return false;
  const found = (pattern: RegExp): string | null => pattern.exec(text)?.[1] ?? null;
  const count = (pattern: RegExp): number | null => {
    const digits = found(pattern);
    return digits === null ? null : Number(digits);
  };
  // 12.2: `current_peer: 10.0.0.2:500`.
  const peer = /^current_peer:?\s+([0-9A-Fa-f.:]+?)(?:(?:\s+port\s+|:)(\d{2,5}))?$/.exec(text);
  if (peer) {
    flow.peer = peer[1] ?? null;
    flow.peerPort = peer[2] === undefined ? null : Number(peer[2]);
    return true;
  }
  if (text.startsWith("#")) {
    const { packets } = flow;
    packets.encapsulated ??= count(/#pkts encaps:\s*(\d+)/);
    packets.encrypted ??= count(/#pkts encrypt:\s*(\d+)/);
    packets.decapsulated ??= count(/#pkts decaps:\s*(\d+)/);
    packets.decrypted ??= count(/#pkts decrypt:\s*(\d+)/);
    packets.sendErrors ??= count(/#send errors\s*(\d+)/);
    packets.receiveErrors ??= count(/#recv errors\s*(\d+)/);
    return true;
  }
  const endpoints = /^local crypto endpt\.:\s*([^\s,]+),\s*remote crypto endpt\.:\s*(\S+)/.exec(text);
  if (endpoints) {
    [flow.localEndpoint, flow.remoteEndpoint] = [endpoints[1] ?? null, endpoints[2] ?? null];
    return true;
  }
  if (/\bpath mtu \d+/.test(text)) {
    flow.plaintextMtuBytes = count(/plaintext mtu (\d+)/);
    flow.pathMtuBytes = count(/path mtu (\d+)/);
    flow.outgoingIpMtuBytes = count(/(?:, ip|media) mtu (\d+)/);
    flow.outgoingInterface = found(/mtu idb (\S+)/);
    return true;
  }
  const spi = /^current outbound spi:\s*(?:0x)?([0-9A-F]+)/i.exec(text);
  if (spi) {
    flow.outboundSpi = /^0+$/.test(spi[1] ?? "") ? null : hexadecimal(spi[1] ?? "");
    return true;
  }
  const pfs = /^PFS \(Y\/N\): ([YN])/.exec(text);
  if (pfs) flow.perfectForwardSecrecy = pfs[1] === "Y";
  return pfs !== null;
}

function takeSaLine(reading: Reading, text: string): boolean {
  const flow = reading.flows.at(-1);
  if (!flow) return false;
  const list = /^(inbound|outbound) (esp|ah|pcp) sas:/.exec(text);
  if (list) {
    reading.list = list[2] !== "esp" ? "other" : list[1] === "inbound" ? "inbound" : "outbound";
    reading.sa = null;
    return true;
  }
  const spi = /^spi:\s*0x([0-9A-F]+)/i.exec(text);
  if (spi) {
    const sa = newSa(hexadecimal(spi[1] ?? ""));
    reading.sa = reading.list === "other" ? null : sa;
    if (reading.list === "inbound") flow.inboundEsp.push(sa);
    else if (reading.list === "outbound") flow.outboundEsp.push(sa);
    return true;
  }
  if (reading.sa) describeSa(reading.sa, text);
  return reading.sa !== null;
}

function newSa(spi: string): Sa {
  return {
    spi,
    transforms: [],
    mode: null,
    udpEncapsulated: false,
    extendedSequenceNumbers: false,
    kilobytesLeft: null,
    secondsLeft: null,
    ivBytes: null,
    replayDetection: null,
    status: null,
  };
}

function describeSa(sa: Sa, text: string): void {
  const transform = /^transform:\s*(.*)$/.exec(text)?.[1];
  if (transform !== undefined) sa.transforms = transformNames(transform);
  const settings = /^in use settings\s*=\s*\{(.*)\}/.exec(text)?.[1];
  if (settings !== undefined) {
    sa.mode = /transport/i.test(settings) ? "transport" : /tunnel/i.test(settings) ? "tunnel" : null;
    sa.udpEncapsulated = /UDP-Encaps/i.test(settings);
    sa.extendedSequenceNumbers = /\besn\b/i.test(settings);
  }
  const timing = /remaining key lifetime \((k\/sec|sec)\):\s*\(?([^/)]+)(?:\/(\d+))?\)?/.exec(text);
  if (timing) {
    const [, unit, first = "", second] = timing;
    sa.kilobytesLeft = unit === "k/sec" && /^\d+$/.test(first) ? Number(first) : null;
    sa.secondsLeft = unit === "sec" ? Number(first) : second === undefined ? null : Number(second);
  }
  const iv = /^IV size:\s*(\d+)/.exec(text)?.[1];
  if (iv !== undefined) sa.ivBytes = Number(iv);
  const replay = /^replay detection support:\s*([YN])/.exec(text)?.[1];
  if (replay !== undefined) sa.replayDetection = replay === "Y";
  const status = /^Status:\s*([A-Z]+)/.exec(text)?.[1];
  if (status !== undefined) sa.status = status;
}

/** `esp-gcm 256 ,` is one transform with its key length; `esp-256-aes esp-sha-hmac ,` are two. */
function transformNames(text: string): string[] {
  return text
    .replaceAll(",", " ")
    .trim()
    .split(/\s+(?=[a-z])/)
    .filter((name) => name !== "");
}

const hexadecimal = (digits: string): string => `0x${digits.toUpperCase().padStart(8, "0")}`;
