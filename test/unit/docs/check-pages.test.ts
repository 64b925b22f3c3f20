import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { listChecks } from "../../../plan/list-checks.ts";
import { dualHubTunnel, keepaliveTunnel } from "../checks/samples.ts";

const folder = new URL("../../../docs/checks/", import.meta.url);
const pages = readdirSync(folder).filter((name) => name !== "README.md");
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

test("the list has every check with the question of its page", () => {
  const list = readFileSync(new URL("README.md", folder), "utf8");
  const rows = pages.map((page) => {
    const [, question = ""] = /^\*\*Question\.\*\* (.*)$/m.exec(readFileSync(new URL(page, folder), "utf8")) ?? [];
    return `| [${page.replace(".md", "")}](${page}) | ${question} |`;
  });
  expect(rows.filter((row) => !list.includes(`\n${row}\n`))).toEqual([]);
});

test.each(pages)("%s says what it asks, what it expects and why, what a failure means, and where to look", (page) => {
  const text = readFileSync(new URL(page, folder), "utf8");
  expect(parts.filter((part) => text.includes(`**${part}.**`))).toHaveLength(4);
  for (const [, path] of text.matchAll(/\]\((?:\.\.\/\.\.\/)([^)]+)\)/g))
    expect(() => readFileSync(new URL(`../../../${path}`, import.meta.url))).not.toThrow();
});
