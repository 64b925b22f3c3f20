import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { observeLab } from "../../../checks/observe-lab.ts";
import { labStatusSchema } from "../../../model/lab-status.ts";
import { plannedLab } from "./samples.ts";
import { ScriptedLab, type Script } from "./scripted-lab.ts";
import { VirtualClock } from "./virtual-clock.ts";

const recording = (name: string): string =>
  readFileSync(new URL(`../dialects/recordings/${name}`, import.meta.url), "utf8");
const links = (operState: string, flags = ["UP"]) =>
  JSON.stringify([{ ifname: "tunnel0", operstate: operState, flags, mtu: 1442 }]);

/** Both routers tell what r1 told when it was recorded. */
const sound: Script = (node, line) => {
  if (line.startsWith("cat ")) return "83.52 70.11\numl 6.1.176\n";
  if (line.endsWith("impair show")) return recording("impair-restored.txt");
  if (line.startsWith("ip ")) return links("UNKNOWN");
  if (line.startsWith("swanctl ")) return recording("r1/list-sas.txt");
  if (line.startsWith("vtysh ")) return recording("r1/ospf-neighbors.json");
  throw new Error(`${node} is not asked ${line}`);
};

async function observe(script: Script, on?: ScriptedLab["withSession"], deadline = new Promise(() => undefined)) {
  const lab = new ScriptedLab(script);
  const status = await observeLab({
    plan: plannedLab(),
    clock: new VirtualClock(),
    on: on ?? lab.withSession,
    deadline,
    signal: new AbortController().signal,
  });
  return labStatusSchema.parse(status);
}

test("everything is told", async () => {
  const status = await observe(sound);
  expect(status.isComplete).toBe(true);
  expect(status.nodes).toHaveLength(5);
  expect(status.nodes[0]).toEqual({
    name: "isp",
    role: "transit",
    reached: true,
    uptimeSeconds: 83.52,
    kernel: "uml 6.1.176",
    problem: null,
  });
  expect(status.links.map(({ name, impairments }) => [name, impairments])).toEqual([
    ["isp-left", []],
    ["isp-right", []],
  ]);
  const up = { interfaceState: "up", lineProtocol: "up", ikeSa: "ESTABLISHED", childSa: "INSTALLED", ospf: "Full" };
  expect(status.tunnels).toEqual([
    {
      name: "tunnel0",
      hasIpsec: true,
      hasOspf: true,
      left: { router: "r1", device: "tunnel0", ...up },
      right: { router: "r2", device: "tunnel0", ...up },
    },
  ]);
});

test("impairments stand at their link, toward whom they are done", async () => {
  const status = await observe((node, line) =>
    line.endsWith("impair show") ? recording("impair-show.txt") : sound(node, line),
  );
  const told = status.links.flatMap(
    ({ name, impairments }) => impairments?.map(({ toward, effect }) => [name, toward[0], effect.kind]) ?? [],
  );
  expect(told).toEqual([
    ["isp-left", "isp", "cut"],
    ["isp-left", "isp", "delay"],
    ["isp-left", "r1", "delay"],
    ["isp-right", "isp", "mtu"],
    ["isp-right", "isp", "block-icmp"],
    ["isp-right", "r2", "loss"],
    ["isp-right", "r2", "mtu"],
  ]);
});

test.each([
  ["dormant: line protocol down", links("DORMANT"), "up", "down"],
  ["taken down", links("DOWN", []), "down", "down"],
  ["gone", { exitCode: 1, stderr: 'Device "tunnel0" does not exist.\n' }, "absent", "down"],
])("a device that is %s", async (_, answer, interfaceState, lineProtocol) => {
  const status = await observe((node, line) => (line.startsWith("ip ") ? answer : sound(node, line)));
  expect(status.tunnels[0]?.left).toMatchObject({ interfaceState, lineProtocol });
  expect(status.isComplete).toBe(true);
});

test("a daemon that does not answer is unknown, and the rest of its router is told", async () => {
  const status = await observe((node, line) =>
    node === "r1" && line.startsWith("swanctl ") ? { exitCode: 1 } : sound(node, line),
  );
  expect(status.isComplete).toBe(false);
  expect(status.tunnels[0]?.left).toMatchObject({ ikeSa: "unknown", childSa: "unknown", ospf: "Full" });
  expect(status.tunnels[0]?.right).toMatchObject({ ikeSa: "ESTABLISHED" });
  expect(status.nodes.map(({ problem }) => problem)).toEqual([null, "charon does not answer", null, null, null]);
});

test("no SA is none, which is known", async () => {
  const status = await observe((node, line) =>
    line.startsWith("swanctl ") ? "list-sas reply {}\n" : sound(node, line),
  );
  expect(status.isComplete).toBe(true);
  expect(status.tunnels[0]?.left).toMatchObject({ ikeSa: "none", childSa: "none" });
});

test("a node that hangs is unknown at the deadline, and nobody waits for it longer", async () => {
  const lab = new ScriptedLab(sound);
  const hangs: ScriptedLab["withSession"] = (node, work) =>
    node === "isp" ? new Promise<never>(() => undefined) : lab.withSession(node, work);
  const status = await observe(sound, hangs, new Promise((resolve) => setImmediate(resolve)));
  expect(status.isComplete).toBe(false);
  expect(status.nodes[0]).toMatchObject({ reached: false, kernel: null, problem: "no answer in time" });
  expect(status.nodes.slice(1).every(({ reached }) => reached)).toBe(true);
  expect(status.links.map(({ impairments }) => impairments)).toEqual([null, null]);
  expect(status.tunnels[0]?.left.ospf).toBe("Full");
});

test("an image without the program is unknown, not unimpaired", async () => {
  const status = await observe((node, line) =>
    line.endsWith("impair show") ? { exitCode: 127, stderr: "exec: impair: not found\n" } : sound(node, line),
  );
  expect(status.links[0]?.impairments).toBeNull();
  expect(status.isComplete).toBe(false);
});
