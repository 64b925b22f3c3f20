/** Configuration mode against the tests' device: what is sent, where it stops, and in whose words. */
import { afterEach, expect, test } from "vitest";
import { openIosSession } from "../../../../devices/ios/connect-ios.ts";
import { IosQuestionError } from "../../../../devices/ios/ios-errors.ts";
import { IosDevice, type IosDeviceOptions } from "./ios-device.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function openBoth(options: IosDeviceOptions = {}) {
  const device = await IosDevice.open(options);
  cleanups.push(() => device.close());
  const session = await openIosSession(device.target());
  cleanups.push(() => session.close());
  return { device, session };
}

/** What configuration mode was sent, without what the session sends by itself. */
const sent = (device: IosDevice): string[] => device.seen.lines.filter((line) => !line.startsWith("terminal "));

const tunnel = [
  "interface Tunnel0",
  " ip address 172.16.0.1 255.255.255.252",
  " ip mtu 1400",
  "router ospf 1",
  " network 172.16.0.0 0.0.0.3 area 0",
];

test("each line in its mode; a mode is left by exit, configuration by end", async () => {
  const { device, session } = await openBoth();
  expect(await session.configure(tunnel)).toMatchObject({ takenCount: 5, refused: null, remarks: [] });
  expect(sent(device)).toEqual([
    "configure terminal",
    "interface Tunnel0",
    "ip address 172.16.0.1 255.255.255.252",
    "ip mtu 1400",
    "exit",
    "router ospf 1",
    "network 172.16.0.0 0.0.0.3 area 0",
    "end",
  ]);
  expect(device.config.linesOf("interface Tunnel0")).toEqual(["ip address 172.16.0.1 255.255.255.252", "ip mtu 1400"]);
});

test("the modes whose prompts do not say config", async () => {
  const { session } = await openBoth();
  const lines = [
    "crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac",
    " mode transport",
    "crypto ipsec profile PROTECT",
    " set transform-set TS",
    "ip access-list extended GRE",
    " permit gre host 198.51.100.2 host 203.0.113.2",
  ];
  expect(await session.configure(lines)).toMatchObject({ takenCount: 6, refused: null });
});

test("the first line that is refused stops it: which, in which mode, where the caret stood, and why", async () => {
  const { device, session } = await openBoth();
  const { takenCount, refused } = await session.configure([
    "interface Tunnel0",
    " ip mtu huge",
    " tunnel source Ethernet0/0",
  ]);
  expect(takenCount).toBe(1);
  expect(refused).toEqual({
    number: 2,
    command: "ip mtu huge",
    mode: "config-if",
    said: ["% Invalid input detected at '^' marker."],
    column: 8,
  });
  expect(sent(device)).toEqual(["configure terminal", "interface Tunnel0", "ip mtu huge", "end"]);
});

test("a mode that was not entered stops it before the lines that need it", async () => {
  const { device, session } = await openBoth({ answers: { "interface Tunnel0": "" } });
  const { refused } = await session.configure(tunnel);
  expect(refused).toMatchObject({
    number: 1,
    command: "interface Tunnel0",
    mode: "config",
    said: [/mode that the next lines need was not entered/],
  });
  expect(sent(device)).not.toContain("ip mtu 1400");
});

test("a remark is no refusal, and is told", async () => {
  const { session } = await openBoth();
  const result = await session.configure(["crypto map VPN 10 ipsec-isakmp", " set peer 203.0.113.2"]);
  expect(result.refused).toBeNull();
  expect(result.remarks[0]).toBe("% NOTE: This new crypto map will remain disabled until a peer");
});

test("a hostname that changes is learnt, also where the prompt cuts it", async () => {
  const { device, session } = await openBoth();
  expect(await session.configure(["hostname a-very-long-hostname-indeed", "ip domain lookup"])).toMatchObject({
    takenCount: 2,
    refused: null,
  });
  expect(session.hostname).toBe("a-very-long-hostname-indeed");
  expect((await session.run(["show", "archive"])).exitCode).toBe(0);
  expect(device.config.hostname).toBe("a-very-long-hostname-indeed");
});

test("a locked configuration, and a device that does not know the revert timer", async () => {
  const { session } = await openBoth({ configurationLocked: true });
  expect((await session.configure(["hostname R2"])).refused).toMatchObject({
    command: "configure terminal",
    said: [/^Configuration mode is locked/],
  });
  const { session: other } = await openBoth();
  expect((await other.configure(["hostname R2"], { revertMinutes: 5 })).refused).toMatchObject({
    said: ["%Please turn config archive on"],
  });
});

test("a question in between is answered where an answer was given, and ends the session where none was", async () => {
  const options = { asksFirst: /^no username/ };
  const { session } = await openBoth(options);
  const answers = [{ question: /continue\? \[confirm\]/, answer: "" }];
  expect(await session.configure(["no username old"], { answers })).toMatchObject({ takenCount: 1, refused: null });
  const { session: other } = await openBoth(options);
  await expect(other.configure(["no username old"])).rejects.toBeInstanceOf(IosQuestionError);
  expect(other.isOpen).toBe(false);
});

test("a device that knows `end` at the top alone is left step by step, and not logged out of", async () => {
  const { device, session } = await openBoth({ endKnownAtTopOnly: true });
  await session.configure(tunnel);
  expect((await session.run(["show", "archive"])).exitCode).toBe(0);
  expect(device.seen.connections).toBe(1);
});

test("secrets are in no message", async () => {
  const { session } = await openBoth();
  const { refused } = await session.configure([
    "crypto isakmp key S3cr3t address 203.0.113.2",
    "bogus crypto isakmp key S3cr3t address 203.0.113.2",
  ]);
  expect(refused).toMatchObject({
    number: 2,
    command: "bogus crypto isakmp key *** address 203.0.113.2",
    column: null,
  });
  expect(JSON.stringify(refused)).not.toContain("S3cr3t");
});
