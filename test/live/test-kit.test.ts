/** The test kit as a user has it: the example's suite passes and leaves nothing, also when it is killed under its lab. */
import { execa } from "execa";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { claimLab, releaseLab } from "./claim-lab.ts";
import { dockerLeftovers, root } from "./lab-commands.ts";

const lab = "failover-keepalive";
beforeEach(() => claimLab(lab));
afterEach(async () => {
  expect(await releaseLab(lab)).toEqual([]);
});

const suite = () =>
  execa("npx", ["vitest", "run", "--project", "examples"], {
    cwd: root,
    reject: false,
    all: true,
    env: { NO_COLOR: "1" },
  });

test("the example's suite passes", { timeout: 400_000 }, async () => {
  const { exitCode, all } = await suite();
  expect(exitCode, all).toBe(0);
  expect(all).toMatch(/Tests +4 passed/);
});

test("a suite that is killed leaves no lab behind", { timeout: 400_000 }, async () => {
  const running = suite();
  const isUp = () => existsSync(join(root, ".tunnelwright", lab, "inventory.json"));
  await expect.poll(isUp, { timeout: 180_000, interval: 200 }).toBe(true);
  const { stdout } = await execa("pgrep", ["--full", "--oldest", "vitest run --project examples"]);
  running.kill("SIGKILL");
  process.kill(Number(stdout), "SIGKILL");
  await expect.poll(() => dockerLeftovers(lab), { timeout: 180_000, interval: 1000 }).toEqual([]);
  await expect.poll(isUp, { timeout: 30_000 }).toBe(false);
});
