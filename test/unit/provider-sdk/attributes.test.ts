import { readFileSync } from "node:fs";
import { describe, expect, expectTypeOf, it } from "vitest";
import { objectType, t, type Config, type State } from "../../../provider/schema/attributes.ts";
import { assertAttributes, assertFinished, validateConfig } from "../../../provider/sdk/attribute-rules.ts";
import { defineFunction } from "../../../provider/sdk/definitions.ts";
import { Diagnostics, ProviderError } from "../../../provider/sdk/diagnostics.ts";
import { UNKNOWN } from "../../../provider/sdk/unknown.ts";
import { typeOf, wireSchema } from "../../../provider/sdk/wire-schema.ts";

const description = "";
const attributes = {
  name: t.string({ description, required: true }),
  port: t.integer({
    description,
    default: 22,
    check: (port) => (port < 65536 ? undefined : "a port is 65535 at most"),
  }),
  note: t.string({ description, deprecated: true }),
  id: t.string({ description, computed: true, stable: true }),
  address: t.string({ description, optional: true, computed: true }),
  key_wo: t.string({ description, writeOnly: true, sensitive: true }),
  labels: t.map(["set", "string"], { description }),
  tunnels: t.objects(
    { mtu: t.integer({ description, required: true }), mode: t.string({ description, default: "gre" }) },
    { description },
  ),
} as const;

describe("attributes", () => {
  it("give the types of state and configuration", () => {
    interface Tunnel {
      mtu: number;
      mode: string;
    }
    expectTypeOf<State<typeof attributes>>().toEqualTypeOf<{
      name: string;
      port: number;
      note: string | null;
      id: string;
      address: string;
      key_wo: string | null;
      labels: Readonly<Record<string, readonly string[]>> | null;
      tunnels: readonly Tunnel[] | null;
    }>();
    expectTypeOf<Config<typeof attributes>["port"]>().toEqualTypeOf<number | null>();
    expectTypeOf<Config<typeof attributes>["tunnels"]>().toEqualTypeOf<
      readonly { mtu: number; mode: string | null }[] | null
    >();
    // @ts-expect-error a default is of the attribute's type
    t.integer({ description, default: "22" });
    // @ts-expect-error so is what a check is given
    t.string({ description, check: (value: number) => String(value) });
  });

  it("give a function's types", () => {
    const { call } = defineFunction({
      summary: "",
      parameters: [
        { name: "a", type: "number", description },
        { name: "b", type: ["list", "string"], description },
      ],
      returns: "string",
      call(a, b) {
        expectTypeOf(a).toEqualTypeOf<number>();
        expectTypeOf(b).toEqualTypeOf<readonly string[]>();
        return b.join(String(a));
      },
    });
    expect(call(1, ["x", "y"] as never)).toBe("x1y");
  });

  it("give Terraform's type, made once", () => {
    expect(objectType(attributes)).toEqual([
      "object",
      {
        name: "string",
        port: "number",
        note: "string",
        id: "string",
        address: "string",
        key_wo: "string",
        labels: ["map", ["set", "string"]],
        tunnels: ["list", ["object", { mtu: "number", mode: "string" }]],
      },
    ]);
    expect(typeOf(attributes)).toBe(typeOf(attributes));
  });

  it("give the wire schema", () => {
    const schema = wireSchema(attributes, 3);
    expect(schema.version).toBe(3);
    const told = Object.fromEntries(
      (schema.block?.attributes ?? []).map((one) => [
        one.name ?? "",
        ["required", "optional", "computed", "sensitive", "write_only", "deprecated"]
          .filter((flag) => one[flag as "required"])
          .join(" "),
      ]),
    );
    expect(told).toEqual({
      name: "required",
      port: "optional computed",
      note: "optional deprecated",
      id: "computed",
      address: "optional computed",
      key_wo: "optional sensitive write_only",
      labels: "optional",
      tunnels: "optional",
    });
    const nested = schema.block?.attributes?.find(({ name }) => name === "tunnels");
    expect(nested?.type).toBeUndefined();
    expect(nested?.nested_type?.attributes?.map(({ name }) => name)).toEqual(["mtu", "mode"]);
  });

  it("are data alone: the file imports nothing", () => {
    const text = readFileSync(new URL("../../../provider/schema/attributes.ts", import.meta.url), "utf8");
    expect(text).not.toMatch(/^import/m);
  });

  it.each([
    ["another name", { Port: t.string({ description }) }, "x.Port: a name is made of a-z, 0-9 and _"],
    [
      "required and computed",
      { a: t.string({ description, required: true, computed: true }) },
      "x.a: required, and optional or computed",
    ],
    [
      "required with a default",
      { a: t.string({ description, required: true, default: "" }) },
      "x.a: required, and has a default",
    ],
    [
      "write-only with a default",
      { a: t.string({ description, writeOnly: true, default: "" }) },
      "x.a: write-only, and filled in by the provider",
    ],
    [
      "stable and not computed",
      { a: t.string({ description, stable: true }) },
      "x.a: stable is said of a computed attribute",
    ],
    [
      "the same inside an object",
      { a: t.object({ b: t.string({ description, stable: true }) }, { description }) },
      "x.a.b: stable is said of a computed attribute",
    ],
  ])("fail when they contradict themselves: %s", (_title, wrong, message) => {
    expect(() => assertAttributes(wrong, "x")).toThrow(new TypeError(message));
  });
});

