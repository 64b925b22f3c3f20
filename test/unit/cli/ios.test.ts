/** `import`, `lint`, `fix` and `render` as they are called: what they print, where, and their exit codes. */
import { execa } from "execa";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fixture, planted } from "../dialects/ios/fixtures.ts";
import { soundLab } from "../model/sound-lab.ts";
import { makeFolder } from "./support.ts";

const root = join(import.meta.dirname, "../../..");
const fixtures = join(root, "test/unit/dialects/ios/fixtures");

async function tunnelwright(args: readonly string[], input = "") {
  const { stdout, stderr, exitCode } = await execa("node", ["--import", "tsx", "cli/main.ts", ...args], {
    cwd: root,
    input,
    reject: false,
    stripFinalNewline: false,
  });
  return { stdout, stderr, exitCode };
}

const golden = (name: string) => `golden/ios/${name}`;

test("lint tells the seed's findings with their lines, and fails", async () => {
  const { stdout, stderr, exitCode } = await tunnelwright(["lint"], fixture("seed"));
  expect([exitCode, stderr]).toEqual([1, ""]);
  await expect(stdout).toMatchFileSnapshot(golden("lint-seed.txt"));
});

test("lint passes a correct pair, one router a file", async () => {
  const [hq = "", branch = ""] = fixture("classic-crypto-map").split("end\n!\n");
  const folder = makeFolder();
  folder.write("hq.cfg", `${hq}end\n`);
  folder.write("branch.cfg", branch);
  const { code, stdout } = await folder.tunnelwright("lint", "hq.cfg", "branch.cfg");
  expect(code).toBe(0);
  expect(stdout).toContain("2 routers, 1 tunnel with both ends: 0 errors, 0 warnings, 2 notes (not run on IOS)");
});

interface Told {
  readonly findings: readonly {
    readonly ruleId: string;
    readonly line: number;
    readonly device: string;
    readonly source: string;
  }[];
}

test("lint --json, --sarif and --github say the same", async () => {
  const asked = await Promise.all(
    ["--json", "--sarif", "--github"].map((form) => tunnelwright(["lint", join(fixtures, "seed.md"), form])),
  );
  expect(asked.map(({ exitCode }) => exitCode)).toEqual([1, 1, 1]);
  const [json, sarif, github] = asked.map(({ stdout }) => stdout);
  const { findings } = JSON.parse(json!) as Told;
  expect(findings).toHaveLength(15);
  expect(Object.keys(findings[0]!).sort()).toEqual([
    "allowed",
    "device",
    "file",
    "fix",
    "line",
    "ruleId",
    "seen",
    "severity",
    "source",
    "what",
    "where",
    "why",
  ]);
  const { runs } = JSON.parse(sarif!) as {
    runs: { results: { ruleId: string; locations: { physicalLocation: { region: { startLine: number } } }[] }[] }[];
  };
  expect(
    runs[0]!.results.map(({ ruleId, locations }) => [ruleId, locations[0]!.physicalLocation.region.startLine]),
  ).toEqual(findings.map(({ ruleId, line }) => [ruleId, line]));
  expect(github!.trimEnd().split("\n")).toHaveLength(findings.length);
  expect(github).toMatch(/^::error file=\S+seed\.md,line=46,title=ios\/mode-mismatch::R1: Tunnel0 is in tunnel mode/);
});

test("import counts every line, and keys are nowhere in its JSON", async () => {
  const { stdout, exitCode } = await tunnelwright(
    ["import", "-", "--json", "--name", "branches"],
    fixture("ikev2-profile"),
  );
  expect(exitCode).toBe(0);
  const document = JSON.parse(stdout) as {
    devices: { hostname: string; lines: Record<string, number> }[];
    lab: { name: string };
  };
  expect(document.lab.name).toBe("branches");
  expect(document.devices.map(({ hostname }) => hostname)).toEqual(["edge-1", "edge-2"]);
  for (const { lines } of document.devices)
    expect(lines.understood! + lines.ignored! + lines.unknown! + lines.refused!).toBe(lines.total);
  expect(stdout).not.toContain("Kq7vRz2mXw9tLp4sYb6n");
});

test("import tells people what it read", async () => {
  const { stdout, exitCode } = await tunnelwright(
    ["import"],
    planted("gre-keepalive", " tunnel key 42\n", " tunnel key 42\n tunnel colour \u001b[31mgreen\n"),
  );
  expect(exitCode).toBe(0);
  await expect(stdout).toMatchFileSnapshot(golden("import-gre.txt"));
});

