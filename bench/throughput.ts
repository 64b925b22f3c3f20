/** npm run bench:throughput: what the lab's kernels carry, beside the same engine's plain bridge. So that nobody takes it for a router's rate. */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { openLinuxSession } from "../devices/connect-linux.ts";
import { inventoryTargets, readInventory } from "../devices/inventory.ts";
import { listLabParts, removeParts } from "../devices/lab-leftovers.ts";
import type { LinuxSession } from "../devices/linux-session.ts";
import { Children } from "./children.ts";
import { throughputTable, type Throughput, type ThroughputRow } from "./throughput-table.ts";
import { builtImage, readSetUp, root } from "./set-up.ts";
import { wholeNumber } from "./statistics.ts";

const lab = "bench-throughput";
const stack = join(root, ".tunnelwright", `stacks-of-${lab}`, "stacks", lab);
const folder = join(root, ".tunnelwright", lab);
const suites = ["gre", "null-sha256", "aes-gcm-16", "chacha20-poly1305", "aes-cbc-sha256"] as const;
const pathDeadlineMs = 60_000;

const help = `npm run bench:throughput -- [--seconds N] [--json FILE]

Needs scripts/setup done and root. One stream of TCP by iperf3: between two plain containers on a bridge, from a host to its router, and from
site to site through a tunnel of each suite. What was stood up is taken down in any case.
  --seconds N  how long each stream (8)
  --json FILE  where the numbers go (bench/results/throughput.json)
`;

const children = new Children();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => children.interrupt());

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "8" },
    json: { type: "string", default: join(root, "bench/results/throughput.json") },
    help: { type: "boolean", default: false },
  },
});
if (values.help) process.stdout.write(help);
else await main(wholeNumber("--seconds", values.seconds, 1), values.json);

async function main(seconds: number, file: string): Promise<void> {
  const setUp = readSetUp();
  const terraform = (...args: string[]) => children.run(setUp.terraform, args, { cwd: stack });
  const rows: ThroughputRow[] = [];
  const note = (what: string, megabitsPerSecond: number): void => {
    rows.push({ what, megabitsPerSecond, load: loadavg()[0] ?? 0 });
    process.stderr.write(`  ${what}: ${megabitsPerSecond.toFixed(0)} Mbit/s\n`);
  };
  try {
    note("two containers on a bridge of the same engine, the machine's kernel", await plainBridge(seconds));
    let kernel = "";
    for (const [index, suite] of suites.entries()) {
      await children.run(process.execPath, ["--import", "tsx", "bench/throughput-app.ts", lab, suite], { cwd: root });
      if (index === 0) await terraform("init", "-input=false");
      await terraform("apply", "-auto-approve", "-input=false");
      await withNodes(["h1", "r1", "h2"], async ([h1, r1, h2]) => {
        await untilReached(h1, "192.168.20.10");
        if (index === 0) {
          kernel = (await h1.run(["uname", "-r"])).stdout.trim();
          note(
            "a host and its router, one link between two of the lab's kernels",
            await stream(h1, r1, "192.168.10.1", seconds),
          );
        }
        const tunnel = suite === "gre" ? "GRE in clear" : `GRE in ESP transport, ${suite}`;
        note(`site to site: ${tunnel}`, await stream(h1, h2, "192.168.20.10", seconds));
      });
    }
    const document: Throughput = {
      format: "tunnelwright-throughput/1",
      at: new Date().toISOString(),
      command: `npm run bench:throughput -- --seconds ${seconds}`,
      machine: { cores: cpus().length, kernel: release().split("-")[0] ?? "", node: process.version },
      labKernel: kernel,
      rows,
    };
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
    process.stdout.write(`\n${throughputTable(document)}`);
  } finally {
    await terraform("destroy", "-auto-approve", "-input=false").catch(() => undefined);
    const { left, known } = await listLabParts({ lab, directory: folder });
    await removeParts([...left, ...known]);
  }
}

async function withNodes(
  names: readonly ["h1", "r1", "h2"],
  work: (sessions: readonly [LinuxSession, LinuxSession, LinuxSession]) => Promise<void>,
): Promise<void> {
  const targets = await inventoryTargets(folder, await readInventory(folder));
  const open: LinuxSession[] = [];
  const openTo = async (name: string): Promise<LinuxSession> => {
    const target = targets.get(name);
    if (!target) throw new Error(`the lab has no node ${name}`);
    const session = await openLinuxSession({ ...target, connectTimeoutMs: 30_000 });
    open.push(session);
    return session;
  };
  try {
    await work([await openTo(names[0]), await openTo(names[1]), await openTo(names[2])]);
  } finally {
    await Promise.all(open.map((session) => session.close()));
  }
}

async function untilReached(from: LinuxSession, address: string): Promise<void> {
  const deadline = performance.now() + pathDeadlineMs;
  while ((await from.run(["ping", "-c", "1", "-W", "1", address])).exitCode !== 0) {
    if (performance.now() > deadline) throw new Error(`${address} is not reached within ${pathDeadlineMs / 1000} s`);
    await wait(500);
  }
}

/** One stream of TCP, in megabits that arrived each second. */
async function stream(client: LinuxSession, server: LinuxSession, address: string, seconds: number): Promise<number> {
  const listening = await server.start(["iperf3", "-s", "-1", "--forceflush"]);
  try {
    await listening.waitForStdout((shown) => shown.includes("listening"), 10_000);
    const { stdout, stderr } = await client.run(["iperf3", "-c", address, "-t", String(seconds), "-J"], {
      timeoutMs: (seconds + 20) * 1000,
    });
    return megabitsOf(stdout, stderr);
  } finally {
    await listening.stop(5_000);
  }
}

/** Two plain containers of our image, without a kernel of their own. */
async function plainBridge(seconds: number): Promise<number> {
  const image = builtImage();
  const docker = (...args: string[]) => children.run("docker", args, { cwd: root });
  const [network, server] = ["bench-throughput-bridge", "bench-throughput-server"];
  const plain = ["--rm", "--network", network, "--no-healthcheck", "--entrypoint", "iperf3"];
  await docker("network", "create", network);
  try {
    await docker("run", "--detach", "--name", server, ...plain, image, "-s", "-1");
    return megabitsOf(await docker("run", ...plain, image, "-c", server, "-t", String(seconds), "-J"), "");
  } finally {
    await docker("rm", "--force", server).catch(() => undefined);
    await docker("network", "rm", network);
  }
}

function megabitsOf(stdout: string, stderr: string): number {
  const { end, error } = JSON.parse(stdout) as {
    end?: { sum_received?: { bits_per_second: number } };
    error?: string;
  };
  const bits = end?.sum_received?.bits_per_second;
  if (bits === undefined) throw new Error(`iperf3 measured nothing: ${error ?? stderr}`);
  return bits / 1e6;
}
