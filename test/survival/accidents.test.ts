/** What happens to a lab from outside: routers killed, the Docker engine restarted, the disk full, the state cut short, a name taken. */
import { execa } from "execa";
import { mkdirSync, readFileSync, rmSync, statfsSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { askEngine } from "../../devices/docker-engine.ts";
import { claimLab, releaseLab } from "../live/claim-lab.ts";
import { dockerLeftovers, labPlaces, quietEnvironment, root, run } from "../live/lab-commands.ts";

const lab = "gre-over-ipsec";
const { directory } = labPlaces(lab);
const tunnelwright = (...args: string[]) => run("node", ["dist/cli/main.js", ...args], { timeoutMs: 400_000 });
const stateFile = join(directory, "terraform.tfstate");

interface Engine {
  readonly ended: Promise<unknown>;
}

beforeAll(() => claimLab(lab));
afterAll(async () => {
  await tunnelwright("down", lab);
  expect(await releaseLab(lab)).toEqual([]);
});

async function mustConverge(): Promise<string> {
  const up = await tunnelwright("up", lab);
  expect(up.exitCode, up.all).toBe(0);
  expect(up.stdout).toMatch(/12 passed, 0 failed/);
  return up.all;
}

test("a router is killed", async () => {
  await mustConverge();
  await askEngine("POST", `/containers/tw-${lab}-r1/kill`);
  const deployed = await run("npx", ["cdktf", "deploy", lab, "--auto-approve"], { timeoutMs: 300_000 });
  expect(deployed.exitCode, deployed.all).toBe(0);
  expect(deployed.all).toContain("tunnelwright_router_config.r1: Creation complete");
  expect(deployed.all).not.toMatch(/docker_container\.(r2|h1|h2|isp): (Creating|Modifying)/);
});

test("the state is cut short", async () => {
  truncateSync(stateFile, 3000);
  const said = await mustConverge();
  expect(said).toContain("The lab's state was cut short and cannot be read");
  expect(said).toContain(`Removed container tw-${lab}-r1`);
  expect(readFileSync(`${stateFile}.broken`)).toHaveLength(3000);
  expect((await tunnelwright("down", lab)).exitCode).toBe(0);
});

test("a lab of the same name is up from another folder", async () => {
  await mustConverge();
  const other = join(root, ".tunnelwright/another-folder");
  const app = join(other, "app.ts");
  mkdirSync(join(other, ".tunnelwright"), { recursive: true });
  try {
    writeFileSync(
      app,
      `import { App } from "cdktf"; import { greOverIpsec } from "../../labs/gre-over-ipsec.ts";
       const app = new App({ outdir: ${JSON.stringify(join(other, "out"))} }); process.chdir(${JSON.stringify(other)}); greOverIpsec(app); app.synth();`,
    );
    for (const name of ["setup.json", "router-image.json", "terraform.lock.hcl"])
      writeFileSync(join(other, ".tunnelwright", name), readFileSync(join(root, ".tunnelwright", name)));
    const setup = JSON.parse(readFileSync(join(root, ".tunnelwright/setup.json"), "utf8")) as { pluginDirs: string[] };
    const pluginDirs = setup.pluginDirs.map((each) => join(each.startsWith("/") ? "" : root, each));
    writeFileSync(join(other, ".tunnelwright/setup.json"), JSON.stringify({ ...setup, pluginDirs }));
    const synth = await run("node", ["--import", "tsx", app]);
    expect(synth.exitCode, synth.all).toBe(0);
    const stack = join(other, "out/stacks", lab);
    await run("terraform", ["init", "-input=false", "-no-color"], { cwd: stack });
    const plan = await run("terraform", ["plan", "-input=false", "-no-color"], { cwd: stack });
    expect(plan.exitCode).toBe(1);
    expect(plan.all.replace(/\s+/g, " ")).toContain(`The lab ${lab} is up from another folder`);
    const up = await run("node", [join(root, "dist/cli/main.js"), "up", lab], { cwd: other });
    expect(up.exitCode, up.all).toBe(3);
    expect(up.all).toContain(`a lab ${lab} is up from another folder, ${directory}`);
    const verified = await tunnelwright("verify", lab);
    expect(verified.exitCode, verified.all).toBe(0);
  } finally {
    rmSync(other, { recursive: true, force: true });
    expect((await tunnelwright("down", lab)).exitCode).toBe(0);
  }
});

test("the disk is full", async () => {
  // The lab's folder is a small disk of its own, which is filled when the containers are being made.
  mkdirSync(directory, { recursive: true });
  const mounted = await run("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", directory]);
  expect(mounted.exitCode, mounted.all).toBe(0);
  try {
    const child = execa("node_modules/.bin/cdktf", ["deploy", lab, "--auto-approve"], {
      cwd: root,
      env: quietEnvironment,
      reject: false,
      all: true,
    });
    await new Promise<void>((resolve) => {
      child.all.on("data", (data: Buffer) => {
        if (data.toString().includes("docker_container")) resolve();
      });
      void child.then(() => resolve());
    });
    const { bavail, bsize } = statfsSync(directory);
    writeFileSync(join(directory, "filler"), Buffer.alloc(bavail * bsize));
    const { exitCode, all } = await child;
    expect(exitCode).not.toBe(0);
    expect(all).toMatch(/no space left on device/i);
    rmSync(join(directory, "filler"));
    await run("mount", ["-o", "remount,size=64m", directory]);
    await mustConverge();
    expect((await tunnelwright("down", lab)).exitCode).toBe(0);
    expect(await dockerLeftovers(lab)).toEqual([]);
  } finally {
    await run("umount", [directory]);
  }
});

