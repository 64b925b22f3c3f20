/** The router's program `impair`, with the kernel's tools replaced by ones that tell a given state and note what they are given. */
import { execa } from "execa";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const source = readFileSync(new URL("../../../images/router/files/impair", import.meta.url), "utf8");
const recording = (name: string): string =>
  readFileSync(new URL(`../dialects/recordings/${name}`, import.meta.url), "utf8");

interface Kernel {
  readonly rules?: string;
  readonly queues?: string;
  readonly routing?: string;
  readonly devices?: readonly string[];
}

const partOf = (text: string, name: string): string =>
  text
    .split(/^\[/m)
    .find((part) => part.startsWith(`${name}]`))!
    .slice(name.length + 2);
const recorded = (name: string): Kernel => {
  const text = recording(name);
  return { rules: partOf(text, "rules"), queues: partOf(text, "queues"), routing: partOf(text, "routing") };
};
const restored = recorded("impair-restored.txt");
const impaired = { ...recorded("impair-show.txt"), devices: ["eth0", "eth1", "ifb-eth0"] };

function router({ rules = "", queues = "", routing = "", devices = ["eth0", "eth1"] }: Kernel) {
  const folder = mkdtempSync(join(tmpdir(), "tunnelwright-impair-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const tool = (name: string, text: string): void => {
    writeFileSync(join(folder, name), `#!/bin/bash\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  for (const device of devices) {
    mkdirSync(join(folder, "net", device), { recursive: true });
    writeFileSync(join(folder, "net", device, "mtu"), "1500\n");
  }
  for (const [name, text] of Object.entries({ rules, queues, routing })) writeFileSync(join(folder, name), text);
  const routes =
    "198.51.100.0/30 dev eth0 proto kernel scope link src 198.51.100.1 \n203.0.113.0/30 dev eth1 proto kernel scope link src 203.0.113.1 linkdown \n";
  writeFileSync(join(folder, "routes"), routes);
  tool("iptables-save", `cat ${folder}/rules`);
  tool("iptables-restore", `while read -r line; do echo "$line" >>${folder}/given; done`);
  tool("flock", "exit 0");
  tool(
    "tc",
    `case $1 in qdisc) cat ${folder}/queues ;; *) while read -r line; do echo "tc $line" >>${folder}/given; done ;; esac`,
  );
  tool(
    "ip",
    `case "$*" in 'rule show') cat ${folder}/routing ;; *'route show'*) cat ${folder}/routes ;; *) while read -r line; do echo "ip $line" >>${folder}/given; done ;; esac`,
  );
  const program = source
    .replace(/^export PATH=\S+/m, `export PATH=${folder}:/usr/bin:/bin`)
    .replaceAll("/sys/class/net", `${folder}/net`)
    .replace("/run/tunnelwright/impair.lock", `${folder}/lock`);
  tool("impair", program);
  return async (...args: string[]) => {
    writeFileSync(join(folder, "given"), "");
    const { exitCode, stdout, stderr } = await execa(join(folder, "impair"), args, { reject: false });
    // bash ends what it hands over with a line of its own.
    const given = readFileSync(join(folder, "given"), "utf8")
      .split("\n")
      .filter((line) => !/^(tc |ip )?$/.test(line));
    return { exitCode, stdout, stderr, given };
  };
}

test("a cut is loaded at one moment, which lies between two instants", async () => {
  const before = Date.now();
  const { exitCode, stdout, given } = await router(restored)("add", "eth0/in/cut", "eth0/out/cut");
  expect(exitCode).toBe(0);
  expect(given).toEqual([
    "*mangle",
    ":IMPAIR-IN - [0:0]",
    ":IMPAIR-OUT - [0:0]",
    "-A PREROUTING -j IMPAIR-IN",
    "-A POSTROUTING -j IMPAIR-OUT",
    "-A IMPAIR-IN -i eth0 -j DROP",
    "-A IMPAIR-OUT -o eth0 -j DROP",
    "COMMIT",
  ]);
  const [from = 0, to = 0] = stdout
    .replace("moment ", "")
    .split(" ")
    .map((seconds) => Number(seconds) * 1000);
  expect(from).toBeGreaterThanOrEqual(before);
  expect(to).toBeGreaterThanOrEqual(from);
  expect(to).toBeLessThanOrEqual(Date.now() + 1);
});

test("what is in force stays, the same again is one, and a new loss takes the old one's place", async () => {
  const { given } = await router(impaired)("add", "eth0/in/cut", "eth1/out/loss=0.5");
  expect(given.filter((line) => line.startsWith("-A"))).toEqual([
    "-A IMPAIR-IN -i eth1 -p icmp -m icmp --icmp-type 3/4 -j DROP",
    "-A IMPAIR-IN -i eth0 -j DROP",
    "-A IMPAIR-OUT -o eth1 -m statistic --mode random --probability 0.5 -j DROP",
  ]);
});

test("a delay of what leaves is its device's own; what comes in is led to a device where it can wait", async () => {
  expect((await router(restored)("add", "eth0/out/delay=20,5", "eth1/in/delay=50,0")).given).toEqual([
    "ip link add ifb-eth1 type ifb",
    "ip link set ifb-eth1 up",
    "tc qdisc replace dev eth0 root netem delay 20ms 5ms",
    "tc qdisc replace dev ifb-eth1 root netem delay 50ms",
    "tc qdisc add dev eth1 ingress",
    "tc filter add dev eth1 parent ffff: matchall action mirred egress redirect dev ifb-eth1",
  ]);
  expect((await router(impaired)("add", "eth0/in/delay=10,0")).given).toEqual([
    "ip link set ifb-eth0 up",
    "tc qdisc replace dev ifb-eth0 root netem delay 10ms",
    "tc qdisc delete dev eth0 ingress",
    "tc qdisc add dev eth0 ingress",
    "tc filter add dev eth0 parent ffff: matchall action mirred egress redirect dev ifb-eth0",
  ]);
});

test("an MTU is in copies of the routes, which are made anew with those in force", async () => {
  expect((await router({})("add", "eth0/in/mtu=1400")).given).toEqual([
    "ip route add 198.51.100.0/30 dev eth0 proto kernel scope link src 198.51.100.1 mtu lock 1400 table 2001400",
    "ip route add 203.0.113.0/30 dev eth1 proto kernel scope link src 203.0.113.1 mtu lock 1400 table 2001400",
    "ip rule add pref 2207 iif eth0 lookup 2001400",
  ]);
  const { given } = await router(impaired)("add", "eth0/out/mtu=1300");
  expect(given.filter((line) => /^ip (rule|route flush)/.test(line))).toEqual([
    "ip rule delete pref 2207",
    "ip route flush table 2001400",
    "ip rule delete pref 2208",
    "ip route flush table 2001400",
    "ip rule delete pref 2209",
    "ip route flush table 2000000",
    "ip rule add pref 2207 iif eth1 lookup 2001400",
    "ip rule add pref 2208 oif eth0 lookup 2001300",
    "ip rule add pref 2208 oif eth1 lookup 2001400",
    "ip rule add pref 2209 lookup 2000000",
  ]);
  expect(
    given
      .filter((line) => line.includes("mtu lock"))
      .map((line) => /dev (\S+).*mtu lock (.*)$/.exec(line)?.slice(1, 3)),
  ).toEqual([
    ["eth0", "1300 table 2001400"],
    ["eth1", "1400 table 2001400"],
    ["eth0", "1300 table 2000000"],
    ["eth1", "1400 table 2000000"],
  ]);
});

test("a link is restored by what is there, and the other stays", async () => {
  const { given, stdout } = await router(impaired)("remove", "eth0");
  expect(given.filter((line) => !line.includes("table"))).toEqual([
    "*mangle",
    ":IMPAIR-IN - [0:0]",
    ":IMPAIR-OUT - [0:0]",
    "-A IMPAIR-IN -i eth1 -p icmp -m icmp --icmp-type 3/4 -j DROP",
    "-A IMPAIR-OUT -o eth1 -m statistic --mode random --probability 0.20000000019 -j DROP",
    "COMMIT",
    "tc qdisc delete dev eth0 root",
    "tc qdisc delete dev eth0 ingress",
    "ip link delete ifb-eth0",
    "ip rule delete pref 2207",
    "ip rule delete pref 2208",
    "ip rule delete pref 2209",
    "ip rule add pref 2207 iif eth1 lookup 2001400",
    "ip rule add pref 2208 oif eth1 lookup 2001400",
    "ip rule add pref 2209 lookup 2000000",
  ]);
  expect(stdout).toContain("\n[rules]\n");
});

test("everything goes, half done or not, and whoever made it", async () => {
  const rules = `${impaired.rules!}-A IMPAIR-IN -p 99 -j DROP\n-A POSTROUTING -j IMPAIR-OUT\n`;
  const routing = `${impaired.routing!}2207:\tfrom all iif eth7 [detached] lookup 2001200\n`;
  const { given } = await router({ ...impaired, rules, routing })("remove-all");
  expect(given).toEqual([
    "*mangle",
    "-D PREROUTING -j IMPAIR-IN",
    "-D POSTROUTING -j IMPAIR-OUT",
    "-D POSTROUTING -j IMPAIR-OUT",
    "-F IMPAIR-IN",
    "-F IMPAIR-OUT",
    "-X IMPAIR-IN",
    "-X IMPAIR-OUT",
    "COMMIT",
    "tc qdisc delete dev eth0 root",
    "tc qdisc delete dev eth0 ingress",
    "ip link delete ifb-eth0",
    "ip rule delete pref 2207",
    "ip route flush table 2001400",
    "ip rule delete pref 2208",
    "ip route flush table 2001400",
    "ip rule delete pref 2209",
    "ip route flush table 2000000",
    "ip rule delete pref 2207",
    "ip route flush table 2001200",
  ]);
});

test("where there is nothing, nothing is done", async () => {
  const { exitCode, given, stdout } = await router(restored)("remove-all");
  expect([exitCode, given]).toEqual([0, []]);
  expect(stdout).not.toContain("moment");
});

test.each([
  ["eth0/in/cut", "mgmt0/in/cut"],
  ["eth0/in/loss=0"],
  ["eth0/in/loss=1e-3"],
  ["eth0/in/delay=5"],
  ["eth0/both/cut"],
  ["eth0/in/cut/more"],
  ["eth9/in/cut"],
  ["../in/cut"],
])("%s is refused before anything is done", async (...words) => {
  const { exitCode, given } = await router(restored)("add", ...words);
  expect([exitCode, given]).toEqual([64, []]);
});
