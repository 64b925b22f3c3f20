/**
 * A router as its configuration tells it, in IOS's own words and nothing assumed: what is not said is null. Whatever can be found fault
 * with knows its line.
 */
import type { DeviceText } from "./transcript.ts";

/** A value and the line that says it. */
export interface Said<T> {
  readonly value: T;
  readonly line: number;
}

/** An address with its mask as a prefix length. */
export interface AddressValue {
  readonly address: string;
  readonly prefixLength: number;
}

export interface IosInterface {
  readonly name: string;
  readonly line: number;
  lastLine: number;
  description: Said<string> | null;
  address: Said<AddressValue> | null;
  readonly secondaries: Said<AddressValue>[];
  address6: Said<string> | null;
  /** `dhcp` or `negotiated`: there is an address, and the configuration does not say which. */
  addressGiven: Said<string> | null;
  unnumbered: Said<string> | null;
  mtuBytes: Said<number> | null;
  ipMtuBytes: Said<number> | null;
  tcpMssBytes: Said<number> | null;
  shutdown: Said<boolean> | null;
  bandwidth: Said<number> | null;
  delay: Said<number> | null;
  cryptoMap: Said<string> | null;
  vrf: Said<string> | null;
  accessIn: Said<string> | null;
  accessOut: Said<string> | null;
  nat: Said<"inside" | "outside"> | null;
  noUnreachables: Said<true> | null;
  urpf: Said<string> | null;
  keepalive: Said<{ readonly periodSeconds: number; readonly retryCount: number }> | null;
  tunnelSource: Said<{ readonly interface: string | null; readonly address: string | null }> | null;
  tunnelDestination: Said<string> | null;
  tunnelMode: Said<"gre" | "gre6" | "mgre" | "ipsec" | "other"> | null;
  tunnelKey: Said<number> | null;
  tunnelChecksum: Said<true> | null;
  tunnelSequence: Said<true> | null;
  tunnelPmtud: Said<true> | null;
  tunnelProtection: Said<{ readonly profile: string; readonly shared: boolean }> | null;
  tunnelVrf: Said<string> | null;
  bfd: Said<{ readonly intervalMs: number; readonly multiplier: number }> | null;
  dfBit: Said<string> | null;
  ospf: {
    area: Said<string> | null;
    network: Said<string> | null;
    hello: Said<number> | null;
    dead: Said<number> | null;
    cost: Said<number> | null;
    bfd: Said<true> | null;
    mtuIgnore: boolean;
  };
}

export interface IsakmpPolicy {
  readonly priority: number;
  readonly line: number;
  lastLine: number;
  encryption: Said<{ readonly cipher: "des" | "3des" | "aes"; readonly bits: number | null }> | null;
  hash: Said<string> | null;
  authentication: Said<string> | null;
  group: Said<number> | null;
  lifetimeSeconds: Said<number> | null;
}

/** A pre-shared key and whom it is for. The value goes to no finding and no document. */
export interface PresharedKey {
  readonly key: string;
  /** 6 and 7: the value is not the key itself. */
  readonly type: string;
  readonly address: string | null;
  readonly prefixLength: number;
  readonly line: number;
}

export interface Keyring {
  readonly name: string;
  readonly line: number;
  readonly keys: PresharedKey[];
}

export interface IsakmpProfile {
  readonly name: string;
  readonly line: number;
  keyring: Said<string> | null;
}

export interface TransformSet {
  readonly name: string;
  readonly line: number;
  lastLine: number;
  readonly transforms: readonly string[];
  mode: Said<"tunnel" | "transport"> | null;
}

/** What an ipsec profile and an entry of a crypto map have in common. */
export interface Protection {
  readonly line: number;
  lastLine: number;
  transformSets: Said<readonly string[]> | null;
  /** `null` in `value`: `set pfs` without a group. */
  pfs: Said<string | null> | null;
  lifetimeSeconds: Said<number> | null;
  ikev2Profile: Said<string> | null;
  isakmpProfile: Said<string> | null;
}

