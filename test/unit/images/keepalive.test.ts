/** tw-keepalive: its packets byte by byte, its line protocol against IOS's rule, its file, and a flood of malformed packets. */
import { execa } from "execa";
import fc from "fast-check";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ByteWindow } from "../../../capture/byte-window.ts";
import { dissectIpv4 } from "../../../capture/dissect-ipv4.ts";
import { renderKeepalive } from "../../../dialects/keepalive/render.ts";
import { buildDaemon, buildDriver, type Fault } from "./build-keepalive.ts";
import type { BuiltProgram } from "./build-program.ts";

const buildTimeoutMs = 120_000;
let driver: BuiltProgram;
let daemon: BuiltProgram;
beforeAll(async () => {
  [driver, daemon] = await Promise.all([buildDriver(), buildDaemon()]);
}, buildTimeoutMs);
afterAll(() => {
  driver.remove();
  daemon.remove();
});

describe("the packets are Cisco's", () => {
  async function packets(key: string): Promise<Buffer[]> {
    const { stdout } = await execa(driver.path, ["packets", "10.172.64.7", "10.172.64.6", key]);
    return stdout.split("\n").map((line) => Buffer.from(line, "hex"));
  }

  // tcpdump's tests/various_gre.pcap, two IOS 15.5(3)S2: this is packet 12 of it, the answer, with the TTL it was sent with.
  test("a request's passenger with a key is what IOS gets back, field by field", async () => {
    const [probe = Buffer.alloc(0)] = await packets("40");
    const packet = dissectIpv4(new ByteWindow(probe, false));
    expect(packet).toMatchObject({
      source: "10.172.64.6",
      destination: "10.172.64.7",
      headerBytes: 20,
      totalBytes: 28,
      identification: 163,
      dontFragment: false,
      moreFragments: false,
      fragmentOffsetBytes: 0,
      timeToLive: 255,
      protocol: 47,
      payload: { kind: "gre", headerBytes: 8, hasChecksum: false, key: 40, sequence: null, protocolType: 0 },
    });
    expect(probe[1], "type of service").toBe(0xc0);
    expect(sumOfHeader(probe)).toBe(0xffff);
  });

  // Cisco 118370: the request is 48 bytes with the outer headers, 24 of IP and GRE; the answer is 24.
  test("without a key it is 24 bytes, and the device makes 48 of it", async () => {
    const [probe, answer] = await packets("-");
    expect(probe?.toString("hex")).toBe("45c0001800a30000ff2f24ef0aac40060aac400700000000");
    expect(probe?.length).toBe(48 - 24);
    expect(answer?.toString("hex")).toBe("00000000");
  });

  test("an answer with a key is the 8 bytes of GRE that a reflected passenger has", async () => {
    const [probe, answer] = await packets("4294967295");
    expect(answer?.toString("hex")).toBe("20000000ffffffff");
    expect(probe?.subarray(20)).toEqual(answer);
  });
});

describe("what is read of a packet", () => {
  const reply = "45c0001800a30000fe2f00000aac40060aac400700000000";
  const request = `45c0003000a40000ff2f00000aac40070aac40060000080045c0001800a30000ff2f24ef0aac40060aac400700000000`;
  test.each([
    [reply, "reply"],
    [reply.replace("45c0001800a30000", "45c0001800a34000"), "reply"],
    ["", "truncated"],
    [reply.slice(0, 38), "truncated"],
    [reply.replace("45c00018", "45c00016").slice(0, 44), "truncated"],
    [reply.replace("00000000", "20000000").replace("45", "45"), "truncated"],
    [`65${reply.slice(2)}`, "bad-version"],
    [`46${reply.slice(2)}`, "bad-header-length"],
    [`44${reply.slice(2)}`, "bad-header-length"],
    [reply.replace("0018", "0017"), "bad-total-length"],
    [reply.replace("0018", "ffff"), "bad-total-length"],
    [reply.replace("fe2f", "fe2e"), "bad-protocol"],
    [reply.replace("00a30000", "00a32000"), "fragmented"],
    [reply.replace("00a30000", "00a30001"), "fragmented"],
    [reply.replace("00a30000", "00a38000"), "fragmented"],
    ...["8000", "4000", "1000", "0800", "0400", "0100", "0080", "0008", "0001"].map((flags): [string, string] => [
      `${reply.slice(0, 40)}${flags}0000`,
      "bad-gre-flags",
    ]),
    [`${reply.slice(0, 44)}86dd`, "not-keepalive"],
    [`${reply.replace("0018", "0019")}ff`, "bad-payload"],
    [request, "request"],
    [request.replace("24ef", "24f0"), "bad-passenger"],
    [`${request.slice(0, 92)}0800`, "bad-passenger"],
    [request.slice(0, 48).replace("0030", "0018"), "bad-passenger"],
  ])("%s is %s", async (hex, kind) => {
    expect((await execa(driver.path, ["read", hex])).stdout).toBe(kind);
  });
});