describe("a configuration", () => {
  const told = (config: Record<string, unknown>, writeOnlyAllowed = true) => {
    const diagnostics = new Diagnostics();
    validateConfig(attributes, config, diagnostics, { writeOnlyAllowed });
    return diagnostics.list.map(({ summary, detail, attribute }) => ({
      summary,
      detail,
      at: attribute?.steps?.map(({ selector }) => selector?.value),
    }));
  };

  it("is checked where it is known", () => {
    expect(told({ port: 65536 })).toEqual([
      { summary: "port has a value that cannot be", detail: "a port is 65535 at most.", at: ["port"] },
    ]);
    expect(told({ port: 22.5 })[0]?.detail).toBe("a whole number is wanted.");
    expect(told({ port: UNKNOWN })).toEqual([]);
    expect(told({ port: null })).toEqual([]);
  });

  it("is checked inside, and the place is told in words, at the line Terraform finds", () => {
    expect(told({ tunnels: [{ mtu: 1 }, { mtu: 0.5 }, UNKNOWN] })).toEqual([
      { summary: "tunnels[1].mtu has a value that cannot be", detail: "a whole number is wanted.", at: ["tunnels"] },
    ]);
  });

  it("fails with a write-only value where Terraform would keep it", () => {
    expect(told({ key_wo: "hush" }, false)).toEqual([
      {
        summary: "Write-only attributes need Terraform 1.11",
        detail: "key_wo would be kept in the state by an older one.",
        at: ["key_wo"],
      },
    ]);
    expect(JSON.stringify(told({ key_wo: "hush" }, false))).not.toContain("hush");
  });
});

describe("a finished state", () => {
  it("may lack what is optional", () => {
    expect(() => assertFinished(attributes, { name: "r1" })).not.toThrow();
  });

  it("fails without what is required, and with what is unknown", () => {
    expect(() => assertFinished(attributes, { name: null, id: UNKNOWN, tunnels: [{ mtu: UNKNOWN }] })).toThrow(
      expect.objectContaining({
        message: "The provider returned an unfinished object",
        detail:
          "This is a fault of the provider: name is required and missing, id is still unknown, tunnels is still unknown.",
      }) as ProviderError,
    );
  });
});

describe("diagnostics", () => {
  it("put a deep path in the words, once", () => {
    const diagnostics = new Diagnostics();
    diagnostics.warn("Too large", "It will be cut.", ["tunnels", 0, "mtu"]);
    diagnostics.error("tunnels[0].mtu is too large", "It will be cut.", ["tunnels", 0, "mtu"]);
    expect(diagnostics.list.map(({ detail }) => detail)).toEqual([
      "tunnels[0].mtu: It will be cut.",
      "It will be cut.",
    ]);
    expect(diagnostics.failed).toBe(true);
  });

  it("have failed only by an error", () => {
    const diagnostics = new Diagnostics();
    diagnostics.warn("Careful");
    expect(diagnostics.failed).toBe(false);
    expect(diagnostics.list[0]).not.toHaveProperty("attribute");
  });
});
