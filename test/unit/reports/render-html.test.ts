/** The page of a run: what is in it, and that nothing of what devices said does anything in it. How it looks is asked of a browser (test/browser). */
import { expect, test } from "vitest";
import { renderHtml } from "../../../reports/html/render-html.tsx";
import { planLab } from "../../../plan/plan-lab.ts";
import { plannedLab } from "../checks/samples.ts";
import { dualHubDeclaration } from "../plan/dual-hub.ts";
import { check, empty, fact, failed, passed, run } from "./support.ts";

const plan = plannedLab();
const page = (result = passed) => renderHtml({ result, plan, isOfPlan: true });

test("it is one page that fetches and runs nothing", () => {
  const html = page();
  expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  expect(html).not.toMatch(/<script|<link|<iframe|<img|\son\w+=|\ssrc=|url\(/i);
  // Links lead within the page.
  expect([...html.matchAll(/href="([^"]*)"/g)].every(([, to]) => to?.startsWith("#"))).toBe(true);
});

test.each([passed, failed, empty])("every check and every number of $verdict is in it", (result) => {
  const html = page(result);
  for (const { id, facts } of result.checks) {
    expect(html).toContain(`<code>${id}</code>`);
    for (const { quantity } of facts) expect(html).toContain(quantity.replaceAll("&", "&amp;").replaceAll("<", "&lt;"));
  }
  expect(html).toContain(`<title>${result.lab}: ${result.verdict}</title>`);
});

test("topology, the packet's headers and every node's configuration are in it", () => {
  const html = page();
  expect(html).toMatch(/aria-label="Topology of gre-over-ipsec: [^"]*isp-left: [^"]*MTU 1500/);
  expect(html).toMatch(/A packet of \d+ bytes in tunnel0: 1500 bytes/);
  for (const { name, role } of plan.nodes) expect(html).toContain(`${name} (${role})`);
  expect(html).toContain("{{psk:tunnel0}}");
});

test("a number that differs is marked, and by a word", () => {
  const result = run([
    check({ id: "tunnel0/path-mtu", title: "MTU", verdict: "fail", facts: [fact("MTU", "1442", "1400")] }),
  ]);
  const html = page(result);
  expect(html).toContain('<tr class="differs">');
  expect(html).toContain("<strong>no</strong>");
  expect(html).toContain('class="check fail differing"');
  expect(page()).not.toContain('class="differs"');
});

test("times stand in their windows; without any there is no such part", () => {
  const times = [{ ...fact("r1 notices after", "3 to 4", "3.41", "s"), agrees: true }];
  const html = page(run([check({ id: "tunnel0/drill-keepalive", title: "drill", facts: times })]));
  expect(html).toContain("Times in their windows");
  expect(html).toContain("r1 notices after: 3.41 s, predicted 3 to 4 s");
  expect(page()).not.toContain("Times in their windows");
});

test("a result of an older declaration, or without any, says so", () => {
  expect(renderHtml({ result: passed, plan, isOfPlan: false })).toContain("The lab was declared otherwise since");
  const alone = renderHtml({ result: passed, plan: null, isOfPlan: false });
  expect(alone).not.toContain("declared otherwise");
  expect(alone).not.toContain('id="topology"');
});

const hostile = `</style></title><script>alert(1)</script><img src=x onerror=alert(1)>"'&\u001b[2J\u202e`;

test("whatever a device says is text", () => {
  const facts = [{ quantity: hostile, unit: hostile, predicted: hostile, measured: hostile, agrees: false }];
  const evidence = [{ node: hostile, command: [hostile], output: hostile, exitCode: 1, file: hostile }];
  const said = { title: hostile, summary: hostile, lookAt: [hostile], settle: { name: hostile, timeoutMs: 1 } };
  const html = page(
    run([{ ...check({ id: hostile, title: "" }), ...said, verdict: "fail", facts, evidence }], {
      lab: hostile,
      kernels: { [hostile]: hostile },
      software: { [hostile]: hostile },
      startedAt: hostile,
    }),
  );
  expect(html).not.toMatch(/<script|<img/i);
  expect(html.match(/<\/style>/g)).toHaveLength(page().match(/<\/style>/g)!.length);
  // Escape codes and direction marks are written out.
  expect(html).not.toMatch(/[\u001b\u202e]/);
});

test("a run with much to show stays under a mebibyte", () => {
  const much = "x".repeat(200_000);
  const evidence = Array.from({ length: 6 }, () => ({
    node: "r1",
    command: ["cat"],
    output: much,
    exitCode: 0,
    file: null,
  }));
  const checks = plan.checks.map(({ id, title }) => check({ id, title, evidence }));
  const html = page(run(checks));
  expect(html.length).toBeLessThan(1 << 20);
  expect(html).toContain("194000 characters more in the document");
});

test("a lab of two hubs is drawn with its links and both tunnels", () => {
  const dual = planLab(dualHubDeclaration()).plan!;
  const html = renderHtml({ result: passed, plan: dual, isOfPlan: true });
  expect(html).toMatch(/tunnel1: ip mtu \d+, in reserve/);
  for (const { name } of dual.nodes) expect(html).toContain(`>${name}</text>`);
});
