/** A lab on several engines, as Terraform sees it: who stands where, which network spans engines, and how each node is reached. */
import { Testing } from "cdktf";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { GreIpsecTunnel, hostsFromEnvironment, Router, Wan, type EngineHost } from "../../../constructs/index.ts";
import { appIn, emptyLab, standInSetUpFolder, workingFolder } from "./working-folder.ts";
import { twoEngines } from "../../../labs/two-engines.ts";

const hosts: readonly EngineHost[] = [
  { name: "left", dockerHost: "unix:///run/left.sock" },
  { name: "right", dockerHost: "tcp://10.0.0.3:2375" },
];

interface Stack {
  readonly provider: { readonly docker: readonly Record<string, string>[] };
  readonly resource: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
}

function pair(more: Parameters<typeof emptyLab>[0] = {}, ipMtuBytes?: number) {
  const lab = emptyLab(more);
  const isp = new Wan(lab, "isp", { left: "198.51.100.1/30", right: "203.0.113.1/30" });
  const r1 = new Router(lab, "r1", { transit: isp.left, outside: "198.51.100.2/30", inside: "192.168.10.1/24" });
  const r2 = new Router(lab, "r2", { transit: isp.right, outside: "203.0.113.2/30", inside: "192.168.20.1/24" });
  new GreIpsecTunnel(lab, "tunnel0", {
    left: r1,
    right: r2,
    leftAddress: "172.16.0.1/30",
    rightAddress: "172.16.0.2/30",
    ...(ipMtuBytes !== undefined && { ipMtuBytes }),
  });
  return { lab, stack: () => JSON.parse(Testing.synth(lab)) as Stack };
}

test("each engine has a provider, a management network and a relay; the first is the one without an alias", () => {
  const { provider, resource } = pair({ hosts }).stack();
  expect(provider.docker).toEqual([{ host: "unix:///run/left.sock" }, { alias: "right", host: "tcp://10.0.0.3:2375" }]);
  const { docker_network: networks, docker_container: containers } = resource;
  expect(networks).toMatchObject({
    management: { provider: "docker", name: "tw-test-lab-management" },
    "management-right": { provider: "docker.right", name: "tw-test-lab-management" },
  });
  expect(containers).toMatchObject({
    relay: { provider: "docker", name: "tw-test-lab-.relay", entrypoint: ["/usr/lib/tunnelwright/relay", "wait"] },
    "relay-right": { provider: "docker.right" },
    isp: { provider: "docker" },
    r1: { provider: "docker.right" },
    r2: { provider: "docker" },
  });
});

test("a link between engines is an overlay network, on which each knows the others by Docker's MAC addresses", () => {
  const { resource } = pair({ hosts }).stack();
  expect(resource.docker_network!["isp-left"]).toMatchObject({
    driver: "overlay",
    attachable: true,
    provider: "docker",
    lifecycle: { ignore_changes: ["options"] },
    options: { "com.docker.network.driver.mtu": "1500" },
    ipam_config: [{ subnet: "10.213.1.0/28", gateway: "10.213.1.1" }],
  });
  expect(resource.docker_network!["isp-right"]).toMatchObject({ driver: "bridge", provider: "docker" });
  const [, transit] = resource.docker_container!.isp!.networks_advanced as { ipv4_address: string }[];
  expect(transit!.ipv4_address).toBe("10.213.1.14");
  expect(resource.docker_container!.r1!.env).toContain("TW_NEIGHBOURS=eth0,198.51.100.1,02:42:0a:d5:01:0e");
  expect(resource.docker_container!.isp!.env).toContain("TW_NEIGHBOURS=eth0,198.51.100.2,02:42:0a:d5:01:0d");
  expect(String(resource.docker_container!.r2!.env)).not.toContain("TW_NEIGHBOURS");
});

test("SSH goes by each node's own engine, which the lab's folder names too", () => {
  const { lab, stack } = pair({ hosts });
  const { resource } = stack();
  expect(resource.tunnelwright_router_config!.r1!.through).toEqual({
    docker_host: "tcp://10.0.0.3:2375",
    container: "${docker_container.relay-right.name}",
  });
  expect(resource.tunnelwright_lab_access!.access!.through).toMatchObject({
    isp: { docker_host: "unix:///run/left.sock", container: "tw-test-lab-.relay" },
    r1: { docker_host: "tcp://10.0.0.3:2375", container: "tw-test-lab-.relay" },
  });
  expect(lab.engines?.hosts).toBe(hosts);
});

describe("the overlay's bytes", () => {
  test("are in every prediction: the path carries 50 less, the tunnel what then fits", () => {
    const [one, several] = [pair().lab.plan(), pair({ hosts }).lab.plan()];
    expect([one, several].map(({ tunnels }) => tunnels[0]!.prediction.pathMtuBytes)).toEqual([1500, 1450]);
    expect(several.segments.find(({ name }) => name === "isp-left")).toMatchObject({
      mtuBytes: 1450,
      overlay: { underlayMtuBytes: 1500, overheadBytes: 50 },
    });
    expect(several.segments.find(({ name }) => name === "isp-right")).toMatchObject({ mtuBytes: 1500 });
    expect([one, several].map(({ tunnels }) => tunnels[0]!.prediction.ipMtuBytes)).toEqual([1442, 1390]);
  });

  test("cost nothing where the engines' own network carries more", () => {
    expect(pair({ hosts, underlayMtuBytes: 9000 }).lab.plan().tunnels[0]!.prediction.pathMtuBytes).toBe(1500);
  });

  test("an ip mtu that no longer fits is refused, with what does", () => {
    expect(() => pair({}, 1442).lab.plan()).not.toThrow();
    expect(() => pair({ hosts }, 1390).lab.plan()).not.toThrow();
    expect(() => pair({ hosts }, 1442).lab.plan()).toThrow(/1390/);
  });
});

describe("TW_HOSTS", () => {
  test("places the lab two-engines; without it the lab is on one engine", () => {
    const folder = standInSetUpFolder("two-engines");
    process.env["TW_HOSTS"] = JSON.stringify(hosts);
    try {
      const lab = twoEngines(appIn(folder));
      Testing.fullSynth(lab);
      expect(lab.engines?.placement.nodes.get("r1")).toBe("right");
    } finally {
      delete process.env["TW_HOSTS"];
    }
    expect(twoEngines(appIn(folder)).engines).toBeUndefined();
  });

  test("that names no engines is refused with what it should look like", () => {
    for (const text of ["[", "{}", '[{"name":"a"}]', '[{"name":"a","dockerHost":"unix:///a","nodes":[1]}]'])
      expect(() => hostsFromEnvironment(text)).toThrow('write it like [{"name":"left"');
    expect(hostsFromEnvironment("")).toBeUndefined();
  });
});

test("engines that cannot be are refused, all faults at once", () => {
  expect(() => pair({ hosts: [{ name: "A", dockerHost: "ssh://a" }] })).toThrow(
    /hosts\[0\]\.name is "A".*; hosts\[0\]\.dockerHost is "ssh:\/\/a"/,
  );
});

test("the engines are in the lab's folder as long as it has several", () => {
  const folder = workingFolder();
  const { lab } = pair({ hosts, workingFolder: folder });
  const file = join(lab.directory, "engines.json");
  Testing.fullSynth(lab);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(hosts);
  Testing.fullSynth(pair({ workingFolder: folder }).lab);
  expect(existsSync(file)).toBe(false);
});
