/** The test kit as a user has it: the example's suite passes, tells no secret and leaves nothing; killed under its lab it leaves none either. */
import { execa } from "execa";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { forgetDeclaration, keepDeclaration } from "../../cli/declared-file.ts";
import { allProcesses } from "../../devices/processes.ts";
import { smallLab } from "../soak/soak-lab.ts";
import { claimLab, releaseLab } from "./claim-lab.ts";
import { dockerLeftovers, root } from "./lab-commands.ts";
import { labSecrets, relicsOf } from "./secret-scan-collect.ts";
import type { Secret } from "./secret-scan-forms.ts";
import { judgeEvidence } from "./secret-scan.ts";

const example = "failover-keepalive";
const small = smallLab("kit-short");
afterEach(async () => {
  expect([...(await releaseLab(example)), ...(await releaseLab(small.name))]).toEqual([]);
});

const isUp = (lab: string) => existsSync(join(root, ".tunnelwright", lab, "inventory.json"));
/** Whether something is there that takes the lab down when its suite is gone. */
const isGuarded = (lab: string) =>
  allProcesses().some(({ words }) => words.some((word) => word.endsWith("/guard.ts")) && words.at(-1) === lab);

test(
  "the example's suite passes, and what it prints and leaves has no secret of its lab",
  { timeout: 400_000 },
  async () => {
    await claimLab(example);
    const suite = execa("npx", ["vitest", "run", "--project", "examples"], {
      cwd: root,
      reject: false,
      all: true,
      env: { NO_COLOR: "1" },
    });
    let secrets: Secret[] = [];
    const look = setInterval(() => {
      if (secrets.length === 0 && isUp(example)) secrets = labSecrets(example);
    }, 500);
    const { exitCode, all } = await suite.finally(() => clearInterval(look));
    expect(exitCode, all).toBe(0);
    expect(all).toMatch(/Tests +4 passed/);
    expect(secrets.length).toBeGreaterThan(0);
    const printed = { kind: "terminal" as const, place: "the suite", bytes: Buffer.from(all) };
    const evidence = [printed, ...relicsOf(example)];
    const { leaks, line } = judgeEvidence({ evidence, problems: [] }, secrets, 0);
    console.log(`a suite of the test kit: ${line}`);
    expect(leaks).toEqual([]);
  },
);

test("a suite that is killed leaves no lab behind", { timeout: 400_000 }, async () => {
  await claimLab(small.name);
  await keepDeclaration(small);
  const running = execa("node", ["--import", "tsx", "test/live/standing-lab.ts", small.name], {
    cwd: root,
    reject: false,
    stdio: "ignore",
  });
  try {
    await expect.poll(() => isUp(small.name), { timeout: 180_000, interval: 200 }).toBe(true);
    expect(isGuarded(small.name)).toBe(true);
    running.kill("SIGKILL");
    // The guard ends when its `down` has; before, the lab may look gone where it was not made yet.
    await expect.poll(() => isGuarded(small.name), { timeout: 180_000, interval: 200 }).toBe(false);
    expect(await dockerLeftovers(small.name)).toEqual([]);
    expect(isUp(small.name)).toBe(false);
  } finally {
    await forgetDeclaration(small.name);
  }
});
