import { createHash, randomBytes } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { openLinuxSession } from "../../../devices/connect-linux.ts";
import {
  CommandRefusedError,
  CommandTimeoutError,
  ConnectionLostError,
  EndlessOutputError,
  InterruptedError,
  RunningCommandError,
} from "../../../devices/errors.ts";
import type { LinuxSession, TranscriptEvent } from "../../../devices/linux-session.ts";
import type { OpenLinuxSessionOptions } from "../../../devices/connect-linux.ts";
import { RouterServer, type RouterServerOptions } from "./router-server.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function openRouter(
  changes: Partial<OpenLinuxSessionOptions> = {},
  options: RouterServerOptions = {},
): Promise<{ router: RouterServer; session: LinuxSession }> {
  const router = await RouterServer.open(options);
  cleanups.push(() => router.close());
  const session = await openLinuxSession(router.target(changes));
  cleanups.push(() => session.close());
  return { router, session };
}

async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("the promise should have been rejected");
}

async function until(condition: () => boolean, timeoutMs = 5_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`not seen within ${timeoutMs} ms: ${String(condition)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test("gives exit code, both outputs and the time; a non-zero exit is a result", async () => {
  const { router, session } = await openRouter();
  const result = await session.run(["sh", "-c", "echo out; echo err >&2; exit 3"]);
  expect(result).toMatchObject({ exitCode: 3, stdout: "out\n", stderr: "err\n" });
  expect(result.argv).toEqual(["sh", "-c", "echo out; echo err >&2; exit 3"]);
  expect(result.durationMs).toBeGreaterThan(0);
  expect((await session.run(["true"])).exitCode).toBe(0);
  expect((await session.run(["no-such-program"])).exitCode).toBe(127);
  expect(new Set(router.seen.execs)).toEqual(new Set(["/usr/lib/tunnelwright/exec"]));
  expect(router.seen.authAttempts).not.toContain("none");
});

test("a command ended by a signal exits with 128 and the signal's number", async () => {
  const { session } = await openRouter();
  expect((await session.run(["sh", "-c", "kill -KILL $$"])).exitCode).toBe(137);
  expect((await session.run(["sh", "-c", "kill -INT $$"])).exitCode).toBe(130);
});

test("carries arguments literally: quotes, newlines, substitutions, unicode, 10,000 characters", async () => {
  const { session } = await openRouter();
  const nasty = `'"\`$(touch /tmp/never)\${HOME}\\n\n\t; | & > < * ~ ünï☃𝄞 --`;
  const long = nasty.repeat(Math.ceil(10_000 / nasty.length)).slice(0, 10_000);
  const script = "process.stdout.write(JSON.stringify(process.argv.slice(1)))";
  const words = [nasty, long, "", " ", "-n"];
  const result = await session.run([process.execPath, "-e", script, "--", ...words]);
  expect(result.stderr).toBe("");
  expect(JSON.parse(result.stdout)).toEqual(words);
});

test("carries standard input and output byte for byte", async () => {
  const { session } = await openRouter();
  const input = randomBytes(3_000_000);
  const result = await session.run(["cat"], { input });
  expect(createHash("sha256").update(result.stdoutBytes).digest("hex")).toBe(
    createHash("sha256").update(input).digest("hex"),
  );
  expect((await session.run(["cat"], { input: "ünï☃\n\n" })).stdout).toBe("ünï☃\n\n");
  expect((await session.run(["cat"])).stdout).toBe("");
  expect((await session.run(["cat"], { input: "" })).stdout).toBe("");
});

test("standard error comes whole, also when it is much and standard output is none", async () => {
  const { session } = await openRouter();
  const result = await session.run(["sh", "-c", "head -c 3000000 /dev/zero >&2"]);
  expect([result.stdout.length, result.stderr.length]).toEqual([0, 3_000_000]);
});

test("input that nobody reads does no harm", async () => {
  const { session } = await openRouter();
  expect((await session.run(["true"], { input: randomBytes(5_000_000) })).exitCode).toBe(0);
  expect((await session.run(["echo", "next"])).stdout).toBe("next\n");
});

