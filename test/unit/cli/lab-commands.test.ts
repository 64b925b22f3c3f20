/** `ssh` and `capture` as they are called, on a transit that is an SSH server of this process; `logs` on an engine of this process. */
import { afterEach, expect, test } from "vitest";
import { placeOf } from "../../../cli/capture.ts";
import { addLabCommands } from "../../../cli/lab-commands.ts";
import { LogReader } from "../../../devices/container-logs.ts";
import { plannedLab } from "../checks/samples.ts";
import { FakeEngine } from "../devices/fake-engine.ts";
import { makeFolder } from "./support.ts";
import { callVerb, lab, standUpTransit } from "./transit-lab.ts";

const afterwards: (() => void)[] = [];
afterEach(() => {
  for (const undo of afterwards.splice(0)) undo();
});

test("a command's words reach the node as they are, and its output and exit code come back", async () => {
  const folder = await standUpTransit({});
  const script = 'printf "<%s>" "$@"; echo bad >&2; exit 7';
  const ended = await callVerb(addLabCommands, folder, [
    "ssh",
    lab,
    "isp",
    "sh",
    "-c",
    script,
    "sh",
    "a b",
    "$HOME",
    "-x",
  ]);
  expect(ended).toEqual({ code: 7, stdout: "<a b><$HOME><-x>", stderr: "bad\n" });
});

test("what stands behind -- is the command", async () => {
  const folder = await standUpTransit({});
  expect(await callVerb(addLabCommands, folder, ["ssh", lab, "isp", "--", "echo", "-n", "--", "a"])).toEqual({
    code: 0,
    stdout: "-- a",
    stderr: "",
  });
});

test("more output than is ever kept passes through", async () => {
  const folder = await standUpTransit({});
  const { code, stdout } = await callVerb(addLabCommands, folder, [
    "ssh",
    lab,
    "isp",
    "head",
    "-c",
    "12000000",
    "/dev/zero",
  ]);
  expect([code, stdout.length]).toEqual([0, 12_000_000]);
});

test("a node that is not there is told with those that are", async () => {
  const folder = await standUpTransit({});
  for (const command of [[], ["true"]]) {
    const ended = await callVerb(addLabCommands, folder, ["ssh", lab, "nowhere", ...command]);
    expect(ended.code).toBe("LackingError");
    expect(ended.stderr).toMatch(/^lab gre-over-ipsec has no node nowhere; it has /);
  }
});

/** In the place of cat: what /sys says of an Ethernet device. */
const ethernet = "echo 02:42:0a:d5:00:02";

/** In tcpdump's place: says that it listens, prints, and ends when it is told to, or at once. */
const tcpdump = (printed: string, end: "when told" | "at once") => `
trap 'echo "2 packets captured" >&2; exit 0' INT
echo "listening on eth0" >&2
printf '${printed}'
${end === "when told" ? "while :; do sleep 0.02; done" : 'echo "2 packets captured" >&2'}`;

test("packets are written as they come, until the capture is stopped", async () => {
  const folder = await standUpTransit({ tcpdump: tcpdump("\\xd4\\xc3\\xb2\\xa1packets", "when told"), cat: ethernet });
  const stop = new AbortController();
  const file = `${folder.path}/it.pcap`;
  const ending = callVerb(addLabCommands, folder, ["capture", lab, "isp-left", "esp", "-w", file], stop.signal);
  for (let written = ""; !written.endsWith("packets"); await new Promise((done) => setTimeout(done, 20)))
    try {
      written = folder.read("it.pcap");
    } catch {
      // Not yet.
    }
  stop.abort();
  expect(await ending).toEqual({
    code: 0,
    stdout: "",
    stderr: `Listening on isp:eth0; Ctrl-C ends it.\n2 packets in ${file}\n`,
  });
  // Without what the node hears of itself.
  expect(folder.read("asked")).toBe(
    "/sys/class/net/eth0/address\n-i eth0 -n --immediate-mode -U -w - -- (not ether src 02:42:0a:d5:00:02 or outbound) and (esp)\n",
  );
});

test("without a file they are told in lines that do nothing to a terminal, and so many end it", async () => {
  const folder = await standUpTransit({
    tcpdump: tcpdump("one \\033[2Jpacket\\nanother", "at once"),
    cat: "echo 00:00:00:00:00:00",
  });
  const ended = await callVerb(addLabCommands, folder, ["capture", lab, "isp:eth1", "-c", "2"]);
  expect(ended).toEqual({
    code: 0,
    stdout: "one \\x1b[2Jpacket\nanother\n",
    stderr: "Listening on isp:eth1; Ctrl-C ends it.\n2 packets\n",
  });
  expect(folder.read("asked")).toBe("/sys/class/net/eth1/address\n-i eth1 -n --immediate-mode -l -tttt -c 2 --\n");
});

