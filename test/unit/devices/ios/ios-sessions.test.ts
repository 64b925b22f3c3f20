/** Connections to routers of IOS: shared, opened anew when they broke, and all closed in the end. */
import { afterEach, expect, test } from "vitest";
import { IosSessions } from "../../../../devices/ios/ios-sessions.ts";
import { IosDevice } from "./ios-device.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function openBoth() {
  const device = await IosDevice.open();
  cleanups.push(() => device.close());
  const sessions = new IosSessions();
  cleanups.push(() => sessions.close());
  const ask = () => sessions.withSession(device.target(), (session) => session.run(["show", "archive"]));
  return { device, sessions, ask };
}

test("callers of one router share one terminal, also when they come at the same moment", async () => {
  const { device, ask } = await openBoth();
  await Promise.all([ask(), ask(), ask()]);
  await ask();
  expect(device.seen.shells).toBe(1);
});

test("a connection that broke is opened anew, once, for all who wait", async () => {
  const { device, ask } = await openBoth();
  await ask();
  device.cutConnections();
  await expect.poll(() => device.openConnections).toBe(0);
  await expect
    .poll(() =>
      Promise.all([ask(), ask()]).then(
        () => "answered",
        () => "broken",
      ),
    )
    .toBe("answered");
  expect(device.seen.shells).toBe(2);
});

test("one of its own is opened beside it, and closed when the work is done", async () => {
  const { device, sessions, ask } = await openBoth();
  await ask();
  await sessions.withFreshSession(device.target(), () => Promise.resolve());
  expect(device.seen.shells).toBe(2);
  await expect.poll(() => device.openConnections).toBe(1);
});

test("one that could not be opened stands in nobody's way", async () => {
  const { device, sessions, ask } = await openBoth();
  const wrong = sessions.withSession(device.target({ password: "wrong" }), () => Promise.resolve());
  await expect(wrong).rejects.toThrow("refused the password");
  await ask();
  expect(device.seen.shells).toBe(1);
});

test("closed, none is left and none is opened", async () => {
  const { device, sessions, ask } = await openBoth();
  await ask();
  await sessions.close();
  await expect.poll(() => device.openConnections).toBe(0);
  await expect(ask()).rejects.toThrow("the sessions are closed");
});
