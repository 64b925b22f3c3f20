/** The lines for a job's summary: a table that renders, and nothing of what devices said acts in it. */
import { expect, test } from "vitest";
import { renderMarkdown } from "../../../reports/render-markdown.ts";
import { check, fact, failed, passed, run } from "./support.ts";

test("a run that passed is a heading, a line and a row a check", () => {
  const lines = renderMarkdown(passed).split("\n");
  expect(lines[0]).toBe("### ✔ gre\\-over\\-ipsec: pass");
  expect(lines.filter((line) => line.startsWith("| ✔ pass |"))).toHaveLength(passed.checks.length);
  expect(lines.some((line) => line.startsWith("####"))).toBe(false);
});

test("what failed has its numbers and where to look", () => {
  const text = renderMarkdown(
    run([
      check({
        id: "tunnel0/path-mtu",
        title: "tunnel MTU",
        verdict: "fail",
        facts: [fact("told", "1442", "1400", "bytes"), fact("other", "1", "1")],
        lookAt: ["`ip link`"],
      }),
    ]),
  );
  expect(text).toContain("#### ✖ tunnel MTU (`tunnel0/path-mtu`)");
  expect(text).toContain("| told | 1442 bytes | 1400 bytes |");
  expect(text).not.toContain("| other |");
  expect(text).toContain("- \\`ip link\\`");
  expect(renderMarkdown(failed)).toContain("unknown");
});

test("whatever a device says is text, on one line of one cell", () => {
  const hostile = "a|b\n### c <img src=x> [d](http://e) @f `g` ![h](i) &amp;\u001b[2J";
  const text = renderMarkdown(run([check({ id: "a/b", title: hostile, summary: hostile })]));
  const row = text.split("\n").find((line) => line.startsWith("| ✔"))!;
  expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
  expect(text).not.toMatch(/<img|(?<!\\)\]\(|\u001b|https?:|(?<!&#64;)@f/);
});

test("it stays far below what GitHub takes", () => {
  const checks = Array.from({ length: 3000 }, (_, index) => check({ id: `t/${index}`, title: "x".repeat(100) }));
  const text = renderMarkdown(run(checks));
  expect(text.length).toBeLessThan(110_000);
  expect(text).toMatch(/… and more\n$/);
});
