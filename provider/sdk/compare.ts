/** Questions about values, without regard to how they travel. */
import type { CtyType } from "../schema/attributes.ts";
import { isUnknown } from "./unknown.ts";

/** An object or a map. */
export type Plain = Readonly<Record<string, unknown>>;

/** True for an object or a map: no list, no null, no unknown value. */
export function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isUnknown(value);
}

/** True when any part of the value is unknown. */
export function hasUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isPlain(value) ? Object.values(value).some(hasUnknown) : isUnknown(value);
}

/** The value with null in place of what is unknown. */
export function withoutUnknown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUnknown);
  if (isPlain(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutUnknown(item)]));
  return isUnknown(value) ? null : value;
}

/** True when the two values of the type are the same to Terraform: null is a missing attribute, a set has no order, text is compared in NFC. */
export function sameValue(type: CtyType, a: unknown, b: unknown): boolean {
  return canonical(type, a) === canonical(type, b);
}

/** One text a value, and the same text for the same value alone. */
function canonical(type: CtyType, value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (isUnknown(value)) return "unknown";
  if (type === "string") return JSON.stringify(typeof value === "string" ? value.normalize("NFC") : value);
  if (typeof type === "string") return JSON.stringify(value);
  if (type[0] === "object") {
    const given = isPlain(value) ? value : {};
    return `{${Object.entries(type[1])
      .map(([name, inner]) => canonical(inner, given[name]))
      .join()}}`;
  }
  const [kind, inner] = type;
  if (kind === "map") {
    const entries = Object.entries(isPlain(value) ? value : {});
    return `{${entries
      .map(([key, item]) => `${JSON.stringify(key.normalize("NFC"))}:${canonical(inner, item)}`)
      .sort()
      .join()}}`;
  }
  const items = (Array.isArray(value) ? value : []).map((item) => canonical(inner, item));
  return `[${(kind === "set" ? [...new Set(items)].sort() : items).join()}]`;
}
