import { describe, expect, it } from "vitest";
import { t, type Attributes } from "../../../provider/schema/attributes.ts";
import { replacements, settlePlan, withoutWriteOnly, type Values } from "../../../provider/sdk/plan-rules.ts";
import { UNKNOWN } from "../../../provider/sdk/unknown.ts";

const description = "";
const tunnel = {
  mode: t.string({ description, default: "gre", replace: true }),
  mtu: t.integer({ description }),
  key_wo: t.string({ description, writeOnly: true }),
  index: t.integer({ description, computed: true }),
  name: t.string({ description, computed: true, stable: true }),
} as const;
const attributes = {
  id: t.string({ description, computed: true, stable: true }),
  host: t.string({ description, required: true, replace: true }),
  config: t.string({ description }),
  port: t.integer({ description, default: 22 }),
  labels: t.set("string", { description, default: ["b", "a"] }),
  key_wo: t.string({ description, writeOnly: true }),
  serial: t.integer({ description, computed: true }),
  address: t.string({ description, optional: true, computed: true }),
} as const;
const nested = {
  serial: t.integer({ description, computed: true }),
  tunnel: t.object(tunnel, { description }),
  list: t.objects(tunnel, { description }),
  map: t.objectMap(tunnel, { description }),
} as const;

const whole = (own: Attributes, values: Values): Values => ({
  ...Object.fromEntries(Object.keys(own).map((name) => [name, null])),
  ...values,
});
const prior = whole(attributes, {
  id: "r1",
  host: "r1",
  config: "a",
  port: 22,
  labels: ["a", "b"],
  serial: 1,
  address: "192.0.2.1",
});

describe("a plan", () => {
  interface Case {
    readonly config: Values;
    readonly prior: Values | null;
    /** What Terraform proposes, where it differs from configuration over prior state. */
    readonly proposed?: Values;
    readonly planned: Values;
  }
  it.each<[string, Case]>([
    [
      "create: what is computed is unknown, defaults are filled in",
      {
        config: { host: "r1", config: "a" },
        prior: null,
        planned: {
          host: "r1",
          config: "a",
          port: 22,
          labels: ["b", "a"],
          id: UNKNOWN,
          serial: UNKNOWN,
          address: UNKNOWN,
        },
      },
    ],
    [
      "create: a computed attribute that is given is taken",
      {
        config: { host: "r1", address: "192.0.2.9", port: 2022, labels: [] },
        prior: null,
        planned: { host: "r1", port: 2022, labels: [], id: UNKNOWN, serial: UNKNOWN, address: "192.0.2.9" },
      },
    ],
    [
      "create: a value that is not known yet stays so, and no default takes its place",
      {
        config: { host: UNKNOWN, port: UNKNOWN },
        prior: null,
        planned: { host: UNKNOWN, port: UNKNOWN, labels: ["b", "a"], id: UNKNOWN, serial: UNKNOWN, address: UNKNOWN },
      },
    ],
    [
      "nothing changed: nothing is unknown, though the default's set has another order",
      { config: { host: "r1", config: "a" }, prior, planned: { ...prior, labels: ["b", "a"] } },
    ],
    [
      "update: computed values are unknown, stable ones stay",
      {
        config: { host: "r1", config: "b" },
        prior,
        planned: { ...prior, config: "b", labels: ["b", "a"], serial: UNKNOWN, address: UNKNOWN },
      },
    ],
    [
      "update: a stable value that never was is unknown",
      {
        config: { host: "r1", config: "b" },
        prior: { ...prior, id: null },
        planned: { ...prior, id: UNKNOWN, config: "b", labels: ["b", "a"], serial: UNKNOWN, address: UNKNOWN },
      },
    ],
    [
      "an attribute with a default, taken out of the configuration: the default comes back",
      {
        config: { host: "r1", config: "a" },
        prior: { ...prior, port: 2022 },
        planned: { ...prior, port: 22, labels: ["b", "a"], serial: UNKNOWN, address: UNKNOWN },
      },
    ],
    [
      "write-only: null in the plan, and a change of it alone is no change",
      {
        config: { host: "r1", config: "a", labels: ["a", "b"], key_wo: "new" },
        prior,
        planned: prior,
      },
    ],
  ])("%s", (_title, { config, prior: before, proposed = {}, planned }) => {
    const given = whole(attributes, config);
    const offered = Object.fromEntries(
      Object.keys(attributes).map((name) => [name, proposed[name] ?? given[name] ?? computedBefore(name, before)]),
    );
    expect(settlePlan(attributes, given, before, offered)).toEqual(whole(attributes, planned));
  });

  /** Terraform keeps the prior value of what is computed and not given. */
  function computedBefore(name: string, before: Values | null): unknown {
    const { options } = (attributes as Attributes)[name]!;
    return options.computed || options.default !== undefined ? (before?.[name] ?? null) : null;
  }
});

