import { decode, encode, ExtData } from "@msgpack/msgpack";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CtyType } from "../../../provider/schema/attributes.ts";
import { hasUnknown, sameValue, withoutUnknown } from "../../../provider/sdk/compare.ts";
import {
  decodeValue,
  encodeValue,
  fromJson,
  isUnknown,
  Unknown,
  UNKNOWN,
  WireError,
} from "../../../provider/sdk/values.ts";

const wire = (raw: unknown) => ({ msgpack: Buffer.from(encode(raw, { useBigInt64: true })), json: Buffer.alloc(0) });
const extension = (code: number, data: number[]) => wire(new ExtData(code, new Uint8Array(data)));
const object = ["object", { name: "string", mtu: "number" }] as const satisfies CtyType;

describe("reading a value", () => {
  it.each<[string, CtyType, unknown, unknown]>([
    ["text", "string", "r1", "r1"],
    ["a boolean", "bool", true, true],
    ["null", "string", null, null],
    ["an integer", "number", 1400, 1400],
    ["a negative integer", "number", -1, -1],
    ["the largest exact integer, as 64 bits", "number", BigInt(Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER],
    ["a double", "number", 1.5, 1.5],
    ["decimal text", "number", "0.1", 0.1],
    ["decimal text with zeros", "number", "-0.50", -0.5],
    ["small decimal text", "number", "0.00000011", 1.1e-7],
    ["an integer as decimal text", "number", "12.0", 12],
    ["zero as decimal text", "number", "0.0", 0],
    ["a list", ["list", "string"], ["a", null], ["a", null]],
    ["a set", ["set", "number"], [1, "0.5"], [1, 0.5]],
    ["a map", ["map", "bool"], { a: true, b: null }, { a: true, b: null }],
    ["an object", object, { name: "r1", mtu: "1.5" }, { name: "r1", mtu: 1.5 }],
    ["an object with an attribute missing", object, { name: "r1" }, { name: "r1", mtu: null }],
    ["an object with an attribute too many", object, { name: "r1", mtu: 1, old: true }, { name: "r1", mtu: 1 }],
  ])("%s", (_title, type, raw, value) => {
    expect(decodeValue(type, wire(raw))).toEqual(value);
  });

  it.each([
    ["code 0", extension(0, [0])],
    ["code 12, refined", extension(12, [0x81, 0x01, 0xc2])],
    ["a code nobody knows yet", extension(99, [])],
  ])("takes every extension for unknown: %s", (_title, value) => {
    expect(decodeValue("string", value)).toBe(UNKNOWN);
  });

  it("keeps what is unknown inside of what is known", () => {
    const raw = wire({ name: new ExtData(12, new Uint8Array([0x80])), mtu: 1 });
    expect(decodeValue(object, raw)).toEqual({ name: UNKNOWN, mtu: 1 });
  });

  it.each<[string, unknown]>([
    ["one third", "0.333333333333333333333333333333333333"],
    ["an integer above 2^53", 2n ** 53n + 1n],
    ["an integer above 2^64, as text", "18446744073709551617"],
    ["what is no number", "many"],
  ])("fails on a number that a double cannot hold: %s", (_title, raw) => {
    expect(() => decodeValue(object, wire({ name: "r1", mtu: raw }))).toThrow(
      new WireError("mtu: this number has more digits than can be kept; 15 digits are safe"),
    );
  });

  it("is null where nothing was sent", () => {
    expect(decodeValue("string", undefined)).toBeNull();
    expect(decodeValue("string", { msgpack: Buffer.alloc(0), json: Buffer.alloc(0) })).toBeNull();
  });

  it("takes JSON where no MessagePack was sent", () => {
    expect(decodeValue(object, { msgpack: Buffer.alloc(0), json: Buffer.from('{"mtu":1}') })).toEqual({
      name: null,
      mtu: 1,
    });
  });

  it("drops from a state file what the type does not have", () => {
    expect(fromJson(["list", object], [{ name: "r1", text: "old" }])).toEqual([{ name: "r1", mtu: null }]);
  });

  it.each<[string, CtyType, unknown]>([
    ["a list", ["list", "string"], "r1"],
    ["a map", ["map", "string"], ["r1"]],
    ["an object", object, "r1"],
  ])("fails when %s is wanted and something else is there", (wanted, type, raw) => {
    expect(() => decodeValue(type, wire(raw))).toThrow(`${wanted} is wanted`);
  });
});

describe("writing a value", () => {
  const sent = (type: CtyType, value: unknown) => decode(encodeValue(type, value).msgpack);

  it.each<[string, CtyType, unknown, unknown]>([
    ["an integer as an integer", "number", 1400, 1400],
    ["a fraction as decimal text", "number", 0.1, "0.1"],
    ["an attribute that is missing as null", object, { name: "r1" }, { name: "r1", mtu: null }],
    ["text in NFC", "string", "Zu\u0308rich", "Z\u00fcrich"],
    ["keys in NFC", ["map", "string"], { "u\u0308": "" }, { "\u00fc": "" }],
    ["undefined as null", "string", undefined, null],
  ])("sends %s", (_title, type, value, raw) => {
    expect(sent(type, value)).toEqual(raw);
  });

  it("sends the unknown with code 0", () => {
    expect([...encodeValue("string", UNKNOWN).msgpack]).toEqual([0xd4, 0, 0]);
    expect([...encodeValue(["list", "string"], [UNKNOWN]).msgpack]).toEqual([0x91, 0xd4, 0, 0]);
  });

  it.each<[string, CtyType, unknown, string]>([
    ["another attribute", object, { name: "r1", mut: 1 }, "the value: no attribute is named mut"],
    ["another type inside", ["list", object], [{ name: 7 }], "[0].name: a string is wanted, this is a number"],
    ["a list for a map", ["map", "string"], ["x"], "the value: a map is wanted, this is a list"],
    ["an object for a set", ["set", "string"], {}, "the value: a set is wanted, this is an object"],
    ["text for a boolean", "bool", "yes", "the value: a boolean is wanted, this is a string"],
    ["no number", "number", Number.NaN, "the value: a number is wanted, this is a number"],
    ["an integer above 2^53", "number", 2 ** 53, "the value: a number up to 2^53 is wanted, this is a number"],
    ["a list for an object", object, [], "the value: an object is wanted, this is a list"],
  ])("fails on %s, and says where", (_title, type, value, message) => {
    expect(() => encodeValue(type, value)).toThrow(new WireError(message));
  });

  it("fails without telling the value, which may be a secret", () => {
    expect(() => encodeValue(object, { name: { key: "hush" } })).toThrow(/^(?!.*hush).*$/);
  });
});

describe("the way there and back", () => {
  const typed: fc.Arbitrary<readonly [CtyType, fc.Arbitrary<unknown>]> = fc.letrec<{
    typed: readonly [CtyType, fc.Arbitrary<unknown>];
  }>((tie) => {
    const leaf = fc.constantFrom<readonly [CtyType, fc.Arbitrary<unknown>]>(
      ["string", fc.string({ unit: "grapheme" }).map((text) => text.normalize("NFC"))],
      ["bool", fc.boolean()],
      ["number", fc.maxSafeInteger()],
      [
        "number",
        fc
          .double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 })
          .map((n) => Number(n.toPrecision(15)) + 0),
      ],
    );
    const key = fc.string({ minLength: 1 }).filter((name) => name !== "__proto__");
    const optional = (inner: fc.Arbitrary<unknown>) =>
      fc.oneof({ weight: 4, arbitrary: inner }, fc.constantFrom(null, UNKNOWN));
    const inner = tie("typed");
    const types = fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      inner.map(([type, value]) => [["list", type], fc.array(optional(value), { maxLength: 4 })] as const),
      inner.map(
        ([type, value]) =>
          [["map", type], fc.dictionary(key, optional(value), { maxKeys: 4, noNullPrototype: true })] as const,
      ),
      fc.dictionary(key, inner, { maxKeys: 4, noNullPrototype: true }).map((attributes) => {
        const entries = Object.entries(attributes);
        const shape = Object.fromEntries(entries.map(([name, [, value]]) => [name, optional(value)]));
        return [
          ["object", Object.fromEntries(entries.map(([name, [type]]) => [name, type]))],
          fc.record(shape, { noNullPrototype: true }),
        ] as const;
      }),
    );
    return { typed: types };
  }).typed;

  it("changes nothing", () => {
    fc.assert(
      fc.property(
        typed.chain(([type, value]) => fc.tuple(fc.constant(type), value)),
        ([type, value]) => {
          const back = decodeValue(type, encodeValue(type, value));
          expect(back).toEqual(value);
          expect(sameValue(type, back, value)).toBe(true);
        },
      ),
    );
  });
});

