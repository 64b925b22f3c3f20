import { afterEach, expect, test, vi } from "vitest";
import { ConnectionLostError, InterruptedError, UnreachableError } from "../../../devices/errors.ts";
import { SessionPool, type SessionPoolOptions } from "../../../devices/session-pool.ts";
import type { LinuxSession } from "../../../devices/linux-session.ts";
import { RouterServer } from "./router-server.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function openPool(options: SessionPoolOptions = {}): Promise<{ router: RouterServer; pool: SessionPool }> {
  const router = await RouterServer.open();
  cleanups.push(() => router.close());
  const pool = new SessionPool(options);
  cleanups.push(() => pool.close());
  return { router, pool };
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test("concurrent and following callers share one connection", async () => {
  const { router, pool } = await openPool();
  const say = (word: string) => pool.withSession(router.target(), (session) => session.run(["echo", word]));
  const results = await Promise.all(["a", "b", "c", "d"].map(say));
  results.push(await say("e"));
  expect(results.map((result) => result.stdout)).toEqual(["a\n", "b\n", "c\n", "d\n", "e\n"]);
  expect(router.seen.connections).toBe(1);
});

test("nodes, and host keys, do not share", async () => {
  const { router, pool } = await openPool();
  const identify = (node: string) =>
    pool.withSession(router.target({ node }), (session) => Promise.resolve(session.node));
  expect(await Promise.all([identify("r1"), identify("r2")])).toEqual(["r1", "r2"]);
  expect(router.seen.connections).toBe(2);
});

test("an idle connection is closed after a short time and reopened on demand", async () => {
  const { router, pool } = await openPool({ idleTimeoutMs: 50 });
  const sessions: LinuxSession[] = [];
  await pool.withSession(router.target(), (session) => Promise.resolve(sessions.push(session)));
  await wait(200);
  expect(sessions[0]!.isOpen).toBe(false);
  expect((await pool.withSession(router.target(), (session) => session.run(["echo", "again"]))).stdout).toBe("again\n");
  expect(router.seen.connections).toBe(2);
});

test("a broken connection is dropped, and the next caller gets a new one", async () => {
  const { router, pool } = await openPool();
  const broken = pool.withSession(router.target(), async (session) => {
    setTimeout(() => router.cutConnections(), 100);
    return session.run(["sleep", "20"]);
  });
  await expect(broken).rejects.toBeInstanceOf(ConnectionLostError);
  const results = await Promise.all(
    ["x", "y"].map((word) => pool.withSession(router.target(), (session) => session.run(["echo", word]))),
  );
  expect(results.map((result) => result.stdout)).toEqual(["x\n", "y\n"]);
  expect(router.seen.connections).toBe(2);
});

test("a connection that breaks while idle is not handed out", async () => {
  const { router, pool } = await openPool();
  await pool.withSession(router.target(), (session) => session.run(["true"]));
  router.cutConnections();
  await wait(50);
  expect((await pool.withSession(router.target(), (session) => session.run(["true"]))).exitCode).toBe(0);
  expect(router.seen.connections).toBe(2);
});

test("what the work throws is thrown on, and the connection stays", async () => {
  const { router, pool } = await openPool();
  const broken = pool.withSession(router.target(), () => Promise.reject(new Error("the work's own")));
  await expect(broken).rejects.toThrow("the work's own");
  await pool.withSession(router.target(), (session) => session.run(["true"]));
  expect(router.seen.connections).toBe(1);
});

test("a router that is not there fails all who wait, and is tried anew by the next", async () => {
  const { router, pool } = await openPool({ connectTimeoutMs: 300 });
  const target = router.target();
  await router.close();
  const call = () => pool.withSession(target, (session) => session.run(["true"]));
  const outcomes = await Promise.allSettled([call(), call()]);
  for (const outcome of outcomes)
    expect(outcome).toMatchObject({ status: "rejected", reason: expect.any(UnreachableError) as Error });
  await expect(call()).rejects.toBeInstanceOf(UnreachableError);
  await router.listen();
});

test("one caller's signal ends only that caller's wait", async () => {
  const router = new RouterServer();
  await router.listen();
  const { port } = router;
  await router.close();
  const late = new RouterServer({ port, hostKeys: router.hostKeys });
  const target = { ...late.target(), port };
  const pool = new SessionPool();
  cleanups.push(
    () => late.close(),
    () => pool.close(),
  );
  const patient = pool.withSession(target, (session) => session.run(["echo", "here"]));
  const hasty = pool.withSession(target, (session) => session.run(["true"]), { signal: AbortSignal.timeout(100) });
  await expect(hasty).rejects.toBeInstanceOf(InterruptedError);
  await late.listen();
  expect((await patient).stdout).toBe("here\n");
});

test("closing the pool closes every connection, ends what is at work, and refuses new callers", async () => {
  const { router, pool } = await openPool();
  const working = pool.withSession(router.target(), (session) => session.run(["sleep", "20"]));
  const ended = expect(working).rejects.toBeInstanceOf(ConnectionLostError);
  // A command that runs, not only a channel: ssh2's server never tells the end of a channel whose request it had not read.
  await vi.waitFor(() => expect(router.runningChildren).toBe(1), { timeout: 5_000 });
  await pool.close();
  await ended;
  await expect(pool.withSession(router.target(), () => Promise.resolve())).rejects.toThrow(
    "the pool of sessions is closed",
  );
  // The server hears of the end a moment after we do.
  await vi.waitFor(() => expect([router.openConnections, router.runningChildren]).toEqual([0, 0]), { timeout: 5_000 });
});

test("closing the pool ends connecting that nobody could finish", async () => {
  const pool = new SessionPool();
  const router = new RouterServer();
  await router.listen();
  const target = router.target();
  await router.close();
  const waiting = pool.withSession(target, () => Promise.resolve());
  const ended = expect(waiting).rejects.toBeInstanceOf(InterruptedError);
  await wait(50);
  const began = performance.now();
  await pool.close();
  await ended;
  expect(performance.now() - began).toBeLessThan(1_000);
});
