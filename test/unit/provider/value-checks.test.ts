import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as schema from "../../../provider/schema/resources.ts";
import { validateConfig } from "../../../provider/sdk/attribute-rules.ts";
import { Diagnostics } from "../../../provider/sdk/diagnostics.ts";

/** What becomes a file, a line of ssh_config, an argument or a line of swanctl.conf must not be able to become two. */
const hostile = [
  'r1"; drop',
  "r1\n  ProxyCommand touch /tmp/owned",
  "$(touch /tmp/owned)",
  "../../../etc/ssh/key",
  "r1\u0000",
  "\u001b[2Jr1",
  "-oProxyCommand=x",
  "r\u202e1",
  "r".repeat(10_000),
  "",
];

/** The faults that a configuration is told, as one text. */
function told(attributes: (typeof schema)["labAccessAttributes"] | object, config: Record<string, unknown>): string {
  const diagnostics = new Diagnostics();
  validateConfig(attributes as (typeof schema)["labAccessAttributes"], config, diagnostics, { writeOnlyAllowed: true });
  return diagnostics.list.map(({ summary, detail }) => `${summary}: ${detail}`).join("\n");
}

describe.each(hostile)("%j is refused, and shown harmlessly", (text) => {
  test.each<[string, object, Record<string, unknown>]>([
    ["a lab", schema.labAccessAttributes, { lab: text }],
    ["a node of a lab", schema.labAccessAttributes, { nodes: { [text]: "192.0.2.1" } }],
    ["the address of a node", schema.labAccessAttributes, { nodes: { r1: text } }],
    ["a folder", schema.labAccessAttributes, { directory: text }],
    ["a state file", schema.labAccessAttributes, { state_file: text }],
    ["a node", schema.routerConfigAttributes, { node: text }],
    ["a host", schema.routerConfigAttributes, { host: text }],
    ["an identity", schema.routerConfigAttributes, { identity_file: text }],
    ["the tunnel of a key", schema.routerConfigAttributes, { pre_shared_keys_wo: { [text]: "c2VjcmV0" } }],
    // 10,000 letters are base64, and carried literally.
    ["a key", schema.routerConfigAttributes, { pre_shared_keys_wo: { tunnel0: `${text}!` } }],
    ["a plan file", schema.verificationAttributes, { plan_file: text }],
    ["a key's file", schema.preSharedKeyAttributes, { file: text }],
    ["a tunnel", schema.tunnelAttributes, { tunnel: text }],
    ["a tunnel's router", schema.tunnelAttributes, { node: text }],
  ])("as %s", (_, attributes, config) => {
    const text = told(attributes, config);
    expect(text).toMatch(/has a value that cannot be/);
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text.length).toBeLessThan(600);
  });
});

test("what a lab gives is taken", () => {
  expect(
    told(schema.labAccessAttributes, {
      lab: "two-sites",
      directory: "/home/an engineer/50% done/.tunnelwright/two-sites",
      nodes: { r1: "10.213.0.2" },
    }),
  ).toBe("");
  for (const host of ["10.213.0.2", "r1.example.net", "2001:db8::1", "::1"])
    expect(told(schema.routerConfigAttributes, { host })).toBe("");
  expect(told(schema.routerConfigAttributes, { pre_shared_keys_wo: { tunnel0: "c2VjcmV0" } })).toBe("");
});

test("a key that is refused is not shown", () => {
  const key = "not-a-key-but-still-secret!";
  expect(told(schema.routerConfigAttributes, { pre_shared_keys_wo: { tunnel0: key } })).not.toContain(key);
});

test("whatever a provider tells, no terminal acts on it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (summary, detail) => {
      const diagnostics = new Diagnostics();
      diagnostics.error(summary, detail);
      const [first] = diagnostics.list;
      expect(`${first?.summary}${first?.detail?.replaceAll("\n", "")}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    }),
  );
});