describe("comparing values", () => {
  it.each<[string, CtyType, unknown, unknown, boolean]>([
    ["null and a missing attribute", object, { name: "r1", mtu: null }, { name: "r1" }, true],
    ["another attribute", object, { name: "r1" }, { name: "r2" }, false],
    ["a list in another order", ["list", "string"], ["a", "b"], ["b", "a"], false],
    ["a set in another order", ["set", "string"], ["a", "b", "a"], ["b", "a"], true],
    ["a set of objects in another order", ["set", object], [{ mtu: 1 }, { mtu: 2 }], [{ mtu: 2 }, { mtu: 1 }], true],
    ["a map in another order", ["map", "string"], { a: "1", b: "2" }, { b: "2", a: "1" }, true],
    ["a map with null, and without", ["map", "string"], { a: null }, {}, false],
    ["unknown and unknown", "string", UNKNOWN, UNKNOWN, true],
    ["unknown and known", "string", UNKNOWN, "unknown", false],
    ["null and empty text", "string", null, "", false],
    ["null and an empty list", ["list", "string"], null, [], false],
    ["text in NFD and in NFC", "string", "u\u0308", "\u00fc", true],
    ["text that looks like two elements", ["list", "string"], ['a","b'], ["a", "b"], false],
    ["zero and minus zero", "number", 0, -0, true],
  ])("%s", (_title, type, a, b, same) => {
    expect(sameValue(type, a, b)).toBe(same);
    expect(sameValue(type, b, a)).toBe(same);
  });

  it("finds the unknown at any depth, and takes it away", () => {
    const value = { a: [{ b: UNKNOWN }], c: "known" };
    expect(hasUnknown(value)).toBe(true);
    expect(withoutUnknown(value)).toEqual({ a: [{ b: null }], c: "known" });
    expect(hasUnknown(withoutUnknown(value))).toBe(false);
  });

  it("knows the unknown by its class, not by its form", () => {
    expect(isUnknown(new Unknown())).toBe(true);
    expect(isUnknown({})).toBe(false);
    expect(String(UNKNOWN)).toBe("(known after apply)");
  });
});
