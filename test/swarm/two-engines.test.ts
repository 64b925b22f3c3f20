/** The lab two-engines on two Docker engines of one swarm: its overlay's bytes on the wire, an engine that is lost and comes back, and nothing left on either. */
import { execa } from "execa";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCapture } from "../../capture/read-capture.ts";
import { builtRouterImage } from "../../constructs/working-folder.ts";
import { overlayOverheadBytes } from "../../model/overlay.ts";
import type { LabPlan } from "../../model/plan-document.ts";
import { runResultSchema, type RunResult } from "../../model/run-result.ts";
import { labPlaces, onNode, root, run } from "../live/lab-commands.ts";
import { startEngines, type Engines } from "./engines.ts";

const lab = "two-engines";
let engines: Engines;
let environment: Record<string, string>;

/** The command line, told which engines there are. */
const tunnelwright = (...args: string[]) =>
  run(process.execPath, ["dist/cli/main.js", ...args], { env: environment, timeoutMs: 300_000 });

const latest = (): RunResult => runResultSchema.parse(JSON.parse(readFileSync(labPlaces(lab).latestResult, "utf8")));
const plan = (): LabPlan => JSON.parse(readFileSync(join(labPlaces(lab).directory, "plan.json"), "utf8")) as LabPlan;

/** What an engine has of the lab: containers with their state, networks with their driver. */
async function partsAt(name: string): Promise<string[]> {
  const engine = engines.get(name);
  const filter = ["--filter", `label=tunnelwright.lab=${lab}`];
  const [containers, networks] = await Promise.all([
    engine.docker("ps", "--all", ...filter, "--format", "{{.Names}} {{.State}}"),
    engine.docker("network", "ls", ...filter, "--format", "{{.Name}} {{.Driver}}"),
  ]);
  return `${containers}\n${networks}`
    .split("\n")
    .filter((line) => line !== "")
    .sort();
}

/** When the nodes of an engine were started. */
async function startedAt(name: string): Promise<string> {
  const engine = engines.get(name);
  const ids = await engine.docker("ps", "--quiet", "--no-trunc", "--filter", `label=tunnelwright.lab=${lab}`);
  return engine.docker("inspect", "--format", "{{.Name}} {{.State.StartedAt}}", ...ids.split("\n").sort());
}

beforeAll(async () => {
  engines = await startEngines({ names: ["left", "right"], image: builtRouterImage(root)! });
  environment = { TW_HOSTS: JSON.stringify(engines.all.map(({ name, dockerHost }) => ({ name, dockerHost }))) };
});

afterAll(async () => {
  await tunnelwright("down", lab);
  await engines.stop();
  expect(engines.leftovers()).toEqual([]);
});

test("up: the nodes are on both engines, and every check passes", async () => {
  const up = await tunnelwright("up", lab);
  expect(up.exitCode, up.all).toBe(0);
  expect(latest().verdict).toBe("pass");
  expect(await partsAt("left")).toEqual([
    "tw-two-engines-.relay running",
    "tw-two-engines-h2 running",
    "tw-two-engines-isp running",
    "tw-two-engines-isp-left overlay",
    "tw-two-engines-isp-right bridge",
    "tw-two-engines-management bridge",
    "tw-two-engines-r2 running",
    "tw-two-engines-r2-inside bridge",
  ]);
  expect(await partsAt("right")).toEqual([
    "tw-two-engines-.relay running",
    "tw-two-engines-h1 running",
    "tw-two-engines-isp-left overlay",
    "tw-two-engines-management bridge",
    "tw-two-engines-r1 running",
    "tw-two-engines-r1-inside bridge",
  ]);
});

test("a second up changes nothing", async () => {
  const before = [await startedAt("left"), await startedAt("right")];
  const up = await tunnelwright("up", lab);
  expect(up.exitCode, up.all).toBe(0);
  expect([await startedAt("left"), await startedAt("right")]).toEqual(before);
});