test("refuses an empty vector and a NUL in an argument before anything is sent", async () => {
  const { router, session } = await openRouter();
  await expect(session.run([])).rejects.toThrow(TypeError);
  await expect(session.run(["echo", "a\0b"])).rejects.toThrow("argument 1 of echo holds a NUL");
  expect(router.seen.execs).toEqual([]);
});

test("endless output is stopped, and the session goes on", async () => {
  const { session, router } = await openRouter({ maxOutputBytes: 100_000 });
  const error = await rejection(session.run(["yes"]));
  expect(error).toBeInstanceOf(EndlessOutputError);
  expect(error.message).toContain("endless output: «yes» printed more than 100000 bytes");
  expect((await session.run(["echo", "on"])).stdout).toBe("on\n");
  await until(() => router.runningChildren === 0);
});

test("a slow command hits its deadline by name, its channel is closed and the router is asked to end it", async () => {
  const { session, router } = await openRouter();
  const began = performance.now();
  const error = await rejection(
    session.run(["sh", "-c", "echo begun >&2; exec sleep 20"], { timeoutMs: 300, input: "hunter2" }),
  );
  expect(performance.now() - began).toBeLessThan(2_000);
  expect(error).toBeInstanceOf(CommandTimeoutError);
  expect(error.message).toContain('«sh -c "echo begun >&2; exec sleep 20"» did not end within 300 ms');
  expect(error.message).toContain("on standard error: begun");
  expect(error.message).not.toContain("hunter2");
  await until(() => router.seen.openChannels === 0);
  expect(router.seen.signals).toEqual(["TERM"]);
});

test("a command without input that is given up ends on the router, also where sshd refuses signals", async () => {
  const { session, router } = await openRouter();
  const error = await rejection(session.run(["sleep", "20"], { timeoutMs: 300 }));
  expect(error.message).toContain("«sleep 20» did not end within 300 ms");
  await until(() => router.runningChildren === 0);
});

test("a lost connection ends the commands on the router", async () => {
  const { session, router } = await openRouter();
  const running = rejection(session.run(["sleep", "20"]));
  await until(() => router.runningChildren === 1);
  router.cutConnections();
  await running;
  await until(() => router.runningChildren === 0);
});

test("the caller's signal ends the wait and the command at once", async () => {
  const { session, router } = await openRouter();
  const controller = new AbortController();
  const running = rejection(session.run(["sleep", "20"], { signal: controller.signal }));
  await until(() => router.runningChildren === 1);
  controller.abort(new Error("Ctrl-C"));
  const error = await running;
  expect(error).toBeInstanceOf(InterruptedError);
  expect(error.cause).toEqual(new Error("Ctrl-C"));
  expect(error.message).toContain("r1: interrupted while running «sleep 20»");
  await until(() => router.seen.openChannels === 0);
  const before = await rejection(session.run(["true"], { signal: AbortSignal.abort() }));
  expect(before).toBeInstanceOf(InterruptedError);
  expect(router.seen.execs).toHaveLength(1);
});

test("a connection cut in the middle of commands rejects all of them, and says so to later callers", async () => {
  const { session, router } = await openRouter();
  const running = [rejection(session.run(["sleep", "20"])), rejection(session.run(["sleep", "21"]))];
  await until(() => router.runningChildren === 2);
  router.cutConnections();
  const errors = await Promise.all(running);
  expect(errors.map((error) => error.constructor)).toEqual([ConnectionLostError, ConnectionLostError]);
  expect(errors[0]!.message).toContain("«sleep 20» was at work");
  expect(session.isOpen).toBe(false);
  expect(await rejection(session.run(["true"]))).toBeInstanceOf(ConnectionLostError);
});