describe("the line protocol goes down and up as on IOS", () => {
  const scenario = fc
    .record({
      period: fc.oneof({ arbitrary: fc.integer({ min: 1, max: 60 }), weight: 9 }, fc.integer({ min: 1, max: 32_767 })),
      retries: fc.oneof({ arbitrary: fc.integer({ min: 1, max: 10 }), weight: 9 }, fc.integer({ min: 1, max: 255 })),
      rttMs: fc.integer({ min: 0, max: 900 }),
      answered: fc.integer({ min: 0, max: 20 }),
      phase: fc.integer({ min: 0, max: 999 }),
      outage: fc.integer({ min: 0, max: 4000 }),
    })
    .map(({ period, retries, rttMs, answered, phase, outage }) => {
      const periodMs = period * 1000;
      // The cut comes after the answer to the last one that is answered, and before the next is sent.
      const cutMs = answered * periodMs + rttMs + 1 + Math.floor((phase * (periodMs - rttMs - 1)) / 1000);
      return { period, retries, rttMs, cutMs, mendedMs: cutMs + (outage * (retries + 1) * periodMs) / 1000 };
    });

  test("in 1,000 outages and more: down R·P to (R+1)·P after the loss, up with the first answer", async () => {
    const scenarios = fc.sample(fc.noBias(scenario), { numRuns: 1400, seed: 118_370 });
    const input = scenarios.map((each) => `${Object.values(each).join(" ")}\n`).join("");
    const { stdout } = await execa(driver.path, ["lines"], { input, stripFinalNewline: false });
    const lines = stdout.split("\n").slice(0, -1);
    expect(lines).toHaveLength(scenarios.length);
    let downCount = 0;
    scenarios.forEach(({ period, retries, rttMs, cutMs, mendedMs }, index) => {
      const periodMs = period * 1000;
      const lastAnsweredMs = Math.floor((cutMs - rttMs) / periodMs) * periodMs;
      const downMs = lastAnsweredMs + (retries + 1) * periodMs;
      const firstAnsweredMs = Math.ceil(mendedMs / periodMs) * periodMs;
      // R of them in a row went unanswered; with the next, itself answered or not, the line goes down.
      const expected = firstAnsweredMs < downMs ? "" : ` down ${downMs} up ${firstAnsweredMs + rttMs}`;
      expect(lines[index], JSON.stringify(scenarios[index])).toBe(expected);
      if (expected === "") return;
      downCount++;
      expect(downMs - cutMs).toBeGreaterThanOrEqual(retries * periodMs - rttMs);
      expect(downMs - cutMs).toBeLessThan((retries + 1) * periodMs);
    });
    // Both kinds of outage were among them.
    expect(downCount).toBeGreaterThan(1000);
    expect(downCount).toBeLessThan(1400);
  });

  test("10 and 3, IOS's own: cut 5 s after an answer, down after 35 s", async () => {
    const { stdout } = await execa(driver.path, ["lines"], { input: "10 3 0 35000 95000\n" });
    expect(stdout).toBe(" down 70000 up 100000");
  });
});

