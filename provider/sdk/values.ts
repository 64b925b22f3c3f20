/** Terraform's values on the wire: MessagePack by type, unknown values as extension values (Terraform's docs/plugin-protocol/object-wire-format.md). */
import { Decoder, Encoder, ExtData, type ExtensionCodecType } from "@msgpack/msgpack";
import type { CtyType } from "../schema/attributes.ts";
import { isPlain, type Plain } from "./compare.ts";
import { isUnknown, Unknown, UNKNOWN } from "./unknown.ts";

export { isPlain } from "./compare.ts";
export { isUnknown, Unknown, UNKNOWN } from "./unknown.ts";

/** A value that does not have the form its type asks for. */
export class WireError extends Error {
  override readonly name = "WireError";
}

// Any extension code means unknown (0 plain, 12 refined, others reserved); code 0 is always sent.
const extensionCodec: ExtensionCodecType<undefined> = {
  tryToEncode: (value) => (value instanceof Unknown ? new ExtData(0, new Uint8Array([0])) : null),
  decode: () => UNKNOWN,
};
const encoder = new Encoder({ extensionCodec });
// 64-bit integers as bigint, so that one a double cannot hold is noticed.
const decoder = new Decoder({ extensionCodec, useBigInt64: true });

/** An encoded value as the protocol carries it. */
export interface DynamicValue {
  readonly msgpack: Buffer;
  readonly json: Buffer;
}

/**
 * Reads a value of the type; null when there is none.
 * @throws WireError naming the place of a number that a double cannot hold exactly.
 */
export function decodeValue(type: CtyType, value: DynamicValue | undefined): unknown {
  if (!value || (value.msgpack.length === 0 && value.json.length === 0)) return null;
  const raw: unknown = value.msgpack.length > 0 ? decoder.decode(value.msgpack) : JSON.parse(value.json.toString());
  return fromWire(type, raw, "");
}

/** Reads a value of the type from plain JSON (a state file); keys the type does not have are dropped, missing ones are null. */
export function fromJson(type: CtyType, value: unknown): unknown {
  return fromWire(type, value, "");
}

/**
 * Writes a value of the type. Every attribute is sent, null included.
 * @throws WireError naming the place, when a value has another form than its type.
 */
export function encodeValue(type: CtyType, value: unknown): DynamicValue {
  return { msgpack: Buffer.from(encoder.encode(toWire(type, value, ""))), json: Buffer.alloc(0) };
}

function fromWire(type: CtyType, value: unknown, path: string): unknown {
  if (value === null || value === undefined) return null;
  if (isUnknown(value)) return UNKNOWN;
  if (type === "number") return numberFromWire(value, path);
  if (typeof type === "string") return value;
  const [kind] = type;
  if (kind === "list" || kind === "set") {
    if (!Array.isArray(value)) return refuse(path, `a ${kind}`, value);
    return value.map((item, index) => fromWire(type[1], item, `${path}[${index}]`));
  }
  if (!isPlain(value)) return refuse(path, kind === "map" ? "a map" : "an object", value);
  const entries =
    type[0] === "object"
      ? Object.entries(type[1]).map(([key, inner]) => [key, fromWire(inner, value[key], within(path, key))])
      : Object.entries(value).map(([key, item]) => [key, fromWire(type[1], item, `${path}["${key}"]`)]);
  return Object.fromEntries(entries) as Plain;
}

/** Whole numbers come as integers, exact binary fractions as doubles, all others as decimal text. */
function numberFromWire(value: unknown, path: string): number {
  const read = Number(value);
  const exact = Number.isInteger(read)
    ? Number.isSafeInteger(read) && (typeof value !== "string" || sameDecimal(value, String(read)))
    : typeof value === "number" || (typeof value === "string" && sameDecimal(value, String(read)));
  if (exact) return read;
  throw new WireError(`${path || "the value"}: this number has more digits than can be kept; 15 digits are safe`);
}

function sameDecimal(a: string, b: string): boolean {
  const left = decimal(a);
  return left !== undefined && left === decimal(b);
}

/** Sign, digits and exponent with no zero too many; undefined for what is no number. */
function decimal(text: string): string | undefined {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text);
  if (!match) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  const shift = Number(exponent) - fraction.length + digits.length - significant.length;
  return significant === "" ? "0" : `${sign === "-" ? "-" : ""}${significant}e${shift}`;
}

function toWire(type: CtyType, value: unknown, path: string): unknown {
  if (value === null || value === undefined) return null;
  if (isUnknown(value)) return UNKNOWN;
  switch (type) {
    case "string":
      // Terraform normalizes text to NFC; other forms would look like a change.
      return typeof value === "string" ? value.normalize("NFC") : refuse(path, "a string", value);
    case "bool":
      return typeof value === "boolean" ? value : refuse(path, "a boolean", value);
    case "number":
      return numberToWire(value, path);
  }
  if (type[0] === "object") return objectToWire(type[1], value, path);
  const [kind, inner] = type;
  if (kind === "map") {
    if (!isPlain(value)) return refuse(path, "a map", value);
    const entries = Object.entries(value);
    return Object.fromEntries(
      entries.map(([key, item]) => [key.normalize("NFC"), toWire(inner, item, `${path}["${key}"]`)]),
    );
  }
  if (!Array.isArray(value)) return refuse(path, `a ${kind}`, value);
  return value.map((item, index) => toWire(inner, item, `${path}[${index}]`));
}

/** A fraction goes as decimal text: the double beside it is another number than the one the user wrote. */
function numberToWire(value: unknown, path: string): number | string {
  if (typeof value !== "number" || !Number.isFinite(value)) return refuse(path, "a number", value);
  if (!Number.isInteger(value)) return String(value);
  return Number.isSafeInteger(value) ? value : refuse(path, "a number up to 2^53", value);
}

function objectToWire(attributes: Readonly<Record<string, CtyType>>, value: unknown, path: string): unknown {
  if (!isPlain(value)) return refuse(path, "an object", value);
  const extra = Object.keys(value).filter((key) => !Object.hasOwn(attributes, key));
  if (extra.length > 0) throw new WireError(`${path || "the value"}: no attribute is named ${extra.join(", ")}`);
  return Object.fromEntries(
    Object.entries(attributes).map(([key, type]) => [key, toWire(type, value[key], within(path, key))]),
  );
}

function within(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

/** Says the kind of a value, never its content: it may be a secret. */
function refuse(path: string, wanted: string, value: unknown): never {
  const kind = Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `a ${typeof value}`;
  throw new WireError(`${path || "the value"}: ${wanted} is wanted, this is ${kind}`);
}
