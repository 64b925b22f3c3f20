/** Routers of IOS under the real Terraform: what is missing is told by the plan, before anything is begun; a configuration is pushed into the tests' own device. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readInventory } from "../../devices/inventory.ts";
import { IosDevice } from "../unit/devices/ios/ios-device.ts";
import { providerAddress } from "../../provider/schema/resources.ts";
import { makeProviderFolder, terraformIn } from "./provider-folder.ts";

const { source } = providerAddress;
const here = "vrnetlab/cisco_iol:17.12.01";
const start = { Config: { Entrypoint: ["/entrypoint.sh"], Cmd: ["-v"] } };
let folder = "";
/** A Docker engine that has one image, and can do nothing else. */
let engine: Server;
const asked: string[] = [];

beforeAll(async () => {
  folder = await makeProviderFolder("preflight");
  engine = createServer((request, answer) => {
    const path = decodeURIComponent(request.url ?? "");
    asked.push(`${request.method ?? ""} ${path}`);
    const isHere = path === `/images/${here}/json`;
    answer.writeHead(isHere ? 200 : 404, { "content-type": "application/json" });
    answer.end(JSON.stringify(isHere ? start : { message: `No such image: ${path}` }));
  });
  await new Promise<void>((resolve) => engine.listen(join(folder, "docker.sock"), resolve));
});
afterAll(async () => {
  await new Promise((resolve) => engine.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const terraform = (...args: string[]) =>
  terraformIn(folder, args, { DOCKER_HOST: `unix://${join(folder, "docker.sock")}` });

/** The preflight, and something that waits for it as a container does. */
async function declare(routers: Readonly<Record<string, { kind: string; image: string }>>): Promise<void> {
  writeFileSync(
    join(folder, "main.tf.json"),
    JSON.stringify({
      terraform: { required_providers: { tunnelwright: { source } } },
      resource: {
        tunnelwright_ios_preflight: { ios: { routers } },
        terraform_data: { container: { input: "${tunnelwright_ios_preflight.ios.entrypoints}" } },
      },
    }),
  );
  const init = await terraform("init");
  expect(init.exitCode, init.all).toBe(0);
}

it("fails the plan with everything that is missing, and nothing is begun", async () => {
  // No machine has the memory of a hundred of them.
  const many = Array.from(
    { length: 100 },
    (_, index) => [`c${index}`, { kind: "c8000v", image: "mine:17.12" }] as const,
  );
  await declare({ ...Object.fromEntries(many), r1: { kind: "iol", image: here } });
  const applied = await terraform("apply", "-auto-approve");
  expect(applied.exitCode).toBe(1);
  expect(applied.all).toContain("This machine lacks what the routers of IOS need: c0, c1");
  expect(applied.all).toContain(
    "image mine:17.12: build it from your own Catalyst 8000V with vrnetlab, or load it with docker load",
  );
  expect(applied.all).toMatch(/409600 MiB of memory for 100 of 4096 MiB, \d+ MiB are free: stop something/);
  // Beside what the virtual machines take nothing is left for the process.
  expect(applied.all).toMatch(/768 MiB of memory for 1 of 768 MiB, 0 MiB are free/);
  if (!existsSync("/dev/kvm")) expect(applied.all).toContain("/dev/kvm: Catalyst 8000V is a virtual machine");
  expect(applied.all).not.toContain("terraform_data.container: Creating");
  expect(existsSync(join(folder, "terraform.tfstate"))).toBe(false);
});

it("tells what is to be known, and hands on what the image itself starts", async () => {
  await declare({ r1: { kind: "iol", image: here } });
  const applied = await terraform("apply", "-auto-approve");
  expect(applied.exitCode, applied.all).toBe(0);
  expect(applied.all).toContain("Warning: What is to be known of virtual IOS");
  expect(applied.all).toContain("IOL drops packets with partial TCP checksums");
  expect(applied.all).toContain("not run on IOS");
  const shown = await terraform("state", "show", "terraform_data.container");
  expect(shown.all).toContain('r1 = [ "/entrypoint.sh", ]');
});

it("looks at what is new alone: a router that runs already is not asked for its memory", async () => {
  await declare({ r1: { kind: "iol", image: here } });
  expect((await terraform("apply", "-auto-approve")).exitCode).toBe(0);
  asked.length = 0;
  const again = await terraform("plan", "-detailed-exitcode");
  expect(again.exitCode, again.all).toBe(0);
  expect(asked).toEqual([]);
  await declare({ r1: { kind: "iol", image: here }, r2: { kind: "iol", image: "other:17.12" } });
  const more = await terraform("plan");
  expect(more.exitCode).toBe(1);
  expect(more.all).toContain("need: r2");
  expect(more.all).toContain("image other:17.12");
});

it("goes away with the lab whatever the machine has become", async () => {
  await declare({ r1: { kind: "iol", image: here } });
  expect((await terraform("apply", "-auto-approve")).exitCode).toBe(0);
  asked.length = 0;
  const destroyed = await terraform("destroy", "-auto-approve");
  expect(destroyed.exitCode, destroyed.all).toBe(0);
  expect(asked).toEqual([]);
});

it("a lab's inventory has its routers of IOS, and no key is made for them", async () => {
  const directory = join(folder, "lab");
  writeFileSync(
    join(folder, "main.tf.json"),
    JSON.stringify({
      terraform: { required_providers: { tunnelwright: { source } } },
      resource: {
        tunnelwright_lab_access: {
          access: { lab: "ios", directory, nodes: { r2: "192.0.2.2" }, ios_nodes: { r1: "192.0.2.1" } },
        },
      },
    }),
  );
  expect((await terraform("init")).exitCode).toBe(0);
  const applied = await terraform("apply", "-auto-approve");
  expect(applied.exitCode, applied.all).toBe(0);
  const inventory = await readInventory(directory);
  expect(Object.keys(inventory.nodes)).toEqual(["r2"]);
  expect(inventory.iosNodes).toEqual({
    r1: {
      address: "192.0.2.1",
      port: 22,
      username: "admin",
      passwordFile: "ios/password",
      hostKeyFile: "ios/r1.hostkey",
    },
  });
  expect(readFileSync(join(directory, "known_hosts"), "utf8")).not.toContain("192.0.2.1");
  expect((await terraform("destroy", "-auto-approve")).exitCode).toBe(0);
});

it("pushes a configuration, finds nothing to do, shows a difference as lines, mends it, and takes it away", async () => {
  const device = await IosDevice.open({
    archive: true,
    runningConfig: "hostname r1\ninterface Ethernet0/1\n ip address 198.51.100.2 255.255.255.252\n",
  });
  const config = readFileSync(join(import.meta.dirname, "../unit/constructs/golden/ios-iol.config.txt"), "utf8");
  writeFileSync(join(folder, "password"), "let-me-in\n");
  writeFileSync(
    join(folder, "main.tf.json"),
    JSON.stringify({
      terraform: { required_providers: { tunnelwright: { source } } },
      ephemeral: { tunnelwright_pre_shared_key: { tunnel0: { file: join(folder, "psk", "tunnel0") } } },
      resource: {
        tunnelwright_ios_config: {
          r1: {
            node: "r1",
            host: "127.0.0.1",
            port: device.port,
            password_file: join(folder, "password"),
            host_key_file: join(folder, "r1.hostkey"),
            config,
            pre_shared_keys_wo: { tunnel0: "${ephemeral.tunnelwright_pre_shared_key.tunnel0.value}" },
            pre_shared_keys_version: 1,
          },
        },
      },
    }),
  );
  try {
    expect((await terraform("init")).exitCode).toBe(0);
    const applied = await terraform("apply", "-auto-approve");
    expect(applied.exitCode, applied.all).toBe(0);
    const key = readFileSync(join(folder, "psk", "tunnel0"), "utf8").trim();
    expect(device.config.print()).toContain(`  pre-shared-key ${key}`);
    for (const secret of [key, "let-me-in"])
      expect(readFileSync(join(folder, "terraform.tfstate"), "utf8")).not.toContain(secret);
    const unchanged = await terraform("plan", "-detailed-exitcode");
    expect(unchanged.exitCode, unchanged.all).toBe(0);
    device.config.take("interface Tunnel0", "ip mtu 1300");
    const drifted = await terraform("plan", "-detailed-exitcode");
    expect(drifted.exitCode).toBe(2);
    expect(drifted.all).toContain("- ! the router differs; a push sends: - ! interface Tunnel0 - !  ip mtu 1442");
    expect((await terraform("apply", "-auto-approve")).exitCode).toBe(0);
    expect(device.config.print()).toContain(" ip mtu 1442");
    const destroyed = await terraform("destroy", "-auto-approve");
    expect(destroyed.exitCode, destroyed.all).toBe(0);
    expect(device.config.print()).not.toMatch(/Tunnel0|crypto|ospf/);
  } finally {
    await device.close();
  }
});

it("says which kinds there are", async () => {
  await declare({ r1: { kind: "xrv9k", image: here } });
  const validated = await terraform("validate");
  expect(validated.exitCode).toBe(1);
  expect(validated.all).toContain("a kind is iol, vios, csr1000v, c8000v");
});
