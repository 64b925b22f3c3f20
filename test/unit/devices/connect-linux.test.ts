import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { openLinuxSession } from "../../../devices/connect-linux.ts";
import {
  AuthenticationError,
  HandshakeError,
  HostKeyError,
  InterruptedError,
  UnreachableError,
} from "../../../devices/errors.ts";
import { generateSshKeyPair, knownHostsText, sshConfigText } from "../../../devices/ssh-keys.ts";
import { Turns } from "../../../model/turns.ts";
import { RouterServer } from "./router-server.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function openRouter(options: ConstructorParameters<typeof RouterServer>[0] = {}): Promise<RouterServer> {
  const router = await RouterServer.open(options);
  cleanups.push(() => router.close());
  return router;
}

/** A TCP server that is not SSH; gives its port and a count of connections. */
async function openTcp(serve: (socket: Socket) => void): Promise<{ port: number; count: () => number }> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    count += 1;
    sockets.add(socket);
    socket.on("error", () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, count: () => count };
}

async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("the promise should have been rejected");
}

const keys = generateSshKeyPair("lab");
const nowhere = {
  node: "r1",
  address: "127.0.0.1",
  privateKey: keys.privateKey,
  hostKey: generateSshKeyPair("host").publicKey,
};

test("a wrong host key is refused before anything is sent, at once, with both fingerprints", async () => {
  const router = await openRouter();
  const pinned = generateSshKeyPair("other");
  const began = performance.now();
  const error = await rejection(
    openLinuxSession(router.target({ hostKey: pinned.publicKey, connectTimeoutMs: 10_000 })),
  );
  expect(error).toBeInstanceOf(HostKeyError);
  expect(performance.now() - began).toBeLessThan(3_000);
  expect(error.message).toContain(`expected ssh-ed25519 ${pinned.fingerprint}, saw ${router.hostKeys.fingerprint}`);
  expect(error.message).toContain("nothing was sent");
  expect(error.message).toContain("deploy the lab again");
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(router.seen).toMatchObject({ connections: 1, authAttempts: [], execs: [] });
});

test("a host key of another type is refused the same way", async () => {
  const router = await openRouter();
  const ecdsa =
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBKtkz2bZC3N0A2mh7k9mHQ7a6k4X0u1qv9lqF9sQ1l3f6m2o3p4q5r6s7t8u9v0w1x2y3z4A5B6C7D8E9F0G1H0=";
  expect(await rejection(openLinuxSession(router.target({ hostKey: ecdsa })))).toBeInstanceOf(HostKeyError);
  expect(router.seen.authAttempts).toEqual([]);
});

test("a refused key is never tried again", async () => {
  const router = await openRouter();
  const error = await rejection(
    openLinuxSession(router.target({ privateKey: keys.privateKey, connectTimeoutMs: 10_000 })),
  );
  expect(error).toBeInstanceOf(AuthenticationError);
  expect(error.message).toContain("refused the lab's SSH key for user root");
  expect(router.seen.connections).toBe(1);
});

test("a private key that is none is said without being shown", async () => {
  const error = await rejection(
    openLinuxSession({ ...nowhere, port: 1, privateKey: "hunter2", connectTimeoutMs: 100 }),
  );
  expect(error).toBeInstanceOf(TypeError);
  expect(error.message).not.toContain("hunter2");
});

test("a refused connection is tried until the deadline, which the error names", async () => {
  const { port } = await openTcp(() => undefined);
  await cleanups.pop()!();
  const began = performance.now();
  const error = await rejection(openLinuxSession({ ...nowhere, port, connectTimeoutMs: 700 }));
  const spent = performance.now() - began;
  expect(error).toBeInstanceOf(UnreachableError);
  expect(error.message).toMatch(
    /r1: not reached at 127\.0\.0\.1:\d+ within 700 ms\n {2}why {2}\d+ attempts, the last one: .*ECONNREFUSED/,
  );
  expect(spent).toBeLessThan(1_500);
});

test("a router that boots meanwhile is reached", async () => {
  const { port, count } = await openTcp((socket) => socket.resetAndDestroy());
  const hostKeys = generateSshKeyPair("host");
  const router = new RouterServer({ port, hostKeys });
  const opening = openLinuxSession({ ...router.target({ connectTimeoutMs: 10_000 }), port });
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(count()).toBeGreaterThan(1);
  await cleanups.pop()!();
  await new Promise((resolve) => setTimeout(resolve, 200));
  await router.listen();
  cleanups.push(() => router.close());
  const session = await opening;
  cleanups.push(() => session.close());
  expect((await session.run(["echo", "up"])).stdout).toBe("up\n");
});

test("a server that accepts and says nothing is given up at the deadline", async () => {
  const { port } = await openTcp(() => undefined);
  const began = performance.now();
  const error = await rejection(openLinuxSession({ ...nowhere, port, connectTimeoutMs: 600 }));
  expect(error).toBeInstanceOf(UnreachableError);
  expect(performance.now() - began).toBeLessThan(2_000);
});

test("a server that hangs up after words that are not SSH is tried again, and its words are told", async () => {
  const { port, count } = await openTcp((socket) => socket.end("Exceeded MaxStartups\r\n"));
  const error = await rejection(openLinuxSession({ ...nowhere, port, connectTimeoutMs: 600 }));
  expect(error).toBeInstanceOf(UnreachableError);
  expect(error.message).toContain('after it said "Exceeded MaxStartups"');
  expect(count()).toBeGreaterThan(1);
});

