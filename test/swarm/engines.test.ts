/** Engines on one machine, joined by an overlay network: it carries packets, each loses its power and comes back, and nothing is left. */
import { execa } from "execa";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtRouterImage } from "../../constructs/working-folder.ts";
import { root } from "../live/lab-commands.ts";
import type { Engine } from "./engine.ts";
import { enginePlaces } from "./engine-places.ts";
import { leftovers, startEngines, type Engines } from "./engines.ts";
import { pollUntil } from "./poll-until.ts";
import { removeRemains } from "./remove-remains.ts";

const image = builtRouterImage(root)!;
const overlay = "wire";
const addresses: Record<string, string> = { a: "10.99.7.101", b: "10.99.7.102" };
/** Of an overlay on links of 1500 bytes: the outer IPv4, UDP and VXLAN headers and the inner Ethernet header are 50. */
const overlayMtuBytes = 1450;

const runContainer = (engine: Engine): Promise<string> =>
  engine.docker(
    ...["run", "--detach", "--name", "node", "--init", "--network", overlay, "--ip", addresses[engine.name] ?? ""],
    ...["--cap-add", "NET_ADMIN", "--no-healthcheck", "--entrypoint", "sleep", image, "infinity"],
  );
const inContainer = (engine: Engine, ...command: string[]): Promise<string> =>
  engine.docker("exec", "node", ...command);
/** The exit code of one echo request with DF, of so many bytes of IP. */
async function echo(engine: Engine, to: string, ipBytes: number): Promise<string> {
  const size = `${ipBytes - 28}`;
  const { exitCode, stdout, stderr } = await execa(
    "docker",
    ["--host", engine.dockerHost, "exec", "node", "ping", "-c1", "-W2", "-Mdo", "-s", size, to],
    { reject: false },
  );
  return exitCode === 0 ? "answered" : /message too long/.test(stdout + stderr) ? "refused here" : "silence";
}
const untilEcho = (engine: Engine, to: string): Promise<boolean> =>
  pollUntil(
    { what: `${engine.name} reaches ${to}`, deadlineMs: 90_000 },
    async () => (await echo(engine, to, 84)) === "answered" || undefined,
  );

/** Docker refuses while it waits for the word of what the engine was before: see Engines.start. */
const untilStarted = (engine: Engine): Promise<boolean> =>
  pollUntil({ what: `the container on ${engine.name} starts`, deadlineMs: 120_000, intervalMs: 500 }, async () => {
    await engine.docker("start", "node");
    return true;
  });

describe("before any is started", () => {
  test("what a killed run left is seen, and taken away", async () => {
    // A sleeper stands for a daemon: what makes it one is that it names an engine's run-time folder.
    const { folder, execRoot, name } = enginePlaces("z");
    const mount = join(folder, "data/overlay2");
    mkdirSync(mount, { recursive: true });
    mkdirSync(execRoot);
    await execa("mount", ["-t", "tmpfs", "none", mount]);
    await execa("ip", ["netns", "add", name]);
    const program = join(folder, "daemon");
    writeFileSync(program, "#!/bin/sh\nsleep 1000\n", { mode: 0o755 });
    const daemon = execa(program, ["--exec-root", execRoot], { reject: false });
    await pollUntil(
      { what: "the sleeper runs", deadlineMs: 5_000 },
      () => leftovers().some((l) => /sleep/.test(l)) || undefined,
    );
    expect(leftovers().map((line) => line.split(" ")[0])).toEqual([
      "process",
      "process",
      "mount",
      "namespace",
      "folder",
    ]);
    await removeRemains();
    expect((await daemon).signal).toBe("SIGKILL");
    expect(leftovers()).toEqual([]);
  });

  test("names that are none, and managers that are not there, are told at once", async () => {
    await expect(startEngines({ names: ["a", "a", "Ä", "underlay"], managers: ["c"] })).rejects.toThrow(
      /"Ä".*"underlay".*same name.*manager c.*first engine, a, must be a manager/,
    );
  });

  test("a start that fails leaves nothing", { timeout: 120_000 }, async () => {
    await expect(startEngines({ image: "tunnelwright/none:none" })).rejects.toThrow(/none/);
    expect(leftovers()).toEqual([]);
  });
});

describe("a manager and two engines", () => {
  /** Seconds that each step took. */
  const took: string[] = [];
  async function timed<T>(what: string, step: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const result = await step();
    took.push(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${what}`);
    return result;
  }

  let engines: Engines;
  beforeAll(async () => {
    engines = await timed("a manager and two engines, a swarm, the image in all", () => startEngines({ image }));
    const options = ["--driver", "overlay", "--attachable", "--subnet", "10.99.7.0/24"];
    await engines.get("m").docker("network", "create", ...options, overlay);
    for (const name of ["a", "b"]) await timed(`a container on ${name}`, () => runContainer(engines.get(name)));
  }, 180_000);

  afterAll(async () => {
    await timed("everything is taken away", () => engines.stop());
    console.log(took.join("\n"));
    expect(leftovers()).toEqual([]);
  }, 120_000);

  const a = (): Engine => engines.get("a");
  const b = (): Engine => engines.get("b");

  test("the overlay carries what fits, and what does not is refused at the sender", async () => {
    await untilEcho(a(), addresses.b!);
    expect(await inContainer(a(), "cat", "/sys/class/net/eth0/mtu")).toBe(`${overlayMtuBytes}`);
    expect(await echo(a(), addresses.b!, overlayMtuBytes)).toBe("answered");
    expect(await echo(a(), addresses.b!, overlayMtuBytes + 1)).toBe("refused here");
  });

  test("whoever stands beside the engines reaches them, the machine itself does not", async () => {
    // The port of the swarm's gossip.
    const reach = ["bash", "-c", 'exec 3<>"/dev/tcp/$1/7946"', "bash", b().address];
    const [program = "", ...args] = [...engines.beside, ...reach];
    expect((await execa(program, args, { reject: false, timeout: 5_000 })).exitCode).toBe(0);
    expect((await execa("ip", ["-json", "address", "show"])).stdout).not.toContain("10.254.77.");
  });

  const lossDeadline = { timeout: 240_000 };
  test.each(["b", "a"])(
    "%s loses its power; the other runs on, and all is well when it is back",
    lossDeadline,
    async (name) => {
      const lost = engines.get(name);
      const other = name === "a" ? b() : a();
      await timed(`${name} is killed`, () => lost.kill());
      expect(leftovers().filter((line) => line.includes(lost.places.name))).toEqual([`folder ${lost.places.folder}`]);
      expect(await inContainer(other, "echo", "here")).toBe("here");
      expect(await echo(other, addresses[name]!, 84)).toBe("silence");
      await timed(`${name} is back, and ready`, () => engines.start(name));
      expect(await lost.docker("ps", "--all", "--format", "{{.Names}} {{.State}}")).toBe("node exited");
      await timed("its container starts", () => untilStarted(lost));
      await timed("and is reached", () => untilEcho(other, addresses[name]!));
    },
  );

  test(
    "the manager loses its power: what runs is reached on, what does not run cannot be started until it is back",
    lossDeadline,
    async () => {
      await timed("m is killed", () => engines.get("m").kill());
      expect(await echo(a(), addresses.b!, 84)).toBe("answered");
      await b().docker("stop", "--time", "0", "node");
      await expect(b().docker("start", "node")).rejects.toThrow(/Could not attach to network/);
      await timed("m is back, and ready", () => engines.start("m"));
      await timed("a container starts", () => untilStarted(b()));
      await timed("and is reached", () => untilEcho(a(), addresses.b!));
    },
  );
});