test("import --typescript prints a lab, or why there is none", async () => {
  const good = await tunnelwright(["import", "--typescript"], fixture("classic-crypto-map"));
  expect([good.exitCode, good.stderr]).toEqual([0, ""]);
  expect(good.stdout).toContain('new GreIpsecTunnel(lab, "tunnel0", {');
  const bad = await tunnelwright(["import", "--typescript"], fixture("seed"));
  expect([bad.exitCode, bad.stdout]).toEqual([1, ""]);
  expect(bad.stderr).toContain("R1 and R2 are no lab: the mode is tunnel at R1 and transport at R2");
});

test("fix gives the seed back corrected, and what it printed has no error left", async () => {
  const fixed = await tunnelwright(["fix"], fixture("seed"));
  expect(fixed.exitCode).toBe(0);
  expect(fixed.stderr).toContain("not run on IOS");
  const again = await tunnelwright(["lint", "--json"], fixed.stdout);
  expect(again.exitCode).toBe(0);
  const left = [...new Set((JSON.parse(again.stdout) as Told).findings.map(({ ruleId }) => ruleId))];
  expect(left).toEqual(["ios/psk-weak", "ios/ikev1", "ios/source-unseen"]);
  const outside = (text: string) => text.split("\n").filter((line) => !/^R[12]\(/.test(line));
  expect(outside(fixed.stdout)).toEqual(outside(fixture("seed")));
});

test("fix --diff prints what git apply takes", async () => {
  const folder = makeFolder();
  folder.write("seed.md", fixture("seed"));
  const { stdout } = await folder.tunnelwright("fix", "seed.md", "--diff");
  await expect(stdout).toMatchFileSnapshot(golden("fix-seed.diff"));
  const fixed = await folder.tunnelwright("fix", "seed.md");
  await execa("git", ["apply", "-p0", "-"], { cwd: folder.path, input: stdout });
  expect(folder.read("seed.md")).toBe(fixed.stdout);
});

test("render prints the routers of a lab that was synthesized, of a declaration, and of an import", async () => {
  const folder = makeFolder();
  folder.write(".tunnelwright/two-sites/declaration.json", JSON.stringify(soundLab()));
  folder.write("sites.json", JSON.stringify(soundLab()));
  const asked = [
    await folder.tunnelwright("render", "two-sites", "--dialect", "xe"),
    await folder.tunnelwright("render", "./sites.json", "--dialect", "xe"),
  ];
  expect(asked.map(({ code }) => code)).toEqual([0, 0]);
  expect(asked[0]!.stdout).toBe(asked[1]!.stdout);
  expect(asked[0]!.stdout.match(/^hostname .*/gm)).toEqual(["hostname r1", "hostname r2"]);
  expect(asked[0]!.stderr).toContain("not run on IOS");
  const one = await folder.tunnelwright("render", "two-sites", "--router", "r2", "--protection", "crypto-map");
  expect(one.stdout).toContain("hostname r2");
  expect(one.stdout).toContain(" crypto map TUNNELS");
  expect(one.stdout).not.toContain("hostname r1");
  const imported = await tunnelwright(["import", "--json"], fixture("classic-crypto-map"));
  const piped = await tunnelwright(["render", "-"], imported.stdout);
  expect(piped.stdout.match(/^hostname .*/gm)).toEqual(["hostname hq", "hostname branch"]);
});

test.each([
  ["a file that is not there", ["lint", "/no/such.cfg"], "", 2, /^✖ \/no\/such\.cfg cannot be read: /],
  ["nothing", ["fix"], " \n", 2, /^✖ standard input is empty: the configuration of a router is wanted/],
  ["what is no text", ["import"], "a\0b", 2, /^✖ standard input is no text: it holds NUL bytes/],
  ["two forms at once", ["lint", "--json", "--sarif"], "hostname r1", 2, /cannot be used with option/],
  [
    "a lab that is not there",
    ["render", "nowhere"],
    "",
    3,
    /^✖ there is no declaration of a lab "nowhere": run npx cdktf synth/,
  ],
  [
    "a router that is not there",
    ["render", "-", "--router", "r9"],
    JSON.stringify(soundLab()),
    3,
    /^✖ lab - has no router r9; it has r1, r2/,
  ],
  ["a declaration with faults", ["render", "-"], "{}", 1, /declaration\/shape/],
] as const)("refused: %s", async (_, args, input, code, message) => {
  const { exitCode, stderr, stdout } = await tunnelwright(args, input);
  expect([exitCode, stdout]).toEqual([code, ""]);
  expect(stderr).toMatch(message);
});