test("keepalive notices a peer that is dead without a word", async () => {
  const { session, router } = await openRouter({ keepaliveIntervalMs: 100 });
  const running = rejection(session.run(["sleep", "20"]));
  await until(() => router.runningChildren === 1);
  router.freeze();
  const error = await running;
  expect(error).toBeInstanceOf(ConnectionLostError);
  expect(error.message).toContain("Keepalive timeout");
});

test("closing rejects what is at work, is bounded with a dead peer, and may be called twice", async () => {
  const { session, router } = await openRouter();
  const running = rejection(session.run(["sleep", "20"]));
  await until(() => router.runningChildren === 1);
  router.freeze();
  const began = performance.now();
  await session.close();
  await session.close();
  expect(performance.now() - began).toBeLessThan(3_000);
  expect((await running).message).toContain("this side closed the session");
});

test("a refused exec is its own error", async () => {
  const { session } = await openRouter({}, { refuseExec: true });
  expect(await rejection(session.run(["true"]))).toBeInstanceOf(CommandRefusedError);
});

test("50 commands at once share one connection and never more than 8 channels", async () => {
  const { session, router } = await openRouter();
  const results = await Promise.all(Array.from({ length: 50 }, (_, index) => session.run(["echo", `n${index}`])));
  expect(results.map((result) => result.stdout)).toEqual(Array.from({ length: 50 }, (_, index) => `n${index}\n`));
  expect(router.seen.connections).toBe(1);
  expect(router.seen.mostOpenChannels).toBeLessThanOrEqual(8);
  expect(router.seen.mostOpenChannels).toBeGreaterThan(1);
});

test("the deadline of a command that waits for its turn begins with its turn", async () => {
  const { session } = await openRouter();
  const long = Array.from({ length: 8 }, () => session.run(["sleep", "1"]));
  expect((await session.run(["echo", "late"], { timeoutMs: 800 })).stdout).toBe("late\n");
  await Promise.all(long);
});

test("a command that never gets its turn is given up, and leaves the queue", async () => {
  const { session, router } = await openRouter({ turnTimeoutMs: 200 });
  const long = Array.from({ length: 8 }, () => rejection(session.run(["sleep", "20"], { timeoutMs: 1_500 })));
  const error = await rejection(session.run(["true"]));
  expect(error).toBeInstanceOf(CommandTimeoutError);
  expect(error.message).toContain("within 200 ms");
  expect(error.message).toContain("it had not been started yet");
  await Promise.all(long);
  expect((await session.run(["echo", "after"])).stdout).toBe("after\n");
  expect(router.seen.execs).toHaveLength(9);
});

test("the transcript tells every command, and never its input", async () => {
  const events: TranscriptEvent[] = [];
  const { session } = await openRouter({ onTranscript: (event) => events.push(event) });
  await session.run(["cat"], { input: "hunter2" });
  await rejection(session.run(["sleep", "20"], { timeoutMs: 100 }));
  const running = await session.start(["sleep", "20"]);
  await running.stop(5_000);
  expect(events.map(({ node, argv, exitCode }) => ({ node, argv, exitCode }))).toEqual([
    { node: "r1", argv: ["cat"], exitCode: 0 },
    { node: "r1", argv: ["sleep", "20"], exitCode: null },
    { node: "r1", argv: ["sleep", "20"], exitCode: 130 },
  ]);
  expect(JSON.stringify(events)).not.toContain("hunter2");
  expect(events[0]!.at).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
});

const capture = `
const { writeSync } = require("node:fs");
process.on("SIGINT", () => { writeSync(1, Buffer.from([0xff, 0x00, 0xfe])); process.exit(0); });
writeSync(2, "listening on eth0\\n");
writeSync(1, Buffer.from([0xd4, 0xc3]));
setInterval(() => {}, 1000);
`;

test("a capture is waited for, interrupted, and gives all its bytes", async () => {
  const { session, router } = await openRouter();
  const running = await session.start([process.execPath, "-e", capture]);
  await running.waitForStderr("listening on", 5_000);
  const { stdout, stderr } = await running.stop(5_000);
  expect([...stdout]).toEqual([0xd4, 0xc3, 0xff, 0x00, 0xfe]);
  expect(stderr).toBe("listening on eth0\n");
  await until(() => router.runningChildren === 0);
});

