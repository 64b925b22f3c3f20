import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { fixIos } from "../../../../dialects/ios/fix.ts";
import { lintIos } from "../../../../dialects/ios/lint.ts";
import { iosRules, type IosRuleId } from "../../../../dialects/ios/rules/catalogue.ts";
import { formatFindings } from "../../../../model/finding.ts";
import { correctPairs, fixture, source } from "./fixtures.ts";
import { iosRuleCases } from "./rule-cases.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** True of correct pairs too: worth knowing, nothing to mend. */
const harmlessRules: readonly IosRuleId[] = ["ios/ikev1", "ios/crypto-map-on-tunnel"];
/** Told of a declaration, not of a text. */
const elsewhere: readonly IosRuleId[] = ["ios/assumed", "ios/not-declarable", "ios/not-on-ios"];

describe("a correct pair", () => {
  test.each(correctPairs)("%s has nothing to mend", (name) => {
    const { findings, pairs, transcript } = lintIos(source(fixture(name)));
    expect(
      findings.filter(({ ruleId }) => !harmlessRules.includes(ruleId)).map(({ where, what }) => `${where}: ${what}`),
    ).toEqual([]);
    expect(pairs).toHaveLength(1);
    expect(transcript.devices).toHaveLength(2);
    expect(transcript.files[0]!.lines.filter(({ status }) => status === "unknown" || status === "refused")).toEqual([]);
  });

  test.each(correctPairs)("%s is given back as it was", (name) => {
    const { files, mended } = fixIos(source(fixture(name)));
    expect(mended).toEqual([]);
    expect(files[0]!.after).toBe(fixture(name));
  });
});

describe("every rule", () => {
  const ids = Object.keys(iosRules) as IosRuleId[];

  test("has a case, and no case is without a rule", () => {
    expect([...Object.keys(iosRuleCases), ...elsewhere].sort()).toEqual([...ids].sort());
  });

  test("has a page in docs/rules, and no page is without a rule", () => {
    const pages = readdirSync(here("../../../../docs/rules")).filter((name) => name.startsWith("ios-"));
    expect(pages.sort()).toEqual(ids.map((id) => `${id.replace("/", "-")}.md`).sort());
  });

  test("has a golden, and no golden is without a rule", () => {
    const goldens = readdirSync(here("golden/rules")).map((name) => name.replace(/\.txt$/, ""));
    expect(goldens.sort()).toEqual(ids.map((id) => id.replace("/", "-")).sort());
  });

  test.each(Object.entries(iosRuleCases))(
    "%s is found where it is broken, and nothing else is",
    async (ruleId, { text, where, also = [] }) => {
      const { findings } = lintIos(source(text));
      const own = findings.filter((finding) => finding.ruleId === ruleId);
      expect(own[0]?.where).toBe(where);
      const others = findings
        .map((finding) => finding.ruleId)
        .filter((id) => id !== ruleId && !harmlessRules.includes(id));
      expect([...new Set(others)].sort()).toEqual([...also].sort());
      for (const finding of own)
        expect(finding).toMatchObject({ source: iosRules[finding.ruleId].source, file: "pair.txt" });
      await expect(`${formatFindings(own.slice(0, 1))}\n`).toMatchFileSnapshot(
        `golden/rules/${ruleId.replace("/", "-")}.txt`,
      );
    },
  );
});
