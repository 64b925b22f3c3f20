/** What extraction carries from line to line: the router, and what each mode is about. */
import type { Arguments } from "./command-tree.ts";
import {
  interfaceName,
  maskLength,
  type PresharedKey,
  type AccessList,
  type CryptoMapEntry,
  type Ikev2Keyring,
  type Ikev2Policy,
  type Ikev2Profile,
  type Ikev2Proposal,
  type IosDevice,
  type IosInterface,
  type IpsecProfile,
  type IsakmpPolicy,
  type IsakmpProfile,
  type Keyring,
  type RoutingProcess,
  type Said,
  type TransformSet,
} from "./device.ts";

/** Where a command stands, and whether `no` stands before it. */
export interface Statement {
  readonly line: number;
  readonly negated: boolean;
}

export interface Current {
  readonly device: IosDevice;
  interfaces: readonly IosInterface[];
  policy: IsakmpPolicy | null;
  isakmpProfile: IsakmpProfile | null;
  keyring: Keyring | null;
  transformSet: TransformSet | null;
  ipsecProfile: IpsecProfile | null;
  mapEntry: CryptoMapEntry | null;
  proposal: Ikev2Proposal | null;
  ikev2Policy: Ikev2Policy | null;
  ikev2Keyring: Ikev2Keyring | null;
  ikev2Peer: Ikev2Keyring["peers"][number] | null;
  ikev2Profile: Ikev2Profile | null;
  accessList: AccessList | null;
  process: RoutingProcess | null;
  routeMapEntry: { readonly acls: Said<string>[] } | null;
  sla: { target: string | null } | null;
}

export type Handler = (current: Current, args: Arguments, statement: Statement) => void;

/** Nothing is entered yet. */
export function freshCurrent(device: IosDevice): Current {
  return {
    device,
    interfaces: [],
    policy: null,
    isakmpProfile: null,
    keyring: null,
    transformSet: null,
    ipsecProfile: null,
    mapEntry: null,
    proposal: null,
    ikev2Policy: null,
    ikev2Keyring: null,
    ikev2Peer: null,
    ikev2Profile: null,
    accessList: null,
    process: null,
    routeMapEntry: null,
    sla: null,
  };
}

/** A value with its line; `no` makes it null. */
export function said<T>(value: T, { line, negated }: Statement): Said<T> | null {
  return negated ? null : { value, line };
}

/** The interface of a name, made when it is new. */
export function enterInterface(device: IosDevice, text: string, line: number): IosInterface {
  const name = interfaceName(text);
  const known = device.interfaces.get(name);
  if (known) {
    known.lastLine = line;
    return known;
  }
  const made: IosInterface = {
    name,
    line,
    lastLine: line,
    description: null,
    address: null,
    secondaries: [],
    address6: null,
    addressGiven: null,
    unnumbered: null,
    mtuBytes: null,
    ipMtuBytes: null,
    tcpMssBytes: null,
    shutdown: null,
    bandwidth: null,
    delay: null,
    cryptoMap: null,
    vrf: null,
    accessIn: null,
    accessOut: null,
    nat: null,
    noUnreachables: null,
    urpf: null,
    keepalive: null,
    tunnelSource: null,
    tunnelDestination: null,
    tunnelMode: null,
    tunnelKey: null,
    tunnelChecksum: null,
    tunnelSequence: null,
    tunnelPmtud: null,
    tunnelProtection: null,
    tunnelVrf: null,
    bfd: null,
    dfBit: null,
    ospf: { area: null, network: null, hello: null, dead: null, cost: null, bfd: null, mtuIgnore: false },
  };
  device.interfaces.set(name, made);
  return made;
}

/** A key said anew takes the place of the one for the same peer. */
export function addKey(keys: PresharedKey[], args: Arguments, { line, negated }: Statement): void {
  const address = args.address ?? null;
  // A key for 0.0.0.0 is for everyone, with or without its mask.
  const prefixLength = maskLength(args.mask ?? (address === "0.0.0.0" ? "0.0.0.0" : "255.255.255.255")) ?? 32;
  const same = keys.findIndex((each) => each.address === address && each.prefixLength === prefixLength);
  if (same >= 0) keys.splice(same, 1);
  if (!negated) keys.push({ key: args.key ?? "", type: args.type ?? "0", address, prefixLength, line });
}

/** The words of an argument that is a list. */
export function wordsOf(text: string | undefined): string[] {
  return (text ?? "").split(/\s+/).filter((word) => word !== "");
}
