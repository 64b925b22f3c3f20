/** npm run bench:peers: our lab beside what others stand up, in one run, each in turn. Measures; judges nothing but its own machine. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Children } from "./children.ts";
import { containerlab } from "./peers/containerlab.ts";
import { munet } from "./peers/munet.ts";
import { ours } from "./peers/ours.ts";
import type { Peer } from "./peers/peer.ts";
import { plainTerraform } from "./peers/plain-terraform.ts";
import { comparisonTable, wasBusy, type Comparison, type PeerRun } from "./peers/result.ts";
import { builtImage, readSetUp, root } from "./set-up.ts";
import { wholeNumber } from "./statistics.ts";

const fullDeadlineMs = 90_000;
const betweenLooksMs = 200;

const help = `npm run bench:peers -- [--runs N] [--json FILE]

Needs scripts/setup done, root, and no lab of these names up. Each peer stands its routers up and takes them down, one after the other,
N times; containerlab is built from the Go module proxy first, where Go is there, and an image for munet, which stays in the engine, where
mmdebstrap and pip are. What belongs to a peer is taken down in any case.
  --runs N     how often (5)
  --json FILE  where the numbers go (bench/results/peers.json); docs/bench.md is written from it by scripts/write-bench-page.mjs
`;

const children = new Children();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => children.interrupt());

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "5" },
    json: { type: "string", default: join(root, "bench/results/peers.json") },
    help: { type: "boolean", default: false },
  },
});
if (values.help) process.stdout.write(help);
else process.exitCode = await main(wholeNumber("--runs", values.runs, 1), values.json);

async function main(runCount: number, file: string): Promise<number> {
  const { terraform, mirrors } = readSetUp();
  const image = builtImage();
  const [dockerMirror = ""] = mirrors;
  const folder = mkdtempSync(join(tmpdir(), "tunnelwright-peers-"));
  const peers = [ours, plainTerraform, containerlab, munet].map((make, index) => {
    const own = join(folder, String(index));
    mkdirSync(own);
    return make({ children, folder: own, image, terraform, dockerMirror, root });
  });
  const runs = new Map<Peer, PeerRun[]>(peers.map((peer) => [peer, []]));
  const lacking = new Map<Peer, string | null>();
  try {
    for (const peer of peers) lacking.set(peer, await peer.prepare());
    for (let turn = 0; turn < runCount && !children.interrupted; turn += 1)
      for (const peer of peers.filter((each) => lacking.get(each) === null)) {
        const run = await measure(peer);
        runs.get(peer)?.push(run);
        process.stderr.write(`  ${turn + 1}/${runCount} ${peer.name}: ${JSON.stringify(run)}\n`);
      }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (children.interrupted) return 4;
  const comparison: Comparison = {
    format: "tunnelwright-peers/1",
    at: new Date().toISOString(),
    command: `npm run bench:peers -- --runs ${runCount}`,
    machine: { cores: cpus().length, kernel: release().split("-")[0] ?? "", node: process.version },
    peers: peers.map((peer) => ({
      name: peer.name,
      does: peer.does,
      changed: peer.changed,
      lacking: lacking.get(peer) ?? null,
      runs: runs.get(peer) ?? [],
    })),
  };
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, `${JSON.stringify(comparison, null, 2)}\n`);
  process.stdout.write(`\n${comparisonTable(comparison)}`);
  if (wasBusy(comparison))
    console.error("The machine was too busy for this to be believed: see the load before each run.");
  return 0;
}

async function measure(peer: Peer): Promise<PeerRun> {
  const load = loadavg()[0] ?? 0;
  const busyBefore = busySeconds();
  const began = performance.now();
  const since = (): number => (performance.now() - began) / 1000;
  try {
    await peer.up();
    const upSeconds = since();
    while (peer.isFull && !(await peer.isFull())) {
      if (since() * 1000 > fullDeadlineMs) throw new Error(`${peer.name}: no neighbour in state Full within 90 s`);
      await wait(betweenLooksMs);
    }
    const readySeconds = since();
    const cpuSeconds = busySeconds() - busyBefore;
    const downBegan = performance.now();
    await peer.down();
    return { load, upSeconds, readySeconds, downSeconds: (performance.now() - downBegan) / 1000, cpuSeconds };
  } catch (error) {
    await peer.down().catch(() => undefined);
    throw error;
  }
}

/** Of all cores together, since the machine started; idle and waiting for the disk left out. */
function busySeconds(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (
    /^cpu +(.*)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1] ?? ""
  )
    .split(" ")
    .map(Number);
  return (user + nice + system + irq + softirq) / 100;
}