export interface IpsecProfile extends Protection {
  readonly name: string;
}

export interface CryptoMapEntry extends Protection {
  readonly map: string;
  readonly sequence: number;
  readonly kind: "static" | "dynamic" | "uses-dynamic" | "other";
  readonly peers: Said<string>[];
  matchAddress: Said<string> | null;
}

export interface CryptoMap {
  readonly name: string;
  readonly line: number;
  readonly entries: CryptoMapEntry[];
  localAddress: Said<string> | null;
}

export interface Ikev2Proposal {
  readonly name: string;
  readonly line: number;
  lastLine: number;
  encryption: Said<readonly string[]> | null;
  integrity: Said<readonly string[]> | null;
  groups: Said<readonly number[]> | null;
}

export interface Ikev2Policy {
  readonly name: string;
  readonly line: number;
  readonly proposals: Said<string>[];
}

export interface Ikev2Keyring {
  readonly name: string;
  readonly line: number;
  readonly peers: {
    readonly name: string;
    readonly line: number;
    address: Said<AddressValue> | null;
    local: Said<string> | null;
    remote: Said<string> | null;
    type: string;
  }[];
}

export interface Ikev2Profile {
  readonly name: string;
  readonly line: number;
  lastLine: number;
  keyring: Said<string> | null;
  readonly remoteAddresses: Said<AddressValue>[];
  localAuthentication: Said<string> | null;
  remoteAuthentication: Said<string> | null;
  localKey: Said<string> | null;
  remoteKey: Said<string> | null;
  lifetimeSeconds: Said<number> | null;
  /** After so many seconds the peer is asked. */
  dpd: Said<number> | null;
}

/** One side of an entry of an access list: addresses that differ from `address` in the bits of `wildcard` alone. */
export interface AclSide {
  readonly address: string;
  readonly wildcard: string;
  readonly ports: string;
}

export interface AclEntry {
  readonly action: "permit" | "deny";
  readonly protocol: string;
  readonly source: AclSide;
  readonly destination: AclSide;
  /** What follows: `log`, `established`, an ICMP type. */
  readonly rest: string;
  readonly line: number;
}

export interface AccessList {
  readonly name: string;
  readonly line: number;
  readonly kind: "standard" | "extended";
  readonly entries: AclEntry[];
  /** Entries that were not understood: nothing can be concluded from this list. */
  isPartial: boolean;
}

export interface IosRoute {
  readonly destination: string;
  readonly prefixLength: number;
  readonly via: string | null;
  readonly interface: string | null;
  readonly vrf: string | null;
  readonly distance: number | null;
  readonly track: number | null;
  readonly line: number;
}

export interface NetworkStatement {
  readonly address: string;
  readonly wildcard: string | null;
  readonly area: string | null;
  readonly line: number;
}

export interface RoutingProcess {
  readonly protocol: "ospf" | "eigrp" | "bgp";
  readonly id: string;
  readonly line: number;
  readonly networks: NetworkStatement[];
  readonly passive: Said<string>[];
  passiveDefault: boolean;
  readonly active: string[];
  routerId: Said<string> | null;
  readonly neighbors: Said<string>[];
  /** EIGRP's number; the name's where the name is a number. */
  autonomousSystem: number | null;
}

export interface NatRule {
  readonly acl: string | null;
  readonly routeMap: string | null;
  readonly interface: string | null;
  readonly line: number;
}

