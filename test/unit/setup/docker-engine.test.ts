import { chmodSync, cpSync } from "node:fs";
import { execFile } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import {
  complaint,
  contextIn,
  fakeEngine,
  load,
  scripts,
  temporaryFolder,
  type Context,
  type Step,
} from "./modules.ts";

const { dockerEngine } = (await load("setup.d/steps/docker-engine.mjs")) as { dockerEngine: Step };
const { askDocker } = (await load("setup.d/docker-socket.mjs")) as {
  askDocker: (context: Context, method: string, path: string, options?: { deadlineMs: number }) => Promise<unknown>;
};
const version = { Version: "20.10.24", Os: "linux", Arch: "amd64" };

test("an engine that answers is used as it is", async () => {
  const folder = temporaryFolder();
  const asked = await fakeEngine(join(folder, "docker.sock"), { "GET /version": version });
  expect(await dockerEngine.look(contextIn(folder))).toEqual({
    ready: true,
    told: `20.10.24 at ${folder}/docker.sock`,
  });
  expect(asked).toEqual(["GET /version"]);
});

test("DOCKER_HOST goes before the usual socket", async () => {
  const folder = temporaryFolder();
  await fakeEngine(join(folder, "other.sock"), { "GET /version": version });
  const context = contextIn(folder, { env: { DOCKER_HOST: `unix://${folder}/other.sock` } });
  expect(await dockerEngine.look(context)).toMatchObject({ ready: true });
});

test("no engine: says what it will install and start", async () => {
  const folder = temporaryFolder();
  expect(JSON.stringify(await dockerEngine.look(contextIn(folder)), null, 2).replaceAll(folder, "FOLDER"))
    .toMatchInlineSnapshot(`
    "{
      "ready": false,
      "missing": "no engine answers at FOLDER/docker.sock, and none is installed",
      "change": "install docker.io by apt (about 300 MB) and start dockerd as root (log: /var/log/tunnelwright-dockerd.log)",
      "needs": [
        {
          "folder": "/var/lib",
          "megabytes": 400
        }
      ]
    }"
  `);
});

test("fails when DOCKER_HOST names an engine that is not there", async () => {
  const context = contextIn(temporaryFolder(), { env: { DOCKER_HOST: "unix:///nowhere/docker.sock" } });
  expect(await complaint(dockerEngine.look(context))).toMatchInlineSnapshot(`
    "DOCKER_HOST is unix:///nowhere/docker.sock, and no engine answers there (ENOENT).
      → start that engine, or unset DOCKER_HOST to use this machine's own"
  `);
});

test("fails on a DOCKER_HOST it does not speak", async () => {
  const context = contextIn(temporaryFolder(), { env: { DOCKER_HOST: "ssh://somebody@192.0.2.1" } });
  expect(await complaint(dockerEngine.look(context))).toMatchInlineSnapshot(`
    "DOCKER_HOST is ssh://somebody@192.0.2.1, and set-up speaks unix:// and plain tcp:// only.
      → unset DOCKER_HOST to use this machine's own engine"
  `);
});

test("fails on an engine for another processor", async () => {
  const folder = temporaryFolder();
  await fakeEngine(join(folder, "docker.sock"), { "GET /version": { ...version, Arch: "arm64" } });
  expect((await complaint(dockerEngine.look(contextIn(folder)))).replaceAll(folder, "FOLDER")).toMatchInlineSnapshot(`
    "The Docker engine at FOLDER/docker.sock runs linux/arm64 containers, and the routers are linux/amd64.
      → point DOCKER_HOST to an engine on amd64 Linux"
  `);
});

test("an engine that says nothing is given up at the deadline", async () => {
  const folder = temporaryFolder();
  const silent = createServer();
  await new Promise<void>((listening) => silent.listen(join(folder, "docker.sock"), listening));
  onTestFinished(() => void silent.close());
  expect(await complaint(askDocker(contextIn(folder), "GET", "/version", { deadlineMs: 50 }))).toBe(
    "no answer within 0.05 s",
  );
});

// Root may use every socket: as root, somebody else asks.
test("fails without permission on the socket, in one sentence", async () => {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  cpSync(join(scripts, "setup.d"), join(folder, "setup.d"), { recursive: true });
  const socket = join(folder, "docker.sock");
  await fakeEngine(socket, { "GET /version": version });
  chmodSync(socket, 0o600);
  const program = `
    const { dockerEngine } = await import("${folder}/setup.d/steps/docker-engine.mjs");
    const { makeContext } = await import("${folder}/setup.d/context.mjs");
    await dockerEngine.look(makeContext({ root: "${folder}", defaultSocket: "${socket}" })).catch((error) => console.log(error.message));`;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) chmodSync(socket, 0o000);
  const nobody = isRoot ? { uid: 65534, gid: 65534 } : {};
  const env = { HOME: folder, PATH: process.env["PATH"] };
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
    cwd: folder,
    env,
    ...nobody,
  });
  expect(stdout.replaceAll(folder, "FOLDER")).toMatchInlineSnapshot(`
    "This user may not use the Docker socket FOLDER/docker.sock.
      → add the user to its group (sudo usermod -aG docker $USER, then log in anew), or run this as root
    "
  `);
});
