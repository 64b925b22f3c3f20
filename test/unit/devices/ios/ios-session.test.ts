/** The driver against a device that behaves as IOS is documented to: over real SSH, in this process. */
import { afterEach, expect, test } from "vitest";
import { ConnectionLostError, EndlessOutputError, HostKeyError, InterruptedError } from "../../../../devices/errors.ts";
import { openIosSession, type OpenIosSessionOptions } from "../../../../devices/ios/connect-ios.ts";
import {
  IosAuthenticationError,
  IosEnableError,
  IosQuestionError,
  IosSilenceError,
  IosUnreachableError,
} from "../../../../devices/ios/ios-errors.ts";
import type { IosSession } from "../../../../devices/ios/ios-session.ts";
import { generateSshKeyPair } from "../../../../devices/ssh-keys.ts";
import { IosDevice, type IosDeviceOptions } from "./ios-device.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function openDevice(options: IosDeviceOptions = {}): Promise<IosDevice> {
  const device = await IosDevice.open(options);
  cleanups.push(() => device.close());
  return device;
}

async function openSession(device: IosDevice, changes: Partial<OpenIosSessionOptions> = {}): Promise<IosSession> {
  const session = await openIosSession(device.target(changes));
  cleanups.push(() => session.close());
  return session;
}

async function openBoth(options: IosDeviceOptions = {}): Promise<{ device: IosDevice; session: IosSession }> {
  const device = await openDevice(options);
  return { device, session: await openSession(device) };
}

async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("the promise should have been rejected");
}

const long = Array.from({ length: 100 }, (_, index) => `line ${index}`).join("\n");

test("one terminal, its prompt learnt, wide and without a pager", async () => {
  const { device, session } = await openBoth({ hostname: "EDGE-1", answers: { "show long": `${long}\n` } });
  expect(session.hostname).toBe("EDGE-1");
  const { stdout, exitCode } = await session.run(["show", "long"]);
  expect({ stdout, exitCode }).toEqual({ stdout: `${long}\n`, exitCode: 0 });
  expect(device.seen.lines).toEqual(["terminal width 511", "terminal length 0", "terminal no monitor", "show long"]);
  expect(device.seen.shells).toBe(1);
});

test("keyboard-interactive, where password is not taken", async () => {
  const { session } = await openBoth({ authentication: "keyboard-interactive" });
  expect((await session.run(["show", "archive"])).stdout).toBe("Archive feature not enabled\n");
});

test("a wrong password is told at once and never tried again", async () => {
  const device = await openDevice();
  const error = await rejection(openIosSession(device.target({ password: "wrong" })));
  expect(error).toBeInstanceOf(IosAuthenticationError);
  expect(error.message).not.toContain("wrong");
  expect(device.seen.connections).toBe(1);
});

test("another host key than the pinned one: nothing is sent", async () => {
  const device = await openDevice();
  const error = await rejection(openIosSession(device.target({ hostKey: generateSshKeyPair("other").publicKey })));
  expect(error).toBeInstanceOf(HostKeyError);
  expect(device.seen.shells).toBe(0);
});

test("a host key is learnt where none is known, and can be pinned then", async () => {
  const device = await openDevice();
  const learnt: string[] = [];
  await openSession(device, { hostKey: null, onHostKey: (key) => learnt.push(key) });
  expect(learnt).toEqual([expect.stringMatching(/^ssh-ed25519 AAAA/)]);
  await openSession(device, { hostKey: learnt[0] ?? "" });
});

test("a banner that looks like a prompt is none, and neither is what is asked at first", async () => {
  const { session } = await openBoth({
    banner: "\r\nAuthorized R2# access only >\r\nlab>\r\n#####\r\n",
    before: [
      { asks: "Would you like to enter the initial configuration dialog? [yes/no]: ", wants: "no" },
      { asks: "Would you like to terminate autoinstall? [yes]: ", wants: "" },
      { asks: "\r\n\r\nPress RETURN to get started!\r\n", wants: "" },
    ],
  });
  expect(session.hostname).toBe("R1");
});

