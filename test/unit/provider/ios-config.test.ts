/** A router's configuration through the provider's resource, against the tests' own device: made, read, changed, taken away. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { makeLabProvider, type LabProvider } from "../../../provider/lab-provider.ts";
import { iosConfig } from "../../../provider/resources/ios-config.ts";
import { iosConfigAttributes } from "../../../provider/schema/resources.ts";
import type { State } from "../../../provider/schema/attributes.ts";
import type { Context } from "../../../provider/sdk/definitions.ts";
import { Diagnostics, ProviderError } from "../../../provider/sdk/diagnostics.ts";
import { log } from "../../../provider/sdk/log.ts";
import { IosDevice, type IosDeviceOptions } from "../devices/ios/ios-device.ts";

type IosState = State<typeof iosConfigAttributes>;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const key = Buffer.alloc(32, 7).toString("base64");
const started = "hostname r1\ninterface Ethernet0/1\n ip address 198.51.100.2 255.255.255.252\n";
// What a lab renders (test/unit/constructs/golden/ios-iol.config.txt).
const config = readFileSync(new URL("../constructs/golden/ios-iol.config.txt", import.meta.url), "utf8");

/** A device, and the resource for it; what is called is called as the provider's server does. */
async function router(options: IosDeviceOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), "tunnelwright-ios-config-"));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "password"), "let-me-in\n");
  const open = () => IosDevice.open({ archive: true, era: "17", runningConfig: started, ...options });
  const device = await open();
  cleanups.push(() => device.close());
  const provider = makeLabProvider();
  cleanups.push(() => provider.ios.close());
  const planned = (more: Partial<IosState> = {}): IosState => ({
    node: "r1",
    host: "127.0.0.1",
    port: device.port,
    username: "admin",
    password_file: join(folder, "password"),
    host_key_file: join(folder, "ios", "r1.hostkey"),
    container_id: "one",
    legacy_ssh: false,
    ready_timeout_seconds: 5,
    config,
    pre_shared_keys_wo: null,
    pre_shared_keys_version: 1,
    id: "r1",
    host_key: "",
    revision: "",
    ...more,
  });
  const context = (): Context<LabProvider> => ({
    provider,
    signal: new AbortController().signal,
    diagnostics: new Diagnostics(),
    private: {},
    log,
  });
  const keys = { pre_shared_keys_wo: { tunnel0: key } };
  return {
    device,
    folder,
    planned,
    create: async (state = planned()) =>
      (await iosConfig.create(context(), { planned: state, config: { ...state, ...keys } })) as IosState,
    update: async (prior: IosState, state: IosState) =>
      (await iosConfig.update(context(), { prior, planned: state, config: { ...state, ...keys } })) as IosState,
    read: async (state: IosState) => (await iosConfig.read(context(), state)) as IosState | null,
    remove: (state: IosState) => iosConfig.delete(context(), state),
  };
}

test("the first push sends everything once; what is read then is what is declared, and a second push sends nothing", async () => {
  const { device, folder, create, read, update, planned } = await router();
  const made = await create();
  expect(device.config.print()).toContain(`  pre-shared-key ${key}`);
  expect(device.config.print()).toContain(" tunnel protection ipsec profile tunnel0-profile");
  expect(device.seen).toMatchObject({ confirms: 1, reverts: 0 });
  expect(made.host_key).toMatch(/^ssh-/);
  expect(readFileSync(join(folder, "ios", "r1.hostkey"), "utf8").trim()).toBe(made.host_key);
  expect(await read(made)).toEqual(made);
  const before = device.seen.lines.length;
  const again = await update(made, planned());
  expect(device.seen.lines.slice(before)).toEqual(["show running-config"]);
  expect(again.revision).not.toBe(made.revision);
});

test("no state holds the key, and nothing that is read back does", async () => {
  const { device, create, read } = await router();
  const made = await create();
  device.config.take("interface Tunnel0", "no ip mtu");
  device.config.take("crypto ikev2 keyring tunnel0-ike", "pre-shared-key other", "peer tunnel0");
  expect(JSON.stringify([made, await read(made)])).not.toContain(key);
});

test("a difference is a line of the plan, in comments, and the next push mends it", async () => {
  const { device, create, read, update, planned } = await router();
  const made = await create();
  device.config.take("interface Tunnel0", "ip mtu 1300");
  device.config.take("interface Tunnel0", "delay 10");
  const drifted = (await read(made))!;
  expect(drifted.config).toBe(
    `! the router differs; a push sends:\n! interface Tunnel0\n!  no delay 10\n!  ip mtu 1442\n${config}`,
  );
  const healed = await update(drifted, planned());
  expect((await read(healed))?.config).toBe(config);
});

test("a tunnel that is declared no more goes, and what is not ours stays", async () => {
  const { device, create, read, update, planned } = await router();
  const made = await create();
  device.config.take("", "ip route 10.0.0.0 255.0.0.0 198.51.100.1");
  const bare = "hostname r1\ninterface Ethernet0/1\n ip address 198.51.100.2 255.255.255.252\n";
  const changed = await update(made, planned({ config: bare }));
  const running = device.config.print();
  expect(running).not.toMatch(/Tunnel0|crypto|ospf|203\.0\.113/);
  expect(running).toContain("ip route 10.0.0.0 255.0.0.0 198.51.100.1");
  expect(running).toContain("interface Ethernet0/1\n ip address 198.51.100.2 255.255.255.252");
  expect((await read(changed))?.config).toBe(bare);
});

test("taken away, the router is as it was started, and can be reached", async () => {
  const { device, create, remove } = await router();
  const made = await create();
  await remove(made);
  expect(device.config.print()).not.toMatch(/Tunnel0|crypto|ospf|ip route/);
  expect(device.config.print()).toContain("interface Ethernet0/1\n ip address 198.51.100.2 255.255.255.252");
  expect(device.config.hostname).toBe("r1");
});

test("another host key is refused, unless the container is another one", async () => {
  const { create, read, update, planned } = await router();
  const made = await create();
  const other = { ...made, host_key: made.host_key.replace(/.{8}$/, "AAAAAAAA") };
  await expect(read(other)).rejects.toThrow("r1 could not be configured");
  expect((await update({ ...other, container_id: "before" }, planned())).host_key).toBe(made.host_key);
});

test("a line that is refused takes all of it back, and the error says so", async () => {
  const { device, create, planned } = await router();
  const before = device.config.print();
  const error = await create(planned({ config: config.replace("ip mtu 1442", "ip mtu huge") })).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ProviderError);
  expect((error as ProviderError).message).toBe("r1 did not take its configuration");
  expect((error as ProviderError).detail).toContain("its configuration is as before");
  expect(JSON.stringify(error)).not.toContain(key);
  expect(device.config.print()).toBe(before);
});

test("a tunnel without a key is told before anything is sent", async () => {
  const { device, create, planned } = await router();
  const asked = planned({ config: config.replace("{{psk:tunnel0}}", "{{psk:tunnel1}}") });
  await expect(create(asked)).rejects.toMatchObject({
    detail: 'there is no pre-shared key for the tunnel "tunnel1"',
  });
  expect(device.seen.connections).toBe(0);
});

test("a router that is gone is no error of a refresh: it will be configured anew", async () => {
  const { device, create, read } = await router();
  const made = await create();
  await device.close();
  cleanups.length = 1;
  expect(await read({ ...made, port: 1 })).toBeNull();
}, 30_000);