test("the state is told in IOS's words and as JSON", async () => {
  const { stdout } = await execa(driver.path, ["report"]);
  const [, ignored = "", json = "", ...text] = stdout.split("\n");
  expect(JSON.parse(ignored)).toEqual({ "bad-version": 1 });
  expect(JSON.parse(json)).toEqual({
    device: "tunnel0",
    periodSeconds: 10,
    retryCount: 3,
    adminUp: true,
    lineProtocol: "up",
    idle: null,
    local: "198.51.100.2",
    remote: "203.0.113.2",
    inKey: 40,
    outKey: 40,
    counter: 1,
    sentCount: 13,
    sendFailedCount: 0,
    receivedCount: 6,
    answeredCount: 0,
    ignoredCounts: {},
    transitionCount: 2,
    lastTransitions: [
      { lineProtocol: "down", wallClockMs: 1_700_000_070_000, monotonicMs: 70_000 },
      { lineProtocol: "up", wallClockMs: 1_700_000_100_005, monotonicMs: 100_005 },
    ],
  });
  expect(text.join("\n")).toBe(
    [
      "Tunnel0 is up, line protocol is up",
      "  Keepalive set (10 sec), retries 3",
      "  13 keepalives sent, 6 answers received, 1 in a row unanswered",
      "  0 of the peer's answered, 0 packets ignored, 0 not sent",
      "  2023-11-14T22:14:30.000Z line protocol down",
      "  2023-11-14T22:15:00.005Z line protocol up",
    ].join("\n"),
  );
});

