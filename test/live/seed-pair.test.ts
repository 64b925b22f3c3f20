/** The seed's pair, for real: deployed, verified, and held to the promise that no secret leaves its file; then destroyed. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLinuxSession } from "../../devices/connect-linux.ts";
import { inventoryTargets, readInventory } from "../../devices/inventory.ts";
import type { LinuxSession } from "../../devices/linux-session.ts";
import { generateSshKeyPair } from "../../devices/ssh-keys.ts";
import type { LabPlan } from "../../model/plan-document.ts";
import { runResultSchema, type RunResult } from "../../model/run-result.ts";
import { zipOf } from "../unit/live/secret-samples.ts";
import { claimLab, releaseLab } from "./claim-lab.ts";
import { askEngine, dockerLeftovers, labPlaces, onNode, run } from "./lab-commands.ts";
import { labSecrets, type Kind } from "./secret-scan-collect.ts";
import { preSharedKeySecret, privateKeySecret, type Secret } from "./secret-scan-forms.ts";
import { WatchedRun, type Leak, type ScanReport } from "./secret-scan.ts";

const lab = "seed-pair";
const places = labPlaces(lab);
const watched = new WatchedRun(lab);

const latestResult = (): RunResult => runResultSchema.parse(JSON.parse(readFileSync(places.latestResult, "utf8")));
const verdicts = ({ checks }: RunResult) => Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict]));
const allPassed = (result: RunResult) =>
  expect(verdicts(result)).toEqual(Object.fromEntries(result.checks.map(({ id }) => [id, "pass"])));

beforeAll(async () => {
  await claimLab(lab);
  const deployed = await watched.command("npx", ["cdktf", "deploy", lab, "--auto-approve"]);
  expect(deployed.exitCode, deployed.all).toBe(0);
  // Told in passing, as synth does.
  expect(deployed.all).toContain("3des-cbc with sha1-96 is weak");
  expect(deployed.all).toContain("on IOS r2's tunnel would be up/down");
});

afterAll(async () => {
  watched.end();
  // Whatever a failed test left; the last test has destroyed the lab already when all went well.
  if ((await dockerLeftovers(lab)).length > 0) await run("npx", ["cdktf", "destroy", lab, "--auto-approve"]);
  await releaseLab(lab);
});

test("every check passed: 3DES and SHA-1 in transport mode, 1400 bytes inside are 1456 on the wire", () => {
  const result = latestResult();
  allPassed(result);
  const facts = result.checks.flatMap((check) => check.facts.map((fact) => ({ check: check.kind, ...fact })));
  expect(facts.filter((fact) => !fact.agrees)).toEqual([]);
  const measured = (check: string, quantity: RegExp) =>
    new Set(facts.filter((f) => f.check === check && quantity.test(f.quantity)).map((f) => f.measured));
  expect(measured("child-sa", /^mode at/)).toEqual(new Set(["transport"]));
  expect(measured("child-sa", /^ESP cipher at/)).toEqual(new Set(["3DES_CBC"]));
  expect(measured("ike-sa", /^IKE version at/)).toEqual(new Set(["1"]));
  expect(measured("wire", /^1400 bytes inside, on the wire/)).toEqual(new Set(["1456"]));
});

test("a second plan finds nothing to do", async () => {
  const plan = await watched.command("terraform", ["plan", "-detailed-exitcode", "-no-color", "-input=false"], {
    cwd: places.stack,
  });
  expect(plan.exitCode, plan.all).toBe(0);
  expect(plan.stdout).toContain("No changes");
});

describe("secrets", () => {
  let report: ScanReport;
  let found: readonly Leak[];
  let planted: Planted;

  beforeAll(async () => {
    // The key is handed to r1 once more, while its processes are looked at.
    const replace = ["-replace=tunnelwright_router_config.r1", "-target=tunnelwright_router_config.r1"];
    const pushed = await watched.whileWatching("r1", () =>
      watched.command("terraform", ["apply", ...replace, "-auto-approve", "-no-color", "-input=false"], {
        cwd: places.stack,
      }),
    );
    expect(pushed.exitCode, pushed.all).toBe(0);
    const verified = await watched.command("node", ["dist/cli/main.js", "verify", lab]);
    expect(verified.exitCode, verified.all).toBe(0);
    planted = await plantEverywhere();
    try {
      ({ report, found } = await watched.scan(planted.secrets));
    } finally {
      await planted.remove();
    }
  });

  test("are in their own files alone, which are their owner's alone", () => {
    expect(report).toMatchObject({ leaks: [], unread: [], problems: [], notAtHome: [] });
    expect(report.line).toMatch(
      /^secrets found outside their files: 0 \(\d+ files, \d+ bytes, \d+ process samples read\)$/,
    );
  });

  test("are found wherever they were planted", () => {
    const missed = planted.places.filter(
      ({ name, kind }) => !found.some((leak) => leak.secret === name && leak.kind === kind),
    );
    expect(missed).toEqual([]);
  });
});

test("destroy leaves no container, network, file or secret of the lab", async () => {
  const secrets = labSecrets(lab);
  expect(secrets.length).toBe(7);
  const destroyed = await watched.command("npx", ["cdktf", "destroy", lab, "--auto-approve"]);
  expect(destroyed.exitCode, destroyed.all).toBe(0);
  expect(await dockerLeftovers(lab)).toEqual([]);
  expect(readdirSync(places.directory).filter((name) => !name.startsWith("terraform.tfstate"))).toEqual([]);
  expect(watched.scanLeavings(secrets)).toEqual([]);
});

interface Planted {
  readonly secrets: readonly Secret[];
  readonly places: readonly { readonly name: string; readonly kind: Kind }[];
  remove(): Promise<void>;
}

/** A made-up key in each kind of place that can be had without harm; each place its own, so that none is found for another. */
async function plantEverywhere(): Promise<Planted> {
  const secrets: Secret[] = [];
  const where: { name: string; kind: Kind }[] = [];
  const undo: (() => unknown)[] = [];
  const key = (name: string, ...kinds: Kind[]) => {
    const text = randomBytes(32).toString("base64");
    secrets.push(preSharedKeySecret(name, text));
    where.push(...kinds.map((kind) => ({ name, kind })));
    return text;
  };
  const file = (path: string, content: string | Buffer) => {
    mkdirSync(join(path, ".."), { recursive: true });
    undo.push(() => rmSync(path, { force: true }));
    writeFileSync(path, content);
    return path;
  };
  const remove = async () => {
    for (const step of undo.reverse()) await step();
  };
  try {
    // An output of the stack is in its file, in the plan that is saved, and in that plan as JSON.
    const output = key("in the stack", "cdktf.out", "plan file", "plan as JSON");
    file(join(places.stack, "planted.tf.json"), JSON.stringify({ output: { planted: { value: output } } }));
    file(
      join(places.stack, "planted.txt"),
      encodeURIComponent(key("in a file of cdktf.out, URL-encoded", "cdktf.out")),
    );
    file(join(places.directory, "planted.gz"), gzipSync(JSON.stringify(Buffer.from(key("in a gzip", "lab folder")))));
    const { privateKey } = generateSshKeyPair("planted");
    secrets.push(privateKeySecret("in a zip", privateKey));
    where.push({ name: "in a zip", kind: "result" });
    const inZip = { name: "key", content: Buffer.from(JSON.stringify(privateKey)) };
    file(join(places.directory, "results/planted.zip"), zipOf([inZip], true));
    file(
      join(places.directory, "terraform.tfstate.planted.backup"),
      JSON.stringify({ a: key("in a backup", "state") }),
    );
    const inName = key("in a file's name", "capture").replaceAll("/", "_");
    file(join(places.directory, `results/${inName}.pcap`), "empty");

    const child = spawn("sh", ["-c", "read line", key("an argument", "process of the machine")], {
      env: { PATH: process.env.PATH, PLANTED: key("an environment", "process of the machine") },
      stdio: ["pipe", "ignore", "ignore"],
    });
    undo.push(() => child.kill());

    const printed = file(join(places.directory, "planted-lines"), "");
    writeFileSync(printed, key("what a command prints", "terminal"));
    await watched.command("cat", [printed]);
    writeFileSync(printed, `2026-11-24T00:00:00.000Z [TRACE] vertex: ${key("in a trace", "trace of Terraform")}\n`);
    await watched.command("sh", ["-c", 'cat "$0" >>"$TF_LOG_PATH"', printed]);
    writeFileSync(
      printed,
      `2026-11-24T00:00:00.000Z [TRACE] provider.planted: ${key("in a provider's trace", "trace of a provider")}\n`,
    );
    await watched.command("sh", ["-c", 'cat "$0" >>"$TF_LOG_PATH"', printed]);

    await plantInEngine(key("in a label", "container description"), undo);
    await plantInNodes(key, undo);
    return { secrets, places: where, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** A container that is never started. */
async function plantInEngine(key: string, undo: (() => unknown)[]): Promise<void> {
  const { Image } = JSON.parse(await askEngine("GET", `/containers/tw-${lab}-h1/json`)) as { Image: string };
  const name = `planted-in-${lab}`;
  undo.push(() => tellEngine("DELETE", `/containers/${name}?force=true`));
  await tellEngine("POST", `/containers/create?name=${name}`, {
    Image,
    Labels: { "tunnelwright.lab": lab, planted: Buffer.from(key).toString("base64") },
  });
}

async function plantInNodes(key: (name: string, kind: Kind) => string, undo: (() => unknown)[]): Promise<void> {
  await onNode(lab, "h1", `echo '${key("in a container's log", "container log")}' >/dev/console`);
  await onNode(lab, "h2", `echo '${key("in a node's file on disk", "file of a node")}' >/var/lib/planted`);
  await onNode(lab, "h2", `echo '${key("in a node's file in memory", "file of a node")}' | gzip >/run/planted.gz`);
  const inClear = key("in clear on the transit", "capture");
  await onNode(lab, "r1", `printf %s '${inClear}' >/run/planted`);
  const transit = (JSON.parse(readFileSync(join(places.directory, "plan.json"), "utf8")) as LabPlan).nodes
    .find(({ role }) => role === "transit")
    ?.texts.interfaces.match(/address add ([\d.]+)/)?.[1];
  const send = `for n in 1 2 3 4 5 6 7 8; do for m in 1 2 3 4 5 6 7 8; do cat /run/planted >/dev/udp/${transit}/9; sleep 0.5; done; done`;
  await startOn("r1", ["bash", "-c", send], undo);
  await startOn("r2", ["sh", "-c", "sleep 60; true", key("an argument in a node", "process of a node")], undo);
  await startOn("r2", ["env", `P=${key("an environment in a node", "process of a node")}`, "sleep", "60"], undo);
}

async function startOn(node: string, argv: readonly string[], undo: (() => unknown)[]): Promise<void> {
  const target = (await inventoryTargets(places.directory, await readInventory(places.directory))).get(node);
  const session: LinuxSession = await openLinuxSession({ ...target!, connectTimeoutMs: 10_000 });
  undo.push(() => session.close());
  await session.start(argv);
}

async function tellEngine(method: "POST" | "DELETE", path: string, body?: unknown): Promise<void> {
  const text = body === undefined ? "" : JSON.stringify(body);
  const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) };
  await new Promise<void>((resolve, reject) => {
    const asked = request({ socketPath: "/var/run/docker.sock", method, path, headers, agent: false }, (answer) => {
      answer.resume();
      answer.on("end", () =>
        (answer.statusCode ?? 0) < 400 ? resolve() : reject(new Error(`the engine answered ${answer.statusCode ?? 0}`)),
      );
    });
    asked.on("error", reject);
    asked.end(text);
  });
}
