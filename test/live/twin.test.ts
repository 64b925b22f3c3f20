/** The seed as it was pasted: judged, refused, mended, stood up as Linux routers, changed in place, taken away. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runResultSchema, type RunResult } from "../../model/run-result.ts";
import { claimLab, releaseLab } from "./claim-lab.ts";
import { askEngine, dockerLeftovers, labPlaces, onNode, root, run, type Ended } from "./lab-commands.ts";

const lab = "seed-twin";
const places = labPlaces(lab);
const declared = join(root, ".tunnelwright", "declared", `${lab}.json`);
const seed = join(root, "test/unit/dialects/ios/fixtures/seed.md");

const folder = mkdtempSync(join(tmpdir(), "tunnelwright-twin-"));
const pasted = join(folder, `${lab}.md`);
const mended = join(folder, "mended.md");

const tunnelwright = (...args: string[]): Promise<Ended> =>
  run("node", ["dist/cli/main.js", ...args], { timeoutMs: 280_000 });

const latestResult = (): RunResult => runResultSchema.parse(JSON.parse(readFileSync(places.latestResult, "utf8")));
const measured = (check: string, quantity: RegExp): string[] => [
  ...new Set(
    latestResult()
      .checks.filter(({ kind }) => kind === check)
      .flatMap(({ facts }) => facts.filter((fact) => quantity.test(fact.quantity)).map((fact) => fact.measured)),
  ),
];
const allPass = () => {
  const { checks } = latestResult();
  expect(checks.map(({ id, verdict }) => [id, verdict])).toEqual(checks.map(({ id }) => [id, "pass"]));
};

beforeAll(async () => {
  await claimLab(lab);
  rmSync(declared, { force: true });
  writeFileSync(pasted, readFileSync(seed));
});

afterAll(async () => {
  if ((await dockerLeftovers(lab)).length > 0) await tunnelwright("down", lab);
  rmSync(declared, { force: true });
  rmSync(folder, { recursive: true, force: true });
  await releaseLab(lab);
});

test("pasted whole it is told what is wrong, with its lines", async () => {
  const { exitCode, stdout, all } = await tunnelwright("lint", pasted, "--json");
  expect(exitCode, all).toBe(1);
  const { findings } = JSON.parse(stdout) as {
    findings: { ruleId: string; severity: string; device: string; line: number }[];
  };
  expect(
    findings
      .filter(({ severity }) => severity === "error")
      .map(({ device, line, ruleId }) => `${device} line ${line}: ${ruleId}`),
  ).toEqual([
    "R1 line 46: ios/mode-mismatch",
    "R2 line 66: ios/crypto-map-not-applied",
    "R2 line 78: ios/keepalive-protection",
    "R2 line 80: ios/acl-reversed",
  ]);
});

test("as it was pasted it is no twin, and nothing is started", async () => {
  const { exitCode, stdout, stderr } = await tunnelwright("up", "--from", pasted);
  expect(exitCode, stderr).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toContain("R1 and R2 are no lab: the mode is tunnel at R1 and transport at R2");
  expect(stderr).toContain(`npx tunnelwright fix ${pasted}`);
  expect(await dockerLeftovers(lab)).toEqual([]);
  expect(existsSync(declared)).toBe(false);
});

test("mended it comes up with the text's addresses and suites, and every check passes", async () => {
  const fixed = await tunnelwright("fix", pasted);
  expect(fixed.exitCode, fixed.stderr).toBe(0);
  writeFileSync(mended, fixed.stdout);
  const up = await tunnelwright("up", "--from", mended, "--name", lab);
  expect(up.exitCode, up.all).toBe(0);
  expect(up.stderr).toContain("What it does otherwise than IOS, or has nothing of:");
  expect(up.stderr).toContain("tunnel0 has a pre-shared key of its own, 32 random bytes");
  allPass();
  expect(measured("ike-sa", /^IKE version at/)).toEqual(["1"]);
  expect(measured("child-sa", /^mode at/)).toEqual(["transport"]);
  expect(measured("child-sa", /^ESP integrity at/)).toEqual(["HMAC_SHA2_256_128"]);
  expect(await onNode(lab, "r1", "ip -4 -o address show")).toMatch(/ 9\.1\.1\.146\/30 [^]* 192\.168\.1\.1\/24 /);
  expect(await onNode(lab, "r2", "ip -4 -o address show")).toMatch(/ 9\.1\.1\.35\/29 [^]* 192\.168\.1\.2\/24 /);
  // The pasted key opens nothing, and is nowhere.
  expect(readFileSync(declared, "utf8")).not.toContain("CISCO");
  expect(await onNode(lab, "r1", "grep -c CISCO -r /etc/swanctl || true")).not.toMatch(/:[1-9]/);
});

test("the other commands know it, and Terraform has nothing to do", async () => {
  for (const args of [
    ["verify", lab],
    ["results", lab, "--json"],
    ["status", lab],
  ]) {
    const { exitCode, all } = await tunnelwright(...args);
    expect(exitCode, `${args.join(" ")}\n${all}`).toBe(0);
  }
  const plan = await run("terraform", ["plan", "-detailed-exitcode", "-no-color", "-input=false"], {
    cwd: places.stack,
  });
  expect(plan.exitCode, plan.all).toBe(0);
});

test("a changed text changes it in place", async () => {
  const before = await containers();
  expect(before).toHaveLength(5);
  const text = readFileSync(mended, "utf8");
  writeFileSync(
    mended,
    text.replaceAll("ip mtu 1400", "ip mtu 1380").replaceAll("ip tcp adjust-mss 1360", "ip tcp adjust-mss 1340"),
  );
  const up = await tunnelwright("up", "--from", mended, "--name", lab);
  expect(up.exitCode, up.all).toBe(0);
  allPass();
  expect(measured("wire", /^1380 bytes inside, on the wire/)).not.toEqual([]);
  expect(measured("wire", /^1400 bytes inside, on the wire/)).toEqual([]);
  expect(await containers()).toEqual(before);
});

test("down leaves nothing of it, and the app forgets it", async () => {
  const { exitCode, all } = await tunnelwright("down", lab);
  expect(exitCode, all).toBe(0);
  expect(await dockerLeftovers(lab)).toEqual([]);
  expect(existsSync(declared)).toBe(false);
  expect(readdirSync(places.directory).filter((name) => !/^terraform\.tfstate|^\.terraform/.test(name))).toEqual([]);
});

/** The ids of the lab's containers: another id is another router. */
async function containers(): Promise<string[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`tunnelwright.lab=${lab}`] }));
  const found = JSON.parse(await askEngine("GET", `/containers/json?filters=${filters}`)) as { Id: string }[];
  return found.map(({ Id }) => Id).sort();
}
