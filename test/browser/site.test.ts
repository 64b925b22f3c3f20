/** The documentation's site in a real Chromium: from files alone, silent, accessible, searched by the keyboard, and readable on paper. */
import axe from "axe-core";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildSite } from "../../scripts/site/build-site.ts";

let browser: Browser;
const folder = mkdtempSync(join(tmpdir(), "tunnelwright-site-"));
beforeAll(async () => {
  await buildSite(folder, { withApi: false });
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  /** What it said on its console, and what it asked for outside the site. */
  readonly said: readonly string[];
}

async function open(address: string, look: { colorScheme?: "light" | "dark"; width?: number } = {}): Promise<Opened> {
  const context = await browser.newContext({
    colorScheme: look.colorScheme ?? "light",
    viewport: { width: look.width ?? 1280, height: 900 },
  });
  const page = await context.newPage();
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(`file://${folder}/`)) said.push(`asked for ${request.url()}`);
  });
  await page.goto(`file://${folder}/${address}`);
  return { page, said };
}

const looked = [
  "index.html",
  "docs/README.html",
  "docs/quickstart.html",
  "docs/concepts.html",
  "docs/cli.html",
  "docs/matrix.html",
  "docs/labs.html",
  "docs/rules/README.html",
  "docs/rules/mtu-exceeds-path.html",
  "docs/resources/router_config.html",
  "docs/architecture.html",
  "docs/threat-model.html",
  "labs/gre-over-ipsec.ts.html",
];

test.each(looked)("%s: silent, no wider than the window, and accessible", async (address) => {
  for (const colorScheme of ["light", "dark"] as const)
    for (const width of [1280, 380]) {
      const { page, said } = await open(address, { colorScheme, width });
      expect(said).toEqual([]);
      const wide = await page.evaluate<string[]>(
        "[...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > innerWidth + 1 && !each.closest('pre, .scroll')).map((each) => each.outerHTML.slice(0, 120))",
      );
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), wide.join("\n")).toBe(true);
      if (width === 1280) {
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
          "axe.run()",
        );
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`)).toEqual([]);
      }
      await page.context().close();
    }
});

test("a fault that axe-core is to find is found", async () => {
  const { page } = await open("docs/concepts.html");
  await page.evaluate("document.querySelector('article img').removeAttribute('alt')");
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{ violations: { id: string }[] }>("axe.run()");
  expect(violations.map(({ id }) => id)).toContain("image-alt");
  await page.context().close();
});

test("every link of every page leads to a file of the site, and to an id in it", () => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".html"));
  expect(files.length).toBeGreaterThan(200);
  const ids = new Map<string, Set<string>>();
  const idsOf = (file: string): Set<string> => {
    const known =
      ids.get(file) ?? new Set([...readFileSync(file, "utf8").matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!));
    ids.set(file, known);
    return known;
  };
  const broken = files.flatMap((name) =>
    [...readFileSync(join(folder, name), "utf8").matchAll(/<(?:a|img|script)[^>]* (?:href|src)="([^"]*)"/g)].flatMap(
      ([, target = ""]) => {
        if (/^[a-z]+:/.test(target) || target.includes("api/index.html")) return [];
        const [path = "", anchor = ""] = target.replaceAll("&amp;", "&").split("#");
        const file = path === "" ? join(folder, name) : resolve(join(folder, dirname(name)), path);
        if (!existsSync(file)) return [`${name}: ${target}`];
        return anchor === "" || idsOf(file).has(decodeURIComponent(anchor)) ? [] : [`${name}: ${target}`];
      },
    ),
  );
  expect(broken).toEqual([]);
});

test("the search finds by the keyboard alone, and leads to the section", async () => {
  const { page, said } = await open("docs/labs.html");
  // The two ways past the head, the name, then the search.
  for (const expected of ["To the text", "To the navigation", "Tunnelwright"]) {
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe(expected);
  }
  await page.keyboard.press("Tab");
  expect(await page.evaluate("document.activeElement.id")).toBe("query");
  await page.keyboard.type("exit codes");
  await page.waitForSelector("#search-found a");
  expect(await page.textContent("#search-said")).toMatch(/^\d+ found$/);
  expect(await page.textContent("#search-found a")).toBe("The command line › Exit codes");
  await page.evaluate(axe.source);
  expect(await page.evaluate("axe.run().then(({ violations }) => violations.map(({ id }) => id))")).toEqual([]);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/docs/cli.html#exit-codes");
  expect(said).toEqual([]);
  await page.focus("#query");
  await page.keyboard.type("zzzzz");
  await page.waitForFunction("document.getElementById('search-said').textContent === 'Nothing found'");
  await page.keyboard.press("Escape");
  expect(await page.inputValue("#query")).toBe("");
  await page.context().close();
});

test("without scripts everything but the search is there", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`file://${folder}/docs/cli.html`);
  expect(await page.isVisible("#search")).toBe(false);
  expect(await page.isVisible("article")).toBe(true);
  expect(await page.isVisible("#navigation >> text=Concepts")).toBe(true);
  await context.close();
});

test("where one is, is marked, and the pages of its folder are listed", async () => {
  const { page } = await open("docs/rules/mtu-exceeds-path.html");
  expect(await page.textContent("#navigation [aria-current=page]")).toBe("mtu/exceeds-path");
  await page.context().close();
});

test("on paper the text is there and the rest is not", async () => {
  const { page } = await open("docs/concepts.html");
  await page.emulateMedia({ media: "print" });
  for (const gone of ["header", "#navigation", ".contents"]) expect(await page.isVisible(gone)).toBe(false);
  expect(await page.isVisible("main h1")).toBe(true);
  expect((await page.pdf()).length).toBeGreaterThan(10_000);
  await page.context().close();
});
