/** Terraform's values on the wire: MessagePack by type, unknown values as extension values (Terraform's docs/plugin-protocol/object-wire-format.md). */
import { Decoder, Encoder, type ExtensionCodecType } from "@msgpack/msgpack";
import type { TerraformType } from "../schema/attributes.ts";

/** A value that is known only after apply. */
export class Unknown {
  // Without a private member every object would be assignable to Unknown.
  readonly #unknown = true;
  toString(): string {
    return this.#unknown ? "(known after apply)" : "";
  }
}
/** The one unknown value. */
export const UNKNOWN = new Unknown();

export function isUnknown(value: unknown): value is Unknown {
  return value instanceof Unknown;
}

/** A value that does not have the form its type asks for. */
export class WireError extends Error {
  override readonly name = "WireError";
}

// Any extension code means unknown (0 plain, 12 refined, others reserved); code 0 is always sent.
const extensionCodec: ExtensionCodecType<undefined> = {
  tryToEncode: (value) => (value instanceof Unknown ? { type: 0, data: new Uint8Array([0]) } : null),
  decode: () => UNKNOWN,
};
const encoder = new Encoder({ extensionCodec });
const decoder = new Decoder({ extensionCodec });

/** An encoded value as the protocol carries it. */
export interface DynamicValue {
  readonly msgpack: Buffer;
  readonly json: Buffer;
}

type Plain = Readonly<Record<string, unknown>>;

export function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isUnknown(value);
}

/** Reads a value of the type; null when there is none. */
export function decodeValue(type: TerraformType, value: DynamicValue | undefined): unknown {
  if (!value || (value.msgpack.length === 0 && value.json.length === 0)) return null;
  return fromWire(type, value.msgpack.length > 0 ? decoder.decode(value.msgpack) : JSON.parse(value.json.toString()));
}

/** Reads a value of the type from plain JSON (a state file); keys the type does not have are dropped, missing ones are null. */
export function fromJson(type: TerraformType, value: unknown): unknown {
  return fromWire(type, value);
}

/**
 * Writes a value of the type. Every attribute is sent, null included.
 * @throws WireError naming the place, when a value has another form than its type.
 */
export function encodeValue(type: TerraformType, value: unknown): DynamicValue {
  return { msgpack: Buffer.from(encoder.encode(toWire(type, value, ""))), json: Buffer.alloc(0) };
}

function fromWire(type: TerraformType, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (isUnknown(value)) return UNKNOWN;
  // Large and fractional numbers arrive as decimal text.
  if (type === "number") return typeof value === "string" || typeof value === "bigint" ? Number(value) : value;
  if (typeof type === "string") return value;
  if (type[0] === "object")
    return Object.fromEntries(
      Object.entries(type[1]).map(([key, inner]) => [key, fromWire(inner, (value as Plain)[key])]),
    );
  const [kind, inner] = type;
  if (kind === "map")
    return Object.fromEntries(Object.entries(value as Plain).map(([key, item]) => [key, fromWire(inner, item)]));
  return (value as unknown[]).map((item) => fromWire(inner, item));
}

function toWire(type: TerraformType, value: unknown, path: string): unknown {
  if (value === null || value === undefined) return null;
  if (isUnknown(value)) return UNKNOWN;
  const refuse = (wanted: string): never => {
    throw new WireError(`${path || "the value"}: ${wanted} is wanted, this is ${describe(value)}`);
  };
  switch (type) {
    case "string":
      // Terraform normalizes text to NFC; other forms would look like a change.
      return typeof value === "string" ? value.normalize("NFC") : refuse("a string");
    case "bool":
      return typeof value === "boolean" ? value : refuse("a boolean");
    case "number":
      return Number.isSafeInteger(value) ? value : refuse("a whole number");
  }
  if (type[0] === "object") return objectToWire(type[1], value, path, refuse);
  const [kind, inner] = type;
  if (kind === "map") {
    if (!isPlain(value)) return refuse("a map");
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, toWire(inner, item, `${path}["${key}"]`)]),
    );
  }
  return Array.isArray(value)
    ? value.map((item, index) => toWire(inner, item, `${path}[${index}]`))
    : refuse(`a ${kind}`);
}

function objectToWire(
  attributes: Readonly<Record<string, TerraformType>>,
  value: unknown,
  path: string,
  refuse: (wanted: string) => never,
): unknown {
  if (!isPlain(value)) return refuse("an object");
  const extra = Object.keys(value).filter((key) => !(key in attributes));
  if (extra.length > 0) throw new WireError(`${path || "the value"}: no attribute is named ${extra.join(", ")}`);
  return Object.fromEntries(
    Object.entries(attributes).map(([key, type]) => [key, toWire(type, value[key], path ? `${path}.${key}` : key)]),
  );
}

/** The kind of a value, never its content: it may be a secret. */
function describe(value: unknown): string {
  return Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** True when the two values are the same to Terraform; null and a missing attribute are. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (isUnknown(a) || isUnknown(b)) return isUnknown(a) && isUnknown(b);
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  if (isPlain(a) && isPlain(b))
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) =>
      sameValue(a[key] ?? null, b[key] ?? null),
    );
  return (a ?? null) === (b ?? null);
}

/** True when any part of the value is unknown. */
export function hasUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isPlain(value) ? Object.values(value).some(hasUnknown) : isUnknown(value);
}
