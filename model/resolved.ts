/** Texts and references that were checked: to resolve them cannot fail, and says so if it does. */
import { isPrefix, parsePrefix, parsePrefix6, type Prefix, type Prefix6 } from "./addresses.ts";
import type { InterfaceAddress } from "./lab-model.ts";

/** Of a text that was checked. */
export function prefixOf(text: string): Prefix {
  const prefix = parsePrefix(text);
  if (!isPrefix(prefix)) throw new Error(`an address that was checked does not parse: ${text}`);
  return prefix;
}

/** Of a text that was checked. */
export function prefix6Of(text: string): Prefix6 {
  const prefix = parsePrefix6(text);
  if (!isPrefix(prefix)) throw new Error(`an address that was checked does not parse: ${text}`);
  return prefix;
}

/** The address and its length; `null` where none is declared. */
export function bare6(text: string | undefined): InterfaceAddress | null {
  return text === undefined ? null : { address: prefix6Of(text).address, prefixLength: prefix6Of(text).prefixLength };
}

/** The address and its length, without the network. */
export function bare({ address, prefixLength }: Prefix): InterfaceAddress {
  return { address, prefixLength };
}

/** What a checked reference names. */
export function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a reference that was checked is missing");
  return value;
}
