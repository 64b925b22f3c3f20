import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { listChecks } from "../../../plan/list-checks.ts";
import { dualHubTunnel, keepaliveTunnel } from "../checks/samples.ts";

const folder = new URL("../../../docs/checks/", import.meta.url);
const pages = readdirSync(folder);
const parts = [
  "What it asks",
  "What they do",
  "What it expects",
  "What they expect",
  "What a failure means",
  "Where to look",
];

test("every kind of check has its page, and every page its check", () => {
  const kinds = [keepaliveTunnel(), dualHubTunnel()]
    .flatMap(listChecks)
    .map(({ kind }) => (kind.startsWith("drill-") ? "drills" : kind));
  expect(pages.sort()).toEqual([...new Set(kinds)].map((kind) => `${kind}.md`).sort());
});

test.each(pages)("%s says what it asks, what it expects and why, what a failure means, and where to look", (page) => {
  const text = readFileSync(new URL(page, folder), "utf8");
  expect(parts.filter((part) => text.includes(`**${part}.**`))).toHaveLength(4);
  for (const [, path] of text.matchAll(/\]\((?:\.\.\/\.\.\/)([^)]+)\)/g))
    expect(() => readFileSync(new URL(`../../../${path}`, import.meta.url))).not.toThrow();
});
