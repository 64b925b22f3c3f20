/** Access lists: their entries read, mirrored, and asked what they match. */
import { isAddress, toAddress, toNumber, type AccessList, type AclEntry, type AclSide } from "./device.ts";

const any: AclSide = { address: "0.0.0.0", wildcard: "255.255.255.255", ports: "" };
const protocolNumbers: Readonly<Record<string, string>> = {
  "1": "icmp",
  "6": "tcp",
  "17": "udp",
  "47": "gre",
  "50": "esp",
  "51": "ahp",
  "88": "eigrp",
  "89": "ospf",
  "0": "ip",
};

/**
 * The entry that follows `access-list 100` or stands in a named list: `permit gre host 192.0.2.1 host 203.0.113.1`.
 * Undefined for one of a form not known here (object groups, reflexive lists).
 */
export function parseAclEntry(text: string, kind: "standard" | "extended", line: number): AclEntry | undefined {
  const words = text.trim().toLowerCase().split(/\s+/);
  const action = words.shift();
  if (action !== "permit" && action !== "deny") return undefined;
  if (kind === "standard") {
    const source = takeSide(words, true);
    return source && { action, protocol: "ip", source, destination: any, rest: words.join(" "), line };
  }
  const protocol = words.shift() ?? "";
  const source = takeSide(words, false);
  const destination = source && takeSide(words, false);
  if (!source || !destination || !/^[a-z0-9]+$/.test(protocol)) return undefined;
  return { action, protocol: protocolNumbers[protocol] ?? protocol, source, destination, rest: words.join(" "), line };
}

function takeSide(words: string[], isStandard: boolean): AclSide | undefined {
  const first = words.shift() ?? "";
  let side: Omit<AclSide, "ports"> | undefined;
  if (first === "any") side = any;
  else if (first === "host" && isAddress(words[0] ?? "")) side = { address: words.shift() ?? "", wildcard: "0.0.0.0" };
  else if (isAddress(first)) {
    const wildcard = isAddress(words[0] ?? "") ? words.shift() : isStandard ? "0.0.0.0" : undefined;
    if (wildcard !== undefined) side = { address: masked(first, wildcard), wildcard };
  }
  if (!side) return undefined;
  const operator = words[0] ?? "";
  const count = operator === "range" ? 3 : /^(?:eq|neq|gt|lt)$/.test(operator) ? 2 : 0;
  return { ...side, ports: words.splice(0, count).join(" ") };
}

function masked(address: string, wildcard: string): string {
  return toAddress((toNumber(address) & ~toNumber(wildcard)) >>> 0);
}

/** A host's side. */
export function hostSide(address: string): AclSide {
  return { address, wildcard: "0.0.0.0", ports: "" };
}

/** True when every packet of `inner` is one of `outer`. */
export function sideCovers(outer: AclSide, inner: AclSide): boolean {
  const open = toNumber(outer.wildcard);
  const isWithin = (toNumber(inner.wildcard) & ~open) === 0;
  return (
    isWithin &&
    ((toNumber(outer.address) ^ toNumber(inner.address)) & ~open) === 0 &&
    (outer.ports === "" || outer.ports === inner.ports)
  );
}

/** True when some packet is both sides'. Ports are not looked at. */
export function sidesMeet(a: AclSide, b: AclSide): boolean {
  const open = toNumber(a.wildcard) | toNumber(b.wildcard);
  return ((toNumber(a.address) ^ toNumber(b.address)) & ~open) === 0;
}

/** What a packet is asked for by. */
export interface Flow {
  readonly protocol: string;
  readonly source: AclSide;
  readonly destination: AclSide;
}

/**
 * What the list does with all packets of a flow: the first entry that takes them all decides; `some` when an entry before it takes part
 * of them; `unknown` when an entry of the list was not understood.
 */
export function verdictOf(
  list: AccessList,
  flow: Flow,
): { readonly action: "permit" | "deny" | "some" | "unknown"; readonly entry: AclEntry | null } {
  if (list.isPartial) return { action: "unknown", entry: null };
  let some: AclEntry | null = null;
  for (const entry of list.entries) {
    const isOfProtocol = entry.protocol === "ip" || entry.protocol === flow.protocol;
    const couldBe = isOfProtocol || flow.protocol === "ip";
    if (!couldBe || !sidesMeet(entry.source, flow.source) || !sidesMeet(entry.destination, flow.destination)) continue;
    const takesAll =
      isOfProtocol &&
      (entry.rest === "" || entry.rest.startsWith("log")) &&
      sideCovers(entry.source, flow.source) &&
      sideCovers(entry.destination, flow.destination);
    if (takesAll)
      return some !== null && some.action !== entry.action
        ? { action: "some", entry: some }
        : { action: entry.action, entry };
    some ??= entry;
  }
  return some?.action === "permit" ? { action: "some", entry: some } : { action: "deny", entry: null };
}

/** The entry as the far end must have it. */
export function mirrored(entry: AclEntry): AclEntry {
  return { ...entry, source: entry.destination, destination: entry.source };
}

/** Two entries ask for the same packets. */
export function isSameFlow(a: AclEntry, b: AclEntry): boolean {
  return a.protocol === b.protocol && isSameSide(a.source, b.source) && isSameSide(a.destination, b.destination);
}

function isSameSide(a: AclSide, b: AclSide): boolean {
  return (
    a.wildcard === b.wildcard && a.ports === b.ports && masked(a.address, a.wildcard) === masked(b.address, b.wildcard)
  );
}

/** `permit gre host 192.0.2.1 host 203.0.113.1`, as IOS prints it. */
export function formatAclEntry({ action, protocol, source, destination, rest }: AclEntry): string {
  return [action, protocol, formatSide(source), formatSide(destination), rest].filter((part) => part !== "").join(" ");
}

function formatSide({ address, wildcard, ports }: AclSide): string {
  const side =
    wildcard === "0.0.0.0" ? `host ${address}` : wildcard === "255.255.255.255" ? "any" : `${address} ${wildcard}`;
  return ports === "" ? side : `${side} ${ports}`;
}