test("keys are exchanged in turn, for longer than the deadline if need be; who says nothing takes nobody's turn", async () => {
  const turns = new Turns(1);
  const silent = await openTcp(() => undefined);
  const unreached = rejection(openLinuxSession({ ...nowhere, port: silent.port, connectTimeoutMs: 2_000, turns }));
  const router = await openRouter();
  const giveBack = await turns.acquire(new AbortController().signal);
  let isOpen = false;
  const opening = openLinuxSession({ ...router.target({ connectTimeoutMs: 400 }), turns });
  void opening.then(() => (isOpen = true));
  await new Promise((resolve) => setTimeout(resolve, 800));
  expect(isOpen).toBe(false);
  giveBack();
  const session = await opening;
  cleanups.push(() => session.close());
  expect((await session.run(["echo", "up"])).stdout).toBe("up\n");
  // Whoever has its connection has given its turn back.
  (await turns.acquire(AbortSignal.timeout(1_000)))();
  expect(await unreached).toBeInstanceOf(UnreachableError);
});

test("who waits for a turn and is interrupted, or hung up on, leaves the queue", async () => {
  const turns = new Turns(1);
  const giveBack = await turns.acquire(new AbortController().signal);
  const router = await openRouter();
  const controller = new AbortController();
  const interrupted = rejection(
    openLinuxSession({ ...router.target({ connectTimeoutMs: 5_000 }), turns, signal: controller.signal }),
  );
  const leaving = await openTcp((socket) => {
    socket.write("SSH-2.0-leaving\r\n");
    setTimeout(() => socket.resetAndDestroy(), 100);
  });
  const hungUpOn = rejection(openLinuxSession({ ...nowhere, port: leaving.port, connectTimeoutMs: 500, turns }));
  setTimeout(() => controller.abort(), 300);
  expect(await interrupted).toBeInstanceOf(InterruptedError);
  expect(await hungUpOn).toBeInstanceOf(UnreachableError);
  giveBack();
  (await turns.acquire(AbortSignal.timeout(1_000)))();
});

test.each([
  ["binary without end", Buffer.alloc(100_000, 0xa5)],
  ["many lines", Buffer.from("<html>\r\n".repeat(10_000))],
  ["an SSH greeting and then rubbish", Buffer.concat([Buffer.from("SSH-2.0-rubbish\r\n"), Buffer.alloc(50_000, 0x5a)])],
  ["SSH 1", Buffer.from("SSH-1.5-old\r\n")],
])("garbage, %s: an error of the handshake, not tried again", async (_name, garbage) => {
  const { port, count } = await openTcp((socket) => socket.write(garbage));
  const error = await rejection(openLinuxSession({ ...nowhere, port, connectTimeoutMs: 3_000 }));
  expect(error).toBeInstanceOf(HandshakeError);
  expect(count()).toBe(1);
});

test("the signal ends connecting at once: during an attempt, during a wait, before the first", async () => {
  const silent = await openTcp(() => undefined);
  const began = performance.now();
  const during = await rejection(
    openLinuxSession({ ...nowhere, port: silent.port, connectTimeoutMs: 20_000, signal: AbortSignal.timeout(100) }),
  );
  const refusing = await openTcp((socket) => socket.resetAndDestroy());
  const waiting = await rejection(
    openLinuxSession({ ...nowhere, port: refusing.port, connectTimeoutMs: 20_000, signal: AbortSignal.timeout(300) }),
  );
  const before = await rejection(
    openLinuxSession({ ...nowhere, port: silent.port, connectTimeoutMs: 20_000, signal: AbortSignal.abort() }),
  );
  for (const error of [during, waiting, before]) expect(error).toBeInstanceOf(InterruptedError);
  expect(performance.now() - began).toBeLessThan(2_000);
});

test("the signal does not sit out a long wait between attempts", async () => {
  const { port } = await openTcp((socket) => socket.resetAndDestroy());
  const controller = new AbortController();
  const opening = rejection(
    openLinuxSession({ ...nowhere, port, connectTimeoutMs: 20_000, signal: controller.signal }),
  );
  // By now the waits have grown to most of a second.
  await new Promise((resolve) => setTimeout(resolve, 1_800));
  const began = performance.now();
  controller.abort();
  expect(await opening).toBeInstanceOf(InterruptedError);
  expect(performance.now() - began).toBeLessThan(200);
});

test("OpenSSH's own client understands the ssh_config and known_hosts, and refuses a wrong key", async () => {
  const router = await openRouter();
  const directory = await mkdtemp(join(tmpdir(), "tw 100% "));
  cleanups.push(() => rm(directory, { recursive: true }));
  const inventory = {
    format: "tunnelwright-inventory/1" as const,
    lab: "demo",
    identityFile: "id",
    nodes: { r1: { address: "127.0.0.1", port: router.port, hostKey: router.hostKeys.publicKey } },
  };
  const paths = { knownHostsFile: join(directory, "known_hosts"), identityFile: join(directory, "id") };
  const config = join(directory, "ssh_config");
  await writeFile(paths.identityFile, router.userKeys.privateKey, { mode: 0o600 });
  await writeFile(config, sshConfigText(inventory, paths));
  await writeFile(paths.knownHostsFile, knownHostsText(inventory));
  const ssh = (): Promise<{ stdout: string; stderr: string }> =>
    promisify(execFile)("ssh", ["-n", "-F", config, "r1", "anything"], { timeout: 10_000 });
  // The test's router runs nothing but its one program: 99 is its answer to a command that arrived.
  await expect(ssh()).rejects.toMatchObject({ code: 99 });
  const other = { ...inventory.nodes.r1, hostKey: generateSshKeyPair("other").publicKey };
  await writeFile(paths.knownHostsFile, knownHostsText({ ...inventory, nodes: { r1: other } }));
  await expect(ssh()).rejects.toMatchObject({
    code: 255,
    stderr: expect.stringContaining("IDENTIFICATION HAS CHANGED") as string,
  });
  expect(router.seen.execs).toEqual(["anything"]);
});