test("a capture that ends by itself rejects the wait with what it said; stop gives what there is", async () => {
  const { session } = await openRouter();
  const running = await session.start(["sh", "-c", "echo half; echo no such device >&2; exit 1"]);
  const error = await rejection(running.waitForStderr("listening", 5_000));
  expect(error).toBeInstanceOf(RunningCommandError);
  expect(error.message).toContain('ended with exit code 1 before it said "listening"');
  expect(error.message).toContain("no such device");
  expect(Buffer.from((await running.stop(1_000)).stdout).toString()).toBe("half\n");
});

test("a capture that says nothing hits the deadline of the wait, and still stops", async () => {
  const { session } = await openRouter();
  const running = await session.start(["sleep", "20"]);
  await expect(running.waitForStderr("listening", 100)).rejects.toThrow('did not say "listening" within 100 ms');
  await running.stop(5_000);
});

test("what a monitor shows is told as it comes, without asking", async () => {
  const { session, router } = await openRouter();
  const running = await session.start(["sh", "-c", "echo one; sleep 0.2; echo two; exec sleep 60"]);
  const hasTwo = (shown: string): boolean => shown === "one\ntwo\n";
  expect(await running.waitForStdout(hasTwo, 5_000)).toBe(true);
  expect(await running.waitForStdout(hasTwo, 0)).toBe(true);
  expect(await running.waitForStdout((shown) => shown.includes("three"), 100)).toBe(false);
  expect(router.seen.execs.length).toBe(1);
  const controller = new AbortController();
  const waiting = rejection(running.waitForStdout(() => false, 60_000, controller.signal));
  controller.abort();
  expect(await waiting).toBeInstanceOf(InterruptedError);
  expect(await rejection(running.waitForStdout(() => false, 60_000, controller.signal))).toBeInstanceOf(
    InterruptedError,
  );
  await running.stop(5_000);
});

test("a monitor that ends before it has shown it rejects the wait", async () => {
  const { session } = await openRouter();
  const running = await session.start(["sh", "-c", "echo one; echo gone >&2; exit 4"]);
  const error = await rejection(running.waitForStdout((shown) => shown.includes("two"), 5_000));
  expect(error).toBeInstanceOf(RunningCommandError);
  expect(error.message).toContain("ended with exit code 4 before it had shown");
  expect(await running.waitForStdout((shown) => shown.includes("one"), 0)).toBe(true);
});

test("a capture deaf to SIGINT is given up", async () => {
  const { session, router } = await openRouter();
  const running = await session.start(["sh", "-c", "trap '' INT; echo deaf >&2; sleep 3; sleep 3"]);
  await running.waitForStderr("deaf", 5_000);
  const error = await rejection(running.stop(300));
  expect(error).toBeInstanceOf(CommandTimeoutError);
  expect(error.message).toContain("interrupted, but still running");
  await until(() => router.seen.openChannels === 0);
});

test("a lost connection interrupts the capture on the router, and rejects wait and stop", async () => {
  const { session, router } = await openRouter();
  const running = await session.start([process.execPath, "-e", capture]);
  await running.waitForStderr("listening on", 5_000);
  const waiting = rejection(running.waitForStderr("never said", 10_000));
  router.cutConnections();
  expect(await waiting).toBeInstanceOf(ConnectionLostError);
  expect(await rejection(running.stop(1_000))).toBeInstanceOf(ConnectionLostError);
  await until(() => router.runningChildren === 0);
});

test("the signal of start ends the capture", async () => {
  const { session, router } = await openRouter();
  const controller = new AbortController();
  const running = await session.start([process.execPath, "-e", capture], { signal: controller.signal });
  await running.waitForStderr("listening on", 5_000);
  controller.abort();
  expect(await rejection(running.stop(1_000))).toBeInstanceOf(InterruptedError);
  await until(() => router.runningChildren === 0);
});
