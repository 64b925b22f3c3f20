/** The page of a run in a real Chromium: it renders, is silent, filters, prints, and axe-core finds nothing to mend in light and in dark. */
import axe from "axe-core";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { renderHtml } from "../../reports/html/render-html.tsx";
import { planLab } from "../../plan/plan-lab.ts";
import { plannedLab } from "../unit/checks/samples.ts";
import { dualHubDeclaration } from "../unit/plan/dual-hub.ts";
import { check, fact, failed, passed, run } from "../unit/reports/support.ts";

let browser: Browser;
const folder = mkdtempSync(join(tmpdir(), "tunnelwright-report-"));
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

const times = [{ ...fact("r1 notices after", "3 to 4", "4.41", "s"), agrees: false }];
const drill = check({ id: "tunnel0/drill-keepalive", title: "keepalive drill", verdict: "fail", facts: times });
const pages = {
  passed: renderHtml({ result: passed, plan: plannedLab(), isOfPlan: true }),
  failed: renderHtml({ result: run([...failed.checks, drill]), plan: plannedLab(), isOfPlan: false }),
  "dual-hub": renderHtml({ result: passed, plan: planLab(dualHubDeclaration()).plan!, isOfPlan: true }),
} as const;

interface Opened {
  readonly page: Page;
  /** What it said on its console, and what it asked the network for beside itself. */
  readonly said: readonly string[];
}

async function open(name: keyof typeof pages, colorScheme: "light" | "dark" = "light"): Promise<Opened> {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, pages[name]);
  const context = await browser.newContext({ colorScheme, viewport: { width: 1100, height: 900 }, bypassCSP: true });
  const page = await context.newPage();
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  page.on("request", (request) => {
    if (request.url() !== `file://${file}`) said.push(`asked for ${request.url()}`);
  });
  await page.goto(`file://${file}`);
  return { page, said };
}

test.each(Object.keys(pages) as (keyof typeof pages)[])(
  "%s: silent, no wider than the window, and accessible",
  async (name) => {
    for (const scheme of ["light", "dark"] as const) {
      const { page, said } = await open(name, scheme);
      expect(said).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).toBe(true);
      // What is folded is read too.
      await page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))");
      await page.evaluate(axe.source);
      const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>("axe.run()");
      expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`)).toEqual([]);
      await page.context().close();
    }
  },
);

test("a fault that axe-core is to find is found", async () => {
  const { page } = await open("passed");
  await page.evaluate("document.querySelector('svg[role=img]').removeAttribute('aria-label')");
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{ violations: { id: string }[] }>("axe.run()");
  expect(violations.map(({ id }) => id)).toContain("svg-img-alt");
  await page.context().close();
});

test("the filter shows what is asked for, by the keyboard alone", async () => {
  const { page } = await open("failed");
  const shown = (): Promise<string[]> =>
    page.evaluate(
      "[...document.querySelectorAll('.check')].filter((each) => each.checkVisibility()).map((each) => each.getAttribute('aria-label'))",
    );
  const all = await shown();
  expect(all).toHaveLength(failed.checks.length + 1);
  await page.focus("#show-all");
  await page.keyboard.press("ArrowDown");
  const open_ = await shown();
  expect(open_.length).toBeGreaterThan(0);
  expect(open_.filter((label) => label.endsWith(": pass"))).toEqual([]);
  expect(all.filter((label) => !label.endsWith(": pass"))).toEqual(open_);
  await page.keyboard.press("ArrowDown");
  expect(await shown()).toContain("tunnel0/drill-keepalive: fail");
  expect((await shown()).length).toBeLessThan(open_.length + 1);
  await page.context().close();
});

test("a run that passed says so where the filter leaves nothing", async () => {
  const { page } = await open("passed");
  await page.check("#show-open");
  expect(await page.isVisible("text=All checks passed.")).toBe(true);
  await page.check("#show-differing");
  expect(await page.isVisible("text=Every number is as it was predicted.")).toBe(true);
  await page.context().close();
});

test("on paper the contents are there and the controls are not", async () => {
  const { page } = await open("failed");
  await page.emulateMedia({ media: "print" });
  expect(await page.isVisible("nav")).toBe(false);
  expect(await page.isVisible("fieldset")).toBe(false);
  expect(await page.isVisible("#checks")).toBe(true);
  expect((await page.pdf()).length).toBeGreaterThan(10_000);
  await page.context().close();
});