export interface IosDevice {
  readonly name: string;
  readonly file: string;
  readonly text: DeviceText;
  hostname: Said<string> | null;
  /** `15.9`, `17.3`. */
  version: Said<string> | null;
  complianceShieldOff: boolean;
  readonly interfaces: Map<string, IosInterface>;
  readonly isakmpPolicies: IsakmpPolicy[];
  readonly isakmpKeys: PresharedKey[];
  isakmpKeepalive: Said<number> | null;
  readonly isakmpProfiles: Map<string, IsakmpProfile>;
  readonly keyrings: Map<string, Keyring>;
  readonly transformSets: Map<string, TransformSet>;
  readonly ipsecProfiles: Map<string, IpsecProfile>;
  ipsecLifetimeSeconds: Said<number> | null;
  dfBit: Said<string> | null;
  readonly cryptoMaps: Map<string, CryptoMap>;
  readonly ikev2Proposals: Map<string, Ikev2Proposal>;
  readonly ikev2Policies: Map<string, Ikev2Policy>;
  readonly ikev2Keyrings: Map<string, Ikev2Keyring>;
  readonly ikev2Profiles: Map<string, Ikev2Profile>;
  ikev2Dpd: Said<number> | null;
  readonly accessLists: Map<string, AccessList>;
  readonly routes: IosRoute[];
  readonly routes6: { readonly destination: string; readonly via: string; readonly line: number }[];
  readonly routing: RoutingProcess[];
  readonly nat: NatRule[];
  readonly routeMaps: Map<
    string,
    { readonly action: "permit" | "deny"; readonly line: number; readonly acls: Said<string>[] }[]
  >;
  readonly vrfs: Map<string, number>;
  readonly slas: Map<number, { readonly line: number; target: string | null; isScheduled: boolean }>;
  readonly tracks: Map<number, { readonly line: number; readonly sla: number | null }>;
}

const interfaceNames = [
  "Async",
  "ATM",
  "BDI",
  "BVI",
  "Cellular",
  "Dialer",
  "Ethernet",
  "FastEthernet",
  "FiveGigabitEthernet",
  "FortyGigabitEthernet",
  "GigabitEthernet",
  "HundredGigE",
  "Loopback",
  "Multilink",
  "Null",
  "Port-channel",
  "POS",
  "Serial",
  "TenGigabitEthernet",
  "Tunnel",
  "TwentyFiveGigE",
  "TwoGigabitEthernet",
  "Virtual-Template",
  "VirtualPortGroup",
  "Vlan",
] as const;

/** An interface's whole name, `GigabitEthernet0/1` for `gi0/1`; a name that begins none stays as it is. */
export function interfaceName(text: string): string {
  const [, letters = text, numbers = ""] = /^([A-Za-z][A-Za-z-]*?)\s*(\d.*)?$/.exec(text) ?? [];
  const small = letters.toLowerCase();
  const whole =
    interfaceNames.find((name) => name.toLowerCase() === small) ??
    interfaceNames.find((name) => name.toLowerCase().startsWith(small));
  return `${whole ?? letters}${numbers}`;
}

/** The prefix length of a mask; undefined for one with holes. */
export function maskLength(mask: string): number | undefined {
  const bits = mask
    .split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0"))
    .join("");
  return /^1*0*$/.test(bits) && bits.length === 32 ? (bits.indexOf("0") === -1 ? 32 : bits.indexOf("0")) : undefined;
}

/** The mask of a prefix length; `wildcard` is its complement. */
export function maskOf(prefixLength: number): string {
  return toAddress(prefixLength === 0 ? 0 : (0xffffffff << (32 - prefixLength)) >>> 0);
}

/** An address as a number; what is no address gives no sensible one. */
export function toNumber(address: string): number {
  let [sum, part] = [0, 0];
  for (let at = 0; at < address.length; at += 1) {
    const code = address.charCodeAt(at);
    if (code === 0x2e) [sum, part] = [sum * 256 + part, 0];
    else part = part * 10 + code - 0x30;
  }
  return sum * 256 + part;
}

/** A number as an address. */
export function toAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
}

/** The network that an address is in. */
export function networkOf({ address, prefixLength }: AddressValue): string {
  return toAddress((toNumber(address) & toNumber(maskOf(prefixLength))) >>> 0);
}

/** True when the address lies in the network. */
export function isIn(address: string, { address: network, prefixLength }: AddressValue): boolean {
  return prefixLength === 0 || (toNumber(address) ^ toNumber(network)) >>> (32 - prefixLength) === 0;
}

/** True for `192.0.2.1`. */
export function isAddress(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}
