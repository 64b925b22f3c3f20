/** examples/hcl: the provider without the constructs, functions and data source included. */
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { layProviders } from "../../constructs/working-folder.ts";
import { claimLab, releaseLab } from "./claim-lab.ts";
import { onNode, root, run, type Ended } from "./lab-commands.ts";

const lab = "hcl-example";
const folder = join(root, ".tunnelwright/stacks-of-hcl-example");
const directory = join(root, ".tunnelwright", lab);
const { image } = JSON.parse(readFileSync(join(root, ".tunnelwright/router-image.json"), "utf8")) as { image: string };
const terraform = (verb: string, ...args: string[]): Promise<Ended> =>
  run(
    "terraform",
    [verb, "-no-color", "-input=false", `-var=router_image=${image}`, `-var=directory=${directory}`, ...args],
    {
      cwd: folder,
    },
  );

beforeAll(async () => {
  await claimLab(lab);
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(root, "examples/hcl/main.tf"), join(folder, "main.tf"), { recursive: true });
  layProviders(root, folder);
  const init = await run("terraform", ["init", "-no-color", "-input=false"], { cwd: folder });
  expect(init.exitCode, init.all).toBe(0);
});

afterAll(async () => {
  const destroyed = await terraform("destroy", "-auto-approve");
  expect(destroyed.exitCode, destroyed.all).toBe(0);
  rmSync(folder, { recursive: true, force: true });
  expect(await releaseLab(lab)).toEqual([]);
});

test("stands a tunnel up whose ip mtu the function computed, and reads it back", async () => {
  const applied = await terraform("apply", "-auto-approve");
  expect(applied.exitCode, applied.all).toBe(0);
  expect(applied.stdout).toContain("ip_mtu_bytes = 1476");
  expect(applied.stdout).toContain('remote_outer_address = "203.0.113.2"');
  expect(applied.stdout).toContain("overhead_bytes_of_1400 = 60");
  expect(await onNode(lab, "r1", "ip link show dev tunnel0")).toContain("mtu 1476");
});

test("and has nothing to do then", async () => {
  const plan = await terraform("plan", "-detailed-exitcode");
  expect(plan.exitCode, plan.all).toBe(0);
});

test("the example of the data source, docs/data-sources, reads the same router", async () => {
  const reader = join(root, ".tunnelwright/stacks-of-hcl-example-reader");
  rmSync(reader, { recursive: true, force: true });
  onTestFinished(() => rmSync(reader, { recursive: true, force: true }));
  cpSync(join(root, "examples/data-sources/tunnelwright_tunnel"), reader, { recursive: true });
  cpSync(join(root, "examples/provider/provider.tf"), join(reader, "provider.tf"));
  layProviders(root, reader);
  const init = await run("terraform", ["init", "-no-color", "-input=false"], { cwd: reader });
  expect(init.exitCode, init.all).toBe(0);
  const given = ["apply", "-auto-approve", "-no-color", "-input=false", `-var=directory=${directory}`];
  const applied = await run("terraform", given, { cwd: reader });
  expect(applied.exitCode, applied.all).toBe(0);
  expect(applied.stdout).toContain("ip_mtu_bytes = 1476");
  expect(applied.stdout).toContain("tunnel_is_protected = false");
});

