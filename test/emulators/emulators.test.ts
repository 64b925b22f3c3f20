/**
 * The driver against devices that others wrote. They judge the conversation alone: none of them has GRE, IPsec or OSPF, and none is IOS.
 * What does not work is held here too, in the words it fails with.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { changeConfig } from "../../dialects/ios/running-config/change-config.ts";
import { openIosSession, type OpenIosSessionOptions } from "../../devices/ios/connect-ios.ts";
import { IosHandshakeError } from "../../devices/ios/ios-errors.ts";
import type { IosSession } from "../../devices/ios/ios-session.ts";
import { pushIosConfig } from "../../devices/ios/push-ios-config.ts";
import { installEmulators, startEmulator, type Emulator } from "./python.ts";

let programs = "";
beforeAll(async () => {
  programs = await installEmulators();
}, 600_000);

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(
  command: string,
  args: readonly string[],
  options: { cwd?: string; port?: number } = {},
): Promise<Emulator> {
  const emulator = await startEmulator(join(programs, command), args, options);
  cleanups.push(emulator.stop);
  return emulator;
}

async function open({ port }: Emulator, changes: Partial<OpenIosSessionOptions> = {}): Promise<IosSession> {
  const session = await openIosSession({
    node: "device",
    address: "127.0.0.1",
    port,
    username: "cisco",
    password: "cisco",
    hostKey: null,
    connectTimeoutMs: 30_000,
    ...changes,
  });
  cleanups.push(() => session.close());
  return session;
}

describe("fake-switches, the one that has a state", () => {
  async function openSwitch(): Promise<IosSession> {
    const port = await freePort();
    const args = [
      "--listen-host",
      "127.0.0.1",
      "--listen-port",
      String(port),
      "--hostname",
      "sw1",
      "--username",
      "cisco",
      "--password",
      "cisco",
    ];
    // Its `enable` takes an empty password, and compares any other wrongly.
    return open(await start("fake-switches", args, { port }), { enablePassword: "" });
  }

  test("enable with a password that is not echoed, outputs, sub-modes, and a configuration that stays", async () => {
    const session = await openSwitch();
    expect(session.hostname).toBe("sw1");
    expect((await session.run(["show", "version"])).stdout).toContain("Cisco IOS Software, C3750");
    const lines = ["vlan 123", " name test", "interface Vlan123", " ip address 192.0.2.1 255.255.255.0"];
    expect(await session.configure(lines)).toMatchObject({ takenCount: 4, refused: null });
    expect((await session.run(["show", "running-config"])).stdout).toContain(
      "interface Vlan123\n ip address 192.0.2.1 255.255.255.0\n",
    );
  });

  test("a push, and a second one that sends nothing", async () => {
    const session = await openSwitch();
    const change = (running: string) =>
      changeConfig(running, "vlan 124\n name lab\ninterface Vlan124\n ip address 192.0.2.5 255.255.255.252\n");
    const { sent, protection } = await pushIosConfig(session, { change });
    expect({ sent: sent.length, protection }).toEqual({ sent: 4, protection: "inverse-lines" });
    expect((await pushIosConfig(session, { change })).sent).toEqual([]);
  });

  test("it takes `ip mtu` without a word and forgets it: the push notices", async () => {
    const session = await openSwitch();
    const change = (running: string) => changeConfig(running, "interface Vlan1\n ip mtu 1400\n");
    await expect(pushIosConfig(session, { change })).rejects.toThrow(
      /the device took these lines without a word and does not have them/,
    );
  });

  test("it has no tunnels, and says so at the line", async () => {
    const session = await openSwitch();
    const { refused } = await session.configure(["interface Tunnel0", " ip mtu 1400"]);
    expect(refused).toMatchObject({ number: 1, command: "interface Tunnel0" });
    expect(refused?.said.join("\n")).toMatch(/% ?Invalid input/);
    expect((await session.run(["show", "version"])).exitCode).toBe(0);
  });
});

describe("unicon's mock device, Cisco's own", () => {
  async function openMock(state: string): Promise<IosSession> {
    const cwd = mkdtempSync(join(tmpdir(), "tunnelwright-unicon-"));
    cleanups.push(() => rmSync(cwd, { recursive: true }));
    return open(await start("python3", [join(import.meta.dirname, "unicon_mock.py"), "ios", state], { cwd }));
  }

  test("keyboard-interactive, enable, a prompt that is output for ten seconds, and the pager in its four forms", async () => {
    const session = await openMock("exec");
    expect(session.hostname).toBe("Router");
    expect((await session.run(["show", "version"])).stdout).toContain("Cisco IOS Software, 7200 Software");
    expect((await session.run(["show", "command", "with", "transient", "match"])).stdout).toBe("head\nRouter#\ntail\n");
    for (const form of ["more", "escape more", "more backspace", "escape more backspace"]) {
      const { stdout } = await session.run(["show", "command", "with", ...form.split(" ")]);
      expect(`${form}: ${stdout}`).toBe(`${form}: first\nsecond\nthird\n`);
    }
  });

  test("the set-up dialog is declined", async () => {
    expect((await openMock("ios_setup")).hostname).toBe("Router");
  });

  test("what it does not know is refused; it knows `config term` alone, so its configuration mode is not reached", async () => {
    const session = await openMock("enable");
    expect(await session.run(["show", "nonsense"])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("% Invalid command") as string,
    });
    expect((await session.configure(["hostname X"])).refused).toMatchObject({
      number: 0,
      command: "configure terminal",
    });
  });
});

describe("asyncssh, as routers with old algorithms", () => {
  const serve = (options: object): Promise<Emulator> =>
    start("python3", [join(import.meta.dirname, "legacy_server.py"), JSON.stringify(options)]);
  const old = {
    ident: "Cisco-2.0",
    kex: ["diffie-hellman-group1-sha1"],
    cipher: ["aes128-cbc"],
    mac: ["hmac-sha1"],
    rsaBits: 1024,
  };

  test("refused unless the device is set to legacySsh, with what it offers", async () => {
    const error = await open(await serve(old)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(IosHandshakeError);
    expect((error as Error).message).toMatch(
      /it offers key exchange: diffie-hellman-group1-sha1.*\n {2}fix {2}if the device can do no better, set legacySsh/s,
    );
  });

  test.each([
    ["group 1, AES-CBC, 1024 bits", old],
    [
      "group 14 with SHA-1",
      { ...old, ident: "Cisco-1.25", kex: ["diffie-hellman-group14-sha1"], cipher: ["aes128-ctr"] },
    ],
    [
      "group exchange, 3DES, MD5",
      { ...old, kex: ["diffie-hellman-group-exchange-sha1"], cipher: ["3des-cbc"], mac: ["hmac-md5"] },
    ],
  ])("with it, and a warning: %s", async (_, options) => {
    const warnings: string[] = [];
    const session = await open(await serve(options), { legacySsh: true, onWarning: (text) => warnings.push(text) });
    expect((await session.run(["show", "clock"])).stdout).toBe("10:00:00.000 UTC Mon Jan 1 2024\n");
    expect(warnings).toEqual([expect.stringContaining("each of them can be broken")]);
  });

  test("Cisco-1.25 with nothing but group exchange cannot be reached, and the way out is told", async () => {
    const only = { ...old, ident: "Cisco-1.25", kex: ["diffie-hellman-group-exchange-sha1"] };
    await expect(open(await serve(only), { legacySsh: true })).rejects.toThrow(
      /ip ssh server algorithm kex diffie-hellman-group14-sha1/,
    );
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
