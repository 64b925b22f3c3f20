/** Addresses with a prefix length, as a network engineer types them. The arithmetic is ip-address's; it refuses `010.0.0.1`. */
import { harmlessJson } from "./harmless.ts";
import { Address4, Address6 } from "ip-address";

/** A host's address in its network: `198.51.100.2/30`. */
export interface Prefix {
  readonly address: string;
  readonly prefixLength: number;
  /** First and last address of the network as numbers, for overlap questions. */
  readonly first: number;
  readonly last: number;
  /** The network in its usual form, `198.51.100.0/30`. */
  readonly network: string;
}

/** The prefix, or a sentence that says what is wrong with the text. */
export function parsePrefix(text: string): Prefix | { readonly problem: string } {
  const slash = text.indexOf("/");
  if (slash < 0) return { problem: `${quote(text)} has no prefix length (write it as 192.0.2.1/24)` };
  const length = text.slice(slash + 1);
  if (!/^(?:[0-9]|[12][0-9]|3[0-2])$/.test(length))
    return { problem: `${quote(text)} has no prefix length from 0 to 32` };
  const problem = addressProblem(text.slice(0, slash));
  if (problem !== undefined) return { problem };
  const parsed = new Address4(text);
  const first = toNumber(parsed.startAddress());
  return {
    address: text.slice(0, slash),
    prefixLength: Number(length),
    first,
    last: toNumber(parsed.endAddress()),
    network: `${parsed.startAddress().addressMinusSuffix}/${length}`,
  };
}

/** True when the text was a prefix. */
export function isPrefix<P extends Prefix | Prefix6>(value: P | { readonly problem: string }): value is P {
  return "address" in value;
}

/** What is wrong with an address without prefix length; undefined when nothing is. */
export function addressProblem(text: string): string | undefined {
  const parts = text.split(".");
  const problem = partsProblem(parts) ?? (Address4.isValid(text) ? undefined : "it does not parse");
  return problem === undefined ? undefined : `${quote(text)} is not an IPv4 address: ${problem}`;
}

function partsProblem(parts: readonly string[]): string | undefined {
  if (parts.length !== 4) return "it has not four numbers";
  const strange = parts.find((part) => !/^\d{1,3}$/.test(part));
  if (strange !== undefined) return `${quote(strange)} is not a number from 0 to 255`;
  const large = parts.find((part) => Number(part) > 255);
  if (large !== undefined) return `${large} is above 255`;
  const padded = parts.find((part) => /^0\d/.test(part));
  return padded === undefined ? undefined : `${padded} has a leading zero, which some tools read as octal`;
}

/** True when the two networks share an address. */
export function overlaps(a: Prefix, b: Prefix): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** True when the address lies in the network. */
export function contains(network: Prefix, address: string): boolean {
  const value = toNumber(new Address4(address));
  return network.first <= value && value <= network.last;
}

/** True when the address is one a host may hold: not the network's own and not its broadcast; both ends of a /31 may (RFC 3021). */
export function isHostAddress(prefix: Prefix): boolean {
  if (prefix.prefixLength >= 31) return true;
  const value = toNumber(new Address4(prefix.address));
  return value !== prefix.first && value !== prefix.last;
}

/** The first two addresses a host may hold in the network, for advice. */
export function usableRange(prefix: Prefix): string {
  if (prefix.prefixLength >= 31) return prefix.network;
  return `${addressText(prefix.first + 1)} to ${addressText(prefix.last - 1)}`;
}

function toNumber(address: Address4): number {
  return Number(address.bigInt());
}

/** Four numbers with dots between them. */
export function addressText(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}

/** A host's IPv6 address in its network, both as RFC 5952 writes them. */
export interface Prefix6 {
  readonly address: string;
  readonly prefixLength: number;
  /** `2001:db8:10::/64`. */
  readonly network: string;
}

/** The IPv6 prefix, or a sentence that says what is wrong with the text. */
export function parsePrefix6(text: string): Prefix6 | { readonly problem: string } {
  const [address = "", length = "", ...rest] = text.split("/");
  if (!/^(?:[1-9]?[0-9]|1[01][0-9]|12[0-8])$/.test(length) || rest.length > 0)
    return { problem: `${quote(text)} has no prefix length from 0 to 128 (write it as 2001:db8::1/64)` };
  if (!/^[0-9a-fA-F:]+$/.test(address) || !Address6.isValid(address))
    return { problem: `${quote(address)} is not an IPv6 address` };
  const parsed = new Address6(text);
  return {
    address: new Address6(address).correctForm(),
    prefixLength: Number(length),
    network: `${parsed.startAddress().correctForm()}/${length}`,
  };
}

/** True when the address lies in the network of the prefix; both were parsed before. */
export function contains6(prefix: string, address: string): boolean {
  return new Address6(address).isInSubnet(new Address6(prefix));
}

/** Why an IPv6 address cannot be an interface's own; undefined when it can. Anycast and link-local addresses are not for declaring. */
export function notAHost6({ address, prefixLength, network }: Prefix6): string | undefined {
  if (/^(?:ff|fe[89ab])/.test(address.padStart(4, "0"))) return `${address} is a multicast or link-local address`;
  if (address === "::" || address === "::1") return `${address} is no address of a network`;
  // RFC 4291 section 2.6.1; RFC 6164 for /127.
  if (prefixLength < 127 && network.startsWith(`${address}/`))
    return `${address} is the routers' anycast address of ${network}`;
  return undefined;
}

/** Text from outside, made safe to show: quoted, cut, control characters escaped. */
export function quote(text: string): string {
  const written = Array.from(text.slice(0, 61), (character) => harmlessJson(JSON.stringify(character)).slice(1, -1));
  if (written.join("").length <= 60) return `"${written.join("")}"`;
  while (written.join("").length > 57) written.pop();
  return `"${written.join("")}…"`;
}

/** An address as it is declared, without its prefix length. */
export function withoutLength(address: string): string {
  return address.split("/")[0] ?? address;
}