test("the other commands find the nodes on both engines", async () => {
  for (const node of ["r1", "r2"]) {
    expect(await tunnelwright("ssh", lab, node, "--", "hostname")).toMatchObject({ exitCode: 0, stdout: `${node}\n` });
    expect((await tunnelwright("logs", lab, node)).stdout).toContain(`${node}: role router`);
  }
  const status = await tunnelwright("status", lab, "--json");
  expect(status, status.all).toMatchObject({ exitCode: 0 });
});

describe("the overlay's bytes", () => {
  test("are missing in the path: 1450 bytes pass between the outer addresses, 1451 do not", async () => {
    const { prediction } = plan().tunnels[0]!;
    const largest = prediction.pathMtuBytes;
    expect(largest).toBe(1500 - overlayOverheadBytes);
    const ping = (bytes: number) => onNode(lab, "r1", `ping -c 1 -W 2 -M do -s ${bytes - 28} 203.0.113.2 2>&1 || true`);
    expect(await ping(largest)).toContain("1 received");
    expect(await ping(largest + 1)).toMatch(/message too long|Frag needed/i);
    expect(latest().checks.find(({ kind }) => kind === "path-mtu")).toMatchObject({ verdict: "pass" });
  });

  test("are on the wire between the engines: each packet of the guests is 50 bytes longer there", async () => {
    const innerBytes = 700;
    const [nsenter = "", ...inside] = engines.get("left").inside;
    const what = ["udp", "port", "4789", "and", "greater", String(innerBytes)];
    const capture = execa(
      nsenter,
      [...inside, "tcpdump", "-i", "any", "-n", "-U", "--immediate-mode", "-c", "8", "-w", "-", ...what],
      { encoding: "buffer", timeout: 30_000 },
    );
    let said = "";
    capture.stderr.on("data", (data: Buffer) => (said += data.toString()));
    await expect.poll(() => said, { timeout: 10_000 }).toContain("listening on");
    await onNode(lab, "r1", `ping -c 8 -i 0.2 -s ${innerBytes - 28} 198.51.100.1`);
    const { stdout } = await capture;
    const lengths = readCapture(stdout).flatMap((record) =>
      record.kind === "packet" ? [outerLength(Buffer.from(record.bytes))] : [],
    );
    expect(new Set(lengths)).toEqual(new Set([innerBytes + overlayOverheadBytes]));
    console.log(
      `between the engines: ${lengths.length} packets of ${innerBytes} bytes are ${[...new Set(lengths)].join(", ")} there`,
    );
  });
});

describe("an engine is lost", () => {
  let before = "";

  test("what runs on the other goes on; verify and up say which engine is gone", async () => {
    before = await startedAt("left");
    const { dockerHost } = engines.get("right");
    await engines.get("right").kill();
    const verify = await tunnelwright("verify", lab, "--patience", "5");
    expect(verify.exitCode, verify.all).toBe(1);
    expect(verify.all).toContain(dockerHost);
    const up = await tunnelwright("up", lab);
    expect(up.exitCode, up.all).toBe(3);
    expect(up.all).toContain(dockerHost);
    expect(await startedAt("left")).toBe(before);
    expect(await onNode(lab, "r2", "hostname")).toBe("r2\n");
    console.log(`up without it says:\n${up.all}`);
  });

  test("it comes back: up heals the lab, and what runs on the other is what ran before", async () => {
    await engines.start("right");
    const up = await tunnelwright("up", lab);
    expect(up.exitCode, up.all).toBe(0);
    expect(latest().verdict).toBe("pass");
    // It is the same container as before, with what it had been told.
    expect(up.all).toContain("Started tw-two-engines-r1");
    expect(await startedAt("left")).toBe(before);
  });
});

test("down leaves nothing on either engine", async () => {
  const down = await tunnelwright("down", lab);
  expect(down.exitCode, down.all).toBe(0);
  expect([await partsAt("left"), await partsAt("right")]).toEqual([[], []]);
});

/** Length of the IP packet in a frame of any kind of link. */
function outerLength(frame: Buffer): number {
  const at = [14, 16, 20].find((offset) => frame[offset] === 0x45 && frame[offset + 9] === 17);
  if (at === undefined) throw new Error(`no UDP over IPv4 in ${frame.toString("hex", 0, 40)}`);
  return frame.readUInt16BE(at + 2);
}