test("privileged mode is asked for", async () => {
  const device = await openDevice({ privilege: 1, enablePassword: "more" });
  const session = await openSession(device, { enablePassword: "more" });
  expect((await session.run(["show", "running-config"])).stdout).toContain("hostname R1");
  expect(device.seen.lines).not.toContain("more");
});

test.each([
  ["a wrong password", "% Bad secrets", { privilege: 1, enablePassword: "more" }],
  ["no password", "% No password set", { privilege: 1, enablePassword: null }],
] as const)("privileged mode is refused: %s", async (_, said, options) => {
  const device = await openDevice(options);
  const error = await rejection(openIosSession(device.target()));
  expect(error).toBeInstanceOf(IosEnableError);
  expect(error.message).toContain(said);
  await expect.poll(() => device.openConnections).toBe(0);
});

test("a complaint is a result, not an output", async () => {
  const { session } = await openBoth();
  const { exitCode, stdout, stderr } = await session.run(["show", "nothing"]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toContain("% Invalid input detected at '^' marker.");
});

test("a line of the output that is the prompt does not end it", async () => {
  const { session } = await openBoth({ answers: { "show odd": "head\nR1#\n{wait 700}tail\n" } });
  expect((await session.run(["show", "odd"])).stdout).toBe("head\nR1#\ntail\n");
  expect((await session.run(["show", "archive"])).stdout).toBe("Archive feature not enabled\n");
});

test("a message of the system behind the prompt does not hang it, and is told with what comes next", async () => {
  const { session } = await openBoth();
  const syslog: string[] = [];
  const configureOnce = async (): Promise<string> => {
    const result = await session.configure(["ip domain name example.net"]);
    expect(result.refused).toBeNull();
    syslog.push(...result.syslog);
    return syslog.join("\n");
  };
  for (let round = 0; round < 10; round += 1) await configureOnce();
  await expect.poll(configureOnce).toContain("%SYS-5-CONFIG_I");
});

test("a message that swallows the prompt: it is asked for again", async () => {
  const { session } = await openBoth({ swallowsPromptAfter: /^(show ev|ip domain)/, answers: { "show ev": "two\n" } });
  expect((await session.run(["show", "ev"])).stdout).toBe("two\n");
  const { refused, takenCount, syslog } = await session.configure(["ip domain name example.net", "ip domain lookup"]);
  expect({ refused, takenCount }).toEqual({ refused: null, takenCount: 2 });
  expect(syslog.join("\n")).toContain("%LINEPROTO-5-UPDOWN");
});

test("a message that comes behind a question or the pager does not hide it", async () => {
  const message = "*Nov  1 10:00:00.000: %LINEPROTO-5-UPDOWN: Line protocol on Tunnel0, changed state to up";
  const { session } = await openBoth({
    answers: {
      "write memory": `Overwrite the previous NVRAM configuration?{ask [confirm]${message}⏎}[OK]\n`,
      "show long": `a\r\n{more --More-- ${message}⏎}b\n`,
    },
  });
  const { lines } = await session.converse("write memory", [{ question: /\[confirm\]/, answer: "" }]);
  expect(lines.at(-1)).toBe("[OK]");
  expect((await session.run(["show", "long"])).stdout).toContain("\nb\n");
});

test("a slow device is waited for, byte by byte", async () => {
  const { session } = await openBoth({ slow: { bytes: 3, ms: 1 }, answers: { "show slow": `${long}\n` } });
  expect((await session.run(["show", "slow"])).stdout).toBe(`${long}\n`);
});

test("silence ends at the deadline, with what was seen; the session is dead and says so", async () => {
  const { device, session } = await openBoth({ answers: { "show hang": "half a li{silence}" } });
  const error = await rejection(session.run(["show", "hang"], { timeoutMs: 300 }));
  expect(error).toBeInstanceOf(IosSilenceError);
  expect(error.message).toContain("half a li");
  expect(session.isOpen).toBe(false);
  expect(await rejection(session.run(["show", "archive"]))).toBe(error);
  expect(device.seen.lines.filter((line) => line === "show hang")).toHaveLength(1);
});

test("endless output is stopped", async () => {
  const device = await openDevice({ answers: { "show all": "{endless}" } });
  const session = await openSession(device, { maxOutputBytes: 100_000 });
  expect(await rejection(session.run(["show", "all"]))).toBeInstanceOf(EndlessOutputError);
});

test("garbage is no prompt", async () => {
  const garbage = "\u0000\u001b[31m\u001b]0;R1#\u0007\u00ff\u00fe>>>###\u001b[999C\u0008\u0008";
  const { session } = await openBoth({ answers: { "show noise": `${garbage.repeat(200)}{silence}` } });
  expect(await rejection(session.run(["show", "noise"], { timeoutMs: 300 }))).toBeInstanceOf(IosSilenceError);
});

test("a connection that is cut in the middle of a command", async () => {
  const { session } = await openBoth({ answers: { "show cut": "half{drop}" } });
  expect(await rejection(session.run(["show", "cut"]))).toBeInstanceOf(ConnectionLostError);
  expect(session.isOpen).toBe(false);
});

test("a question that nobody can answer is left by Ctrl-C, and ends the session", async () => {
  const { device, session } = await openBoth({ answers: { reload: "Proceed with reload? [confirm]{silence}" } });
  const error = await rejection(session.run(["reload"]));
  expect(error).toBeInstanceOf(IosQuestionError);
  expect(error.message).toContain("Proceed with reload? [confirm]");
  expect(device.seen.lines.filter((line) => line === "reload")).toHaveLength(1);
  expect(session.isOpen).toBe(false);
});

test("the signal ends a wait at once", async () => {
  const { session } = await openBoth({ answers: { "show hang": "{silence}" } });
  const beganMs = performance.now();
  const error = await rejection(session.run(["show", "hang"], { signal: AbortSignal.timeout(100) }));
  expect(error).toBeInstanceOf(InterruptedError);
  expect(performance.now() - beganMs).toBeLessThan(2_000);
});

test("commands wait for each other", async () => {
  const { session } = await openBoth({ answers: { "show a": "{wait 50}a\n", "show b": "b\n" } });
  const [a, b] = await Promise.all([session.run(["show", "a"]), session.run(["show", "b"])]);
  expect([a.stdout, b.stdout]).toEqual(["a\n", "b\n"]);
});

test("nothing listens: told after the deadline", async () => {
  const device = await openDevice();
  await device.close();
  const error = await rejection(openIosSession(device.target({ connectTimeoutMs: 400 })));
  expect(error).toBeInstanceOf(IosUnreachableError);
  expect(error.message).toContain("ECONNREFUSED");
});

test("a device that does not echo is understood all the same", async () => {
  const { session } = await openBoth({ echoes: false, answers: { "show quiet": "quiet\n" } });
  expect((await session.run(["show", "quiet"])).stdout).toContain("quiet\n");
});

test("a secret in a command is in no error", async () => {
  const { session } = await openBoth({ answers: { "do crypto": "{silence}" } });
  const error = await rejection(
    session.run(["do", "crypto", "isakmp", "key", "S3cr3t", "address", "203.0.113.2"], { timeoutMs: 200 }),
  );
  expect(error.message).toContain("key *** address 203.0.113.2");
  expect(error.message).not.toContain("S3cr3t");
});

test("no command with a line break is ever sent", async () => {
  const { device, session } = await openBoth();
  expect(await rejection(session.run(["show", "version\nreload"]))).toBeInstanceOf(TypeError);
  expect(device.seen.lines).not.toContain("reload");
});