describe("its keepalive, with a peer that knows nothing of keepalives", () => {
  interface Status {
    readonly lineProtocol: "up" | "down";
    readonly sentCount: number;
    readonly receivedCount: number;
    readonly lastTransitions: readonly { readonly lineProtocol: string; readonly wallClockMs: number }[];
  }
  const onRouter = (command: string): Promise<string> => onNode(lab, "r1", command);
  const status = async (): Promise<Status> => {
    const { tunnels } = JSON.parse(await onRouter("tw-keepalive status --json tunnel0")) as { tunnels: [Status] };
    return tunnels[0];
  };
  const lineIs = (wanted: "up" | "down") =>
    expect.poll(async () => (await status()).lineProtocol, { timeout: 15_000, interval: 200 }).toBe(wanted);
  const link = (): Promise<string> => onRouter("ip -oneline link show dev tunnel0");
  /** Runs a command in the peer; gives the router's clock before and after it, in ms. */
  const onPeer = async (command: string): Promise<[number, number]> => {
    const said = await onRouter(`date +%s%3N; ip netns exec peer ${command}; date +%s%3N`);
    const [before = 0, after = 0] = said.trim().split("\n").map(Number);
    return [before, after];
  };

  test("without a peer the line protocol is down, which is no difference to Terraform", async () => {
    await lineIs("down");
    expect(await link()).toMatch(/,UP.* state DORMANT mode DORMANT group 27489 /);
    const plan = await terraform("plan", "-detailed-exitcode");
    expect(plan.exitCode, plan.all).toBe(0);
  });

  test("with the first answer it is up; a request is 48 bytes on the wire, its answer 24", async () => {
    // The peer is a network namespace of the guest: a kernel with a GRE device, and no keepalives of its own.
    await onRouter(`
      set -e
      ip netns add peer
      ip link add to-peer type veth peer name eth0 netns peer
      ip link set to-peer up
      ip route add 203.0.113.2/32 dev to-peer src 198.51.100.2
      ip netns exec peer sh -ec "
        ip link set eth0 up
        ip address add 203.0.113.2/32 dev eth0
        ip route add 198.51.100.2/32 dev eth0
        echo 1 >/proc/sys/net/ipv4/ip_forward
        for scope in all default eth0; do echo 1 >/proc/sys/net/ipv4/conf/\\$scope/accept_local; done
        ip link add tunnel0 type gre local 203.0.113.2 remote 198.51.100.2 ttl 255
        ip link set tunnel0 up"`);
    await lineIs("up");
    expect(await link()).toMatch(/,UP.* state UP mode DEFAULT group default /);
    const seen = await onRouter("timeout 10 tcpdump -c 2 -nv -i to-peer ip proto 47 2>/dev/null");
    const headers = [
      ...seen.matchAll(
        /IP \(tos (\w+), ttl (\d+), id \d+, offset 0, flags \[none\], proto GRE \(47\), length (\d+)\)/g,
      ),
    ];
    expect(headers.map(([, ...fields]) => fields.join(" ")).sort()).toEqual([
      "0x0 255 48",
      "0xc0 254 24",
      "0xc0 255 24",
    ]);
  });

  test("a cut brings it down after 3 to 4 periods of 1 s; killed meanwhile, it is down still when a deploy heals it", async () => {
    const [before, after] = await onPeer("iptables -I FORWARD -j DROP");
    await lineIs("down");
    const downMs = (await status()).lastTransitions.at(-1)?.wallClockMs ?? 0;
    // The answer was on its way for some milliseconds; a loaded machine wakes a process late.
    expect(downMs - before).toBeGreaterThanOrEqual(2950);
    expect(downMs - after).toBeLessThan(4500);

    await onRouter("kill -KILL $(cat /run/tunnelwright/daemons/keepalive.pid)");
    await expect
      .poll(async () => (await terraform("plan", "-detailed-exitcode")).all, { timeout: 30_000 })
      .toContain("# tw-keepalive does not run");
    expect(await link()).toContain("state DORMANT mode DORMANT group 27489");
    const healed = await terraform("apply", "-auto-approve");
    expect(healed.exitCode, healed.all).toBe(0);
    expect(await status()).toMatchObject({ lineProtocol: "down", receivedCount: 0, lastTransitions: [] });
    expect(await link()).toContain("state DORMANT mode DORMANT group 27489");
  });

  test("while it is down nothing but keepalives goes through; mended, it is up within a period", async () => {
    const drops = () => onRouter("iptables-save -c | grep -c '^\\[0:0\\] -A OUTPUT -m devgroup' || true");
    expect((await drops()).trim()).toBe("1");
    await onRouter("ping -c 1 -W 1 -I tunnel0 172.16.0.2 >/dev/null || true");
    expect((await drops()).trim()).toBe("0");
    const [before] = await onPeer("iptables -F FORWARD");
    await lineIs("up");
    const upMs = (await status()).lastTransitions.at(-1)?.wallClockMs ?? 0;
    expect(upMs - before).toBeLessThan(2500);
  });

  test("without its line the daemon ends, and the link is given back", async () => {
    await onPeer("iptables -I FORWARD -j DROP");
    await lineIs("down");
    const file = join(folder, "main.tf");
    writeFileSync(file, readFileSync(file, "utf8").replace(/^  keepalive .*\n/m, ""));
    const applied = await terraform("apply", "-auto-approve");
    expect(applied.exitCode, applied.all).toBe(0);
    expect(await link()).toContain("state UP mode DEFAULT group default");
    expect(await onRouter("tw-keepalive status 2>&1 || true")).toContain("tw-keepalive does not run");
  });
});
