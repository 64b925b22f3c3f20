/** What a router of IOS is started with and pushed, and its keys. */
import { expect, test } from "vitest";
import { renderIosKeys, withoutIosKeys } from "../../../../dialects/ios/render/render-ios-keys.ts";
import { changeConfig } from "../../../../dialects/ios/running-config/change-config.ts";
import { planLab } from "../../../../plan/plan-lab.ts";
import { renderSecrets } from "../../../../dialects/strongswan/render-secrets.ts";
import { iol } from "../../model/rule-cases.ts";
import { changed } from "../../model/sound-lab.ts";

const key = Buffer.alloc(32, 255).toString("base64");
const config =
  "crypto isakmp key {{psk:a}} address 203.0.113.2\ncrypto ikev2 keyring K\n peer b\n  pre-shared-key {{psk:b}}\n";

test("a key stands in its place as text, and a missing or wrong one is told without it", () => {
  const keys = new Map([
    ["a", key],
    ["b", "c2VjcmV0"],
  ]);
  expect(renderIosKeys(config, keys)).toBe(
    `crypto isakmp key ${key} address 203.0.113.2\ncrypto ikev2 keyring K\n peer b\n  pre-shared-key c2VjcmV0\n`,
  );
  expect(() => renderIosKeys(config, new Map([["a", key]]))).toThrow('no pre-shared key for the tunnel "b"');
  expect(() => renderIosKeys(config, new Map([["a", "not base64!"]]))).toThrow(
    /^the pre-shared key of the tunnel "a" is not base64$/,
  );
});

test("without keys a configuration is the same whatever they are, and however they are stored", () => {
  const declared = withoutIosKeys(config);
  expect(declared).not.toContain("psk");
  for (const running of [
    renderIosKeys(
      config,
      new Map([
        ["a", key],
        ["b", key],
      ]),
    ),
    "crypto isakmp key 6 QRSTUV address 203.0.113.2   \ncrypto ikev2 keyring K\n peer b\n  pre-shared-key 6 XYZ\n",
  ])
    expect(changeConfig(withoutIosKeys(running), declared).lines).toEqual([]);
  expect(changeConfig(withoutIosKeys("crypto ikev2 keyring K\n peer b\n"), declared).lines).toHaveLength(4);
});

test("both ends have the same key where one is IOS: the text, not what it decodes to", () => {
  const { plan } = planLab(
    changed(({ nodes }) => {
      nodes.r1 = { ...nodes.r1!, ...iol };
    }),
  );
  const keys = new Map([["tunnel0", key]]);
  const [r1, r2] = ["r1", "r2"].map((name) => plan!.nodes.find((node) => node.name === name)!);
  expect(renderIosKeys(r1!.ios!.config, keys)).toContain(`  pre-shared-key ${key}\n`);
  expect(renderSecrets(r2!.texts.ipsecSecrets, keys)).toContain(`secret = "${key}"`);
});