test("the Docker engine is restarted", async () => {
  // A second engine, with its own data and network namespace, so that nothing else is harmed.
  const place = "/var/tmp/tunnelwright-second-engine";
  const netns = "tw-second";
  const socket = join(place, "docker.sock");
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  const inside = (command: string, args: readonly string[], timeoutMs = 400_000) =>
    execa("nsenter", [`--net=/run/netns/${netns}`, command, ...args], {
      cwd: root,
      env: { ...quietEnvironment, DOCKER_HOST: `unix://${socket}` },
      reject: false,
      all: true,
      timeout: timeoutMs,
    });
  const startEngine = async (): Promise<Engine> => {
    const engine = execa(
      "nsenter",
      [
        `--net=/run/netns/${netns}`,
        "dockerd",
        ...["--data-root", join(place, "data"), "--exec-root", join(place, "exec"), "--pidfile", join(place, "pid")],
        ...["--host", `unix://${socket}`, "--bridge", "none"],
      ],
      { reject: false, stdout: "ignore", stderr: { file: join(place, "log") } },
    );
    const env = { DOCKER_HOST: `unix://${socket}` };
    await vi.waitUntil(() => askEngine("GET", "/version", { env, deadlineMs: 2_000 }).catch(() => false), {
      timeout: 60_000,
      interval: 200,
    });
    return { ended: engine };
  };
  const stopEngine = async ({ ended }: Engine): Promise<void> => {
    process.kill(Number(readFileSync(join(place, "pid"), "utf8")), "SIGTERM");
    await ended;
  };
  expect((await run("ip", ["netns", "add", netns])).exitCode).toBe(0);
  let engine: Engine | undefined;
  try {
    await inside("ip", ["link", "set", "lo", "up"]);
    engine = await startEngine();
    const { image } = JSON.parse(readFileSync(join(root, ".tunnelwright/router-image.json"), "utf8")) as {
      image: string;
    };
    const archive = join(place, "image.tar");
    expect((await run("docker", ["save", "-o", archive, image])).exitCode).toBe(0);
    expect((await inside("docker", ["load", "-i", archive])).exitCode).toBe(0);
    rmSync(archive);
    const up = await inside("node", ["dist/cli/main.js", "up", lab]);
    expect(up.exitCode, up.all).toBe(0);
    await stopEngine(engine);
    engine = await startEngine();
    const again = await inside("node", ["dist/cli/main.js", "up", lab]);
    expect(again.exitCode, again.all).toBe(0);
    expect(again.all).toMatch(/12 passed, 0 failed/);
    const down = await inside("node", ["dist/cli/main.js", "down", lab]);
    expect(down.exitCode, down.all).toBe(0);
    expect((await inside("docker", ["ps", "-aq"])).stdout).toBe("");
  } finally {
    if (engine) await stopEngine(engine);
    await run("ip", ["netns", "delete", netns]);
    rmSync(place, { recursive: true, force: true });
  }
});
