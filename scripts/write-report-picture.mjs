#!/usr/bin/env -S node --import tsx
// Writes docs/report.png: the page of a run of gre-over-ipsec, as Chromium shows its beginning. After `npx tunnelwright up gre-over-ipsec`
// run it by `node --import tsx scripts/write-report-picture.mjs`; with a file behind it, of the run that `verify --json` printed into it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const picture = fileURLToPath(new URL("../docs/report.png", import.meta.url));
const [run] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "tunnelwright-picture-"));
const file = join(folder, "report.html");
try {
  const from = run === undefined ? [] : ["--from", run];
  execFileSync("npx", ["tunnelwright", "report", "gre-over-ipsec", ...from, "-o", file], { stdio: "inherit" });
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
  try {
    const page = await browser.newPage({ colorScheme: "light", viewport: { width: 1000, height: 1330 } });
    await page.goto(`file://${file}`);
    await page.screenshot({ path: picture });
  } finally {
    await browser.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${picture}: ${Math.ceil(statSync(picture).size / 1024)} KiB`);