test("a filter that tcpdump does not take is told in its words", async () => {
  const folder = await standUpTransit({ tcpdump: "echo 'tcpdump: syntax error' >&2; exit 1" });
  const ended = await callVerb(addLabCommands, folder, ["capture", lab, "isp-left", "nonsense"]);
  expect(ended.code).toBe("RunningCommandError");
  expect(ended.stderr).toContain("tcpdump: syntax error");
});

test("a pcap is not for a terminal", async () => {
  const folder = await standUpTransit({});
  const { isTTY } = process.stdout;
  process.stdout.isTTY = true;
  afterwards.push(() => (process.stdout.isTTY = isTTY));
  const ended = await callVerb(addLabCommands, folder, ["capture", lab, "isp-left", "-w", "-"]);
  expect(ended.code).toBe("DocumentError");
});

const frame = (stream: number, text: string): Buffer => {
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
};

/** An engine that has two nodes of the lab, and has kept what they said. */
async function engineWithLogs() {
  const folder = makeFolder();
  const engine = new FakeEngine();
  const labels = { "tunnelwright.lab": lab, "tunnelwright.directory": `${folder.path}/.tunnelwright/${lab}` };
  const at = (second: number): string => `2026-11-26T10:00:0${second}.123456789Z`;
  const asked = await engine.answers({
    "GET /containers/json": ["r1", "isp"].map((node) => ({
      Id: node,
      Names: [`/tw-${lab}-${node}`],
      Labels: labels,
      Created: 1,
    })),
    "GET /networks": [],
    "GET /containers/r1/logs": Buffer.concat([
      frame(1, `${at(1)} charon: up`),
      frame(2, `${at(2)} a warning\n`),
      frame(1, `\r\n${at(4)} \x1b[2Jdone\n`),
    ]),
    "GET /containers/isp/logs": frame(1, `${at(3)} ready\n`),
  });
  const { DOCKER_HOST: before } = process.env;
  process.env.DOCKER_HOST = engine.options.env?.DOCKER_HOST;
  afterwards.push(() => {
    if (before === undefined) delete process.env.DOCKER_HOST;
    else process.env.DOCKER_HOST = before;
    void engine.close();
  });
  return { folder, asked };
}

test("what the nodes have said is told in the order of time, and does nothing to a terminal", async () => {
  const { folder } = await engineWithLogs();
  expect(await callVerb(addLabCommands, folder, ["logs", lab])).toEqual({
    code: 0,
    stdout: [
      "2026-11-26T10:00:01.123Z r1   charon: up",
      "2026-11-26T10:00:02.123Z r1   a warning",
      "2026-11-26T10:00:03.123Z isp  ready",
      "2026-11-26T10:00:04.123Z r1   \\x1b[2Jdone",
      "",
    ].join("\n"),
    stderr: "",
  });
});

test("each line as an object", async () => {
  const { folder } = await engineWithLogs();
  const { stdout } = await callVerb(addLabCommands, folder, ["logs", lab, "isp", "--json"]);
  expect(stdout).toBe('{"at":"2026-11-26T10:00:03.123456789Z","node":"isp","text":"ready"}\n');
});

test("one node alone is asked for, and one that is not there is told", async () => {
  const { folder, asked } = await engineWithLogs();
  const one = await callVerb(addLabCommands, folder, ["logs", lab, "isp", "--follow", "--lines", "3"]);
  expect(one).toMatchObject({ code: 0, stdout: "2026-11-26T10:00:03.123Z isp  ready\n" });
  expect(asked.filter((path) => path.includes("/logs"))).toEqual(["GET /containers/isp/logs"]);
  const none = await callVerb(addLabCommands, folder, ["logs", lab, "r9"]);
  expect(none).toMatchObject({ code: "LackingError", stderr: `lab ${lab} has no node r9; it has isp, r1` });
});

test("frames are read however they are cut", () => {
  const bytes = Buffer.concat([frame(1, "T1 one\nT2 tw"), frame(2, "T3 three\n"), frame(1, "o\n")]);
  for (let at = 0; at <= bytes.length; at++) {
    const lines: string[] = [];
    const reader = new LogReader(({ at: time, text }) => lines.push(`${time}=${text}`));
    reader.read(bytes.subarray(0, at));
    reader.read(bytes.subarray(at));
    expect(lines).toEqual(["T1=one", "T3=three", "T2=two"]);
  }
});

test("a segment is heard by its transit, else by a router, or by whom one names", () => {
  const plan = plannedLab();
  expect(placeOf(plan, "isp-left")).toEqual({ node: "isp", interface: "eth0" });
  expect(placeOf(plan, "isp-left", "r1")).toMatchObject({ node: "r1" });
  expect(placeOf(plan, "r1:tunnel0")).toEqual({ node: "r1", interface: "tunnel0" });
  expect(() => placeOf(plan, "nowhere")).toThrow(/there is no segment nowhere; there are .*isp-left/);
  expect(() => placeOf(plan, "isp-left", "r2")).toThrow("r2 is not on isp-left; there are isp, r1");
  expect(() => placeOf(plan, "x9:eth0")).toThrow(/there is no node x9; there are /);
});
