/** Pushing a configuration: only the difference, once, and taken back whole when anything is wrong. */
import { afterEach, expect, test } from "vitest";
import { openIosSession } from "../../../../devices/ios/connect-ios.ts";
import { IosPushError } from "../../../../devices/ios/ios-errors.ts";
import { pushIosConfig, type PushIosOptions } from "../../../../devices/ios/push-ios-config.ts";
import { changeConfig } from "../../../../dialects/ios/running-config/change-config.ts";
import { IosDevice, type IosDeviceOptions } from "./ios-device.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const runningConfig =
  "hostname R1\ninterface Ethernet0/0\n ip address 198.51.100.2 255.255.255.252\ninterface Tunnel0\n ip mtu 1476\n delay 10\n";
const wanted = `crypto isakmp policy 10
 encryption aes 256
 hash sha256
 authentication pre-share
 group 14
crypto isakmp key S3cr3t address 203.0.113.2
interface Tunnel0
 ip mtu 1400
 tunnel source Ethernet0/0
 tunnel mode gre ip
ip access-list extended GRE
 permit gre host 198.51.100.2 host 203.0.113.2
`;
const sentLines = [
  "crypto isakmp policy 10",
  " encryption aes 256",
  " hash sha256",
  " authentication pre-share",
  " group 14",
  "crypto isakmp key *** address 203.0.113.2",
  "interface Tunnel0",
  " no delay 10",
  " ip mtu 1400",
  " tunnel source Ethernet0/0",
  "ip access-list extended GRE",
  " permit gre host 198.51.100.2 host 203.0.113.2",
];

async function openBoth(options: IosDeviceOptions = {}) {
  const device = await IosDevice.open({ runningConfig, ...options });
  cleanups.push(() => device.close());
  const session = await openIosSession(device.target());
  cleanups.push(() => session.close());
  const push = (text: string, more: Partial<PushIosOptions> = {}) =>
    pushIosConfig(session, { change: (running) => changeConfig(running, text), ...more });
  return { device, session, push };
}

async function pushError(promise: Promise<unknown>): Promise<IosPushError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof IosPushError) return error;
  throw new Error(`an IosPushError was expected, not ${String(error)}`);
}

test.each(["15", "17"] as const)(
  "with an archive: the difference under the revert timer, confirmed; a second push sends nothing (%s)",
  async (era) => {
    const { device, push } = await openBoth({ archive: true, era });
    const first = await push(wanted, { save: true });
    expect(first).toEqual({ sent: sentLines, protection: "revert-timer", saved: true, notes: [] });
    expect(device.seen).toMatchObject({ confirms: 1, reverts: 0, saves: 1 });
    expect(device.seen.lines).toContain("configure terminal revert timer 5");
    const linesBefore = device.seen.lines.length;
    expect(await push(wanted, { save: true })).toEqual({ sent: [], protection: "none", saved: false, notes: [] });
    expect(device.seen.lines.slice(linesBefore)).toEqual(["show running-config"]);
  },
);

test("without an archive: said to be best effort", async () => {
  const { device, push } = await openBoth();
  const { protection, notes } = await push(wanted);
  expect(protection).toBe("inverse-lines");
  expect(notes).toEqual([expect.stringContaining("best effort")]);
  expect(device.seen.lines).toContain("configure terminal");
});

test("a refused line takes all of it back: by the device where it can", async () => {
  const { device, push } = await openBoth({ archive: true });
  const before = device.config.print();
  const error = await pushError(push(wanted.replace("ip mtu 1400", "ip mtu huge")));
  expect(error).toMatchObject({
    outcome: "reverted",
    refused: { command: "ip mtu huge", mode: "config-if", column: 8 },
  });
  expect(error.message).toMatchInlineSnapshot(`
    "r1: the configuration was not taken (line 9); the device took back what had been sent, and its configuration is as before
      why  «ip mtu huge» in (config-if)
                   ^
           % Invalid input detected at '^' marker.
      fix  mend the line and push again"
  `);
  expect(device.config.print()).toBe(before);
  expect(device.seen).toMatchObject({ confirms: 0, reverts: 1 });
});

test("a refused line takes all of it back: line by line where the device cannot", async () => {
  const { device, push } = await openBoth();
  const before = device.config.print();
  const error = await pushError(push(wanted.replace("ip mtu 1400", "ip mtu huge")));
  expect(error.outcome).toBe("undone-best-effort");
  expect(device.config.print()).toBe(before);
});

test("what cannot be undone is said", async () => {
  const { push } = await openBoth({ forgets: /^no crypto isakmp key/ });
  expect((await pushError(push(wanted.replace("ip mtu 1400", "ip mtu huge")))).outcome).toBe("left-behind");
});

test("a line that the device takes and forgets is noticed", async () => {
  const { device, push } = await openBoth({ archive: true, forgets: /^ip mtu/ });
  const before = device.config.print();
  const error = await pushError(push(wanted));
  expect(error).toMatchObject({ outcome: "reverted", refused: null });
  expect(error.message).toContain(
    "the device took these lines without a word and does not have them:\n       interface Tunnel0\n        ip mtu 1400",
  );
  expect(device.config.print()).toBe(before);
});

test("what locks us out is taken back: the proof fails, and the device keeps its old configuration", async () => {
  const { device, push } = await openBoth({ archive: true });
  const before = device.config.print();
  const error = await pushError(push(wanted, { prove: () => Promise.reject(new Error("not reached")) }));
  expect(error).toMatchObject({ outcome: "reverted", refused: null });
  expect(error.message).toContain("no new connection came to confirm it: not reached");
  expect(device.config.print()).toBe(before);
});

test("a session that is lost in the middle: the device's own timer takes it back", async () => {
  const { device, push } = await openBoth({ archive: true, minuteMs: 100, answers: { "ip mtu 1400": "{drop}" } });
  const before = device.config.print();
  await expect(push(wanted, { revertMinutes: 3 })).rejects.toThrow();
  expect(device.config.linesOf("interface Tunnel0")).not.toContain("ip mtu 1400");
  await expect.poll(() => device.seen.reverts, { timeout: 10_000 }).toBe(1);
  expect(device.config.print()).toBe(before);
});

test("somebody else's change that waits for its confirmation is left alone", async () => {
  const { device, push } = await openBoth({ archive: true });
  device.startRevertTimer(5);
  const error = await pushError(push(wanted));
  expect(error.outcome).toBe("nothing-sent");
  expect(error.message).toContain("pending already");
  expect(device.seen.lines).not.toContain("interface Tunnel0");
});

test("a configuration that is locked: nothing was sent", async () => {
  const { device, push } = await openBoth({ archive: true, configurationLocked: true });
  const error = await pushError(push(wanted));
  expect(error).toMatchObject({ outcome: "nothing-sent", refused: { number: 0 } });
  expect(device.seen.reverts).toBe(0);
});

test("saving asks whether to overwrite: yes", async () => {
  const { device, push } = await openBoth({ archive: true, asksFirst: /^write memory$/ });
  expect((await push(wanted, { save: true })).saved).toBe(true);
  expect(device.seen.saves).toBe(1);
});

test("no secret is in what is told", async () => {
  const { push } = await openBoth({ forgets: /^crypto isakmp key/ });
  const error = await pushError(push(wanted));
  expect(error.message).toContain("crypto isakmp key *** address 203.0.113.2");
  expect(JSON.stringify(error) + error.message).not.toContain("S3cr3t");
});