describe("a plan of nested attributes", () => {
  const config = { mode: null, mtu: 1400, key_wo: "hush", index: null, name: null };
  const created = { mode: "gre", mtu: 1400, key_wo: null, index: UNKNOWN, name: UNKNOWN };
  const known = { mode: "gre", mtu: 1400, key_wo: null, index: 3, name: "t" };

  it("fills each object inside, in each kind of nesting", () => {
    const given = whole(nested, { tunnel: config, list: [config, config], map: { a: config } });
    expect(settlePlan(nested, given, null, given)).toEqual({
      serial: UNKNOWN,
      tunnel: created,
      list: [created, created],
      map: { a: created },
    });
  });

  it("keeps stable values of the object in the same place", () => {
    const before = whole(nested, { serial: 1, tunnel: known, list: [known], map: { a: known } });
    const changed = { ...config, mtu: 1300 };
    const offered = { ...known, mtu: 1300 };
    const planned = settlePlan(
      nested,
      whole(nested, { tunnel: changed, list: [config, changed], map: { a: changed, b: config } }),
      before,
      { serial: 1, tunnel: offered, list: [known, changed], map: { a: offered, b: config } },
    );
    expect(planned).toEqual({
      serial: UNKNOWN,
      tunnel: { ...offered, index: UNKNOWN },
      list: [
        { ...known, index: UNKNOWN },
        { ...created, mtu: 1300 },
      ],
      map: { a: { ...offered, index: UNKNOWN }, b: created },
    });
  });

  it("leaves alone what is null or not known as a whole", () => {
    const given = whole(nested, { tunnel: UNKNOWN, list: UNKNOWN, map: null });
    expect(settlePlan(nested, given, null, given)).toEqual({
      serial: UNKNOWN,
      tunnel: UNKNOWN,
      list: UNKNOWN,
      map: null,
    });
  });

  it("does not change what it was given", () => {
    const given = whole(nested, { tunnel: config });
    settlePlan(nested, given, null, given);
    expect(given["tunnel"]).toEqual(config);
  });
});

describe("replacement", () => {
  const one = (mode: unknown) => ({ mode, mtu: 1, key_wo: null, index: 1, name: "t" });
  it.each<[string, Attributes, Values, Values, string[][]]>([
    ["of nothing, when nothing changed", attributes, prior, prior, []],
    ["of nothing, when another attribute changed", attributes, prior, { ...prior, config: "b" }, []],
    ["by a top attribute", attributes, prior, { ...prior, host: "r2" }, [["host"]]],
    ["by a value that is not known yet", attributes, prior, { ...prior, host: UNKNOWN }, [["host"]]],
    ["by an attribute of an object", nested, { tunnel: one("gre") }, { tunnel: one("ipip") }, [["tunnel", "mode"]]],
    ["by an object that goes", nested, { tunnel: one("gre") }, { tunnel: null }, [["tunnel"]]],
    ["by an object in a list", nested, { list: [one("gre")] }, { list: [one("ipip")] }, [["list"]]],
    ["by an object more in a list", nested, { list: [] }, { list: [one("gre")] }, [["list"]]],
    ["by an object in a map", nested, { map: { a: one("gre") } }, { map: { a: one("ipip") } }, [["map"]]],
    [
      "of nothing, when a nested one changed that does not ask for it",
      nested,
      { list: [one("gre")] },
      { list: [{ ...one("gre"), mtu: 2 }] },
      [],
    ],
  ])("%s", (_title, own, before, after, paths) => {
    expect(replacements(own, before, after)).toEqual(paths);
  });
});

it("what leaves the provider holds no write-only value, at any depth", () => {
  const secret = { ...whole(tunnel, {}), key_wo: "hush" };
  const state = whole(nested, { tunnel: secret, list: [secret], map: { a: secret } });
  expect(JSON.stringify(withoutWriteOnly(nested, state))).not.toContain("hush");
  expect(withoutWriteOnly(attributes, whole(attributes, { key_wo: "hush" }))).toEqual(whole(attributes, {}));
  expect(withoutWriteOnly(attributes, null)).toBeNull();
});