describe("its file", () => {
  async function check(text: string): Promise<{ exitCode: number | undefined; stderr: string }> {
    const folder = mkdtempSync(join(tmpdir(), "tunnelwright-keepalive-file-"));
    const file = join(folder, "keepalive");
    try {
      writeFileSync(file, text);
      const { exitCode, stderr } = await execa(daemon.path, ["--check", file], { reject: false });
      return { exitCode, stderr: stderr.replaceAll(file, "FILE") };
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  test("what the renderer writes is good", async () => {
    const text = renderKeepalive([
      { name: "tunnel0", keepalive: { periodSeconds: 1, retryCount: 255 } },
      { name: "tunnel1", keepalive: null },
      { name: "tunnel2", keepalive: { periodSeconds: 32_767, retryCount: 1 } },
    ]);
    expect(text).toBe("tunnel0 period 1 retries 255\ntunnel2 period 32767 retries 1\n");
    expect(await check(text)).toEqual({ exitCode: 0, stderr: "" });
    expect(renderKeepalive([{ name: "tunnel1", keepalive: null }])).toBe("");
  });

  test.each([
    "",
    "\n\n",
    "# nothing\n  # more\n",
    "tunnel0",
    "tunnel0 period 5 # said\ntunnel1\n",
    "\tgre1  period 5 retries 4\n",
  ])("%j is good", async (text) => {
    expect(await check(text)).toEqual({ exitCode: 0, stderr: "" });
  });

  test("all faults are told at once, each with its line", async () => {
    const text = [
      "tunnel0 period 0 retries 3",
      "tunnel1 period 32768",
      "tunnel2 period 10 retries 256",
      "tunnel3 period -1",
      "tunnel4 10 3",
      "tunnel5",
      "tunnel5 period 1",
      "a-name-that-is-too-long-for-a-device",
      "../etc/passwd",
      "tunnel6 period 10 retries 3 more",
      `tunnel7 ${"x".repeat(300)}`,
      "tunnel8\0 period 3",
      "tunnel9 period 99999999999999999999",
    ].join("\n");
    expect(await check(text)).toEqual({
      exitCode: 2,
      stderr: [
        "line 1: period is '0': 1 to 32767 are possible",
        "line 2: period is '32768': 1 to 32767 are possible",
        "line 3: retries is '256': 1 to 255 are possible",
        "line 4: period is '-1': 1 to 32767 are possible",
        "line 5: not understood: write DEVICE period SECONDS retries COUNT",
        "line 7: tunnel5 is there twice",
        "line 8: 'a-name-that-is-too-l' is no name of a device",
        "line 9: '../etc/passwd' is no name of a device",
        "line 10: not understood: write DEVICE period SECONDS retries COUNT",
        "line 11: not understood: write DEVICE period SECONDS retries COUNT",
        "line 12: there is a NUL in it",
        "line 13: period is '99999999999999999999': 1 to 32767 are possible",
      ].join("\n"),
    });
  });

  test("bytes of any kind end it well", async () => {
    const samples = fc.sample(fc.uint8Array({ maxLength: 600 }), { numRuns: 40, seed: 7 });
    for (const bytes of samples)
      expect([0, 2]).toContain((await check(Buffer.from(bytes).toString("latin1"))).exitCode);
  });

  test("a file that is not there is told", async () => {
    const { exitCode, stderr } = await execa(daemon.path, ["--check", "/nowhere/file"], { reject: false });
    expect([exitCode, stderr]).toEqual([2, "/nowhere/file: No such file or directory"]);
  });

  test("other words are misuse", async () => {
    const { exitCode, stderr } = await execa(daemon.path, ["--chek", "x"], { reject: false });
    expect([exitCode, stderr]).toEqual([64, "usage: tw-keepalive run FILE | --check FILE | status [--json] [TUNNEL]"]);
  });
});

describe("20,000 packets that are malformed, and right ones among them", () => {
  test("nothing breaks, what is no answer is not taken, and nothing is sent but our own", async () => {
    const { stdout } = await execa(driver.path, ["fuzz", "1", "20000"]);
    const counts = JSON.parse(stdout) as {
      packets: number;
      taken: number;
      answers: number;
      ignored: Record<string, number>;
    };
    expect(counts.packets).toBe(20_000);
    // The right ones came through, and every reason to ignore one was met.
    expect(counts.taken).toBeGreaterThan(1000);
    expect(counts.answers).toBeGreaterThan(500);
    expect(Object.keys(counts.ignored)).toHaveLength(14);
  });

  const faults: [string, Fault, RegExp][] = [
    [
      "a header is read that is not there",
      { file: "packet.c", from: "  if (length < IP_BYTES) return TRUNCATED;\n", to: "" },
      /AddressSanitizer: heap-buffer-overflow/,
    ],
    [
      "the key is not looked at",
      {
        file: "engine.c",
        from: "return keyed == wanted && (!keyed || key == wanted_key);",
        to: "return keyed == wanted || key == wanted_key || true;",
      },
      /a packet was taken that is no answer/,
    ],
    [
      "what follows the header is not looked at",
      { file: "packet.c", from: "if (outer.rest_length > 0) seen.kind = BAD_PAYLOAD;", to: "" },
      /a packet was taken that is no answer/,
    ],
    [
      "the ends of what is sent come from the packet",
      { file: "packet.c", from: "memcpy(out + 16, &ends->local, 4);", to: "memcpy(out + 16, &ends->remote, 4);" },
      /a keepalive with other ends/,
    ],
    [
      "a request is answered though the kernel does it",
      {
        file: "engine.c",
        from: "} else if (!engine->world.kernel_reflects(engine->world.self, tunnel)) {",
        to: "} else {",
      },
      /the kernel answers already/,
    ],
  ];
  test.each(faults)(
    "it is seen when %s",
    async (_name, fault, words) => {
      const faulty = await buildDriver(fault);
      try {
        const { exitCode, stderr } = await execa(faulty.path, ["fuzz", "1", "20000"], { reject: false });
        expect(exitCode).not.toBe(0);
        expect(stderr).toMatch(words);
      } finally {
        faulty.remove();
      }
    },
    buildTimeoutMs,
  );
});

/** RFC 1071: all ones over a header whose checksum is right. */
function sumOfHeader(bytes: Buffer): number {
  let sum = 0;
  for (let offset = 0; offset < 20; offset += 2) sum += bytes.readUInt16BE(offset);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}
