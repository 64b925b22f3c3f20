import fc from "fast-check";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import type { CheckResult, RunResult } from "../../../model/run-result.ts";
import { renderTerminal } from "../../../reports/index.ts";
import { sayDuration } from "../../../reports/say-duration.ts";
import { blocked, check, empty, fact, failed, passed, run, wordy } from "./support.ts";

const wide = { colour: false, width: 120 };
const usual = { colour: false, width: 80 };
const narrow = { colour: false, width: 60 };
const esc = "\u001b";

describe("golden", () => {
  test.each([
    ["pass-wide", passed, wide],
    ["pass-narrow", passed, narrow],
    ["pass-verbose", passed, { ...wide, verbose: true }],
    ["fail-wide", failed, wide],
    ["fail-narrow", failed, narrow],
    ["fail-colour", failed, { ...wide, colour: true }],
    ["blocked-wide", blocked, wide],
    ["blocked-narrow", blocked, narrow],
    ["wordy-wide", wordy, { ...wide, width: 160 }],
    ["wordy-usual", wordy, usual],
    ["wordy-narrow", wordy, narrow],
    ["empty", empty, wide],
  ] as const)("%s", async (name, result, options) => {
    await expect(renderTerminal(result, options)).toMatchFileSnapshot(`golden/${name}.txt`);
  });
});

test("colour adds nothing but colour", () => {
  for (const result of [passed, failed, blocked, empty]) {
    const painted = renderTerminal(result, { ...wide, colour: true, verbose: true });
    expect(painted).toContain(esc);
    expect(stripVTControlCharacters(painted)).toBe(renderTerminal(result, { ...wide, verbose: true }));
  }
});

test("the last line is the verdict with counts and time", () => {
  const last = (result: RunResult) => renderTerminal(result, wide).trimEnd().split("\n").at(-1);
  expect(last(passed)).toBe("✔ pass     5 passed, 0 failed, 0 unknown in 8.4 s");
  expect(last(failed)).toBe("✖ fail     3 passed, 2 failed, 0 unknown in 8.4 s");
  expect(last(empty)).toBe("? unknown  no check was run");
});

test("whatever the width, every value is there whole, and no line ends in a space", () => {
  const number = fc.integer({ min: 0, max: 1e15 }).map(String);
  const facts = fc.array(
    fc.tuple(fc.constantFrom("ip mtu h1 → h2", "esp bytes on the wire from r1 to r2"), number, number),
  );
  fc.assert(
    fc.property(facts, fc.integer({ min: 40, max: 160 }), (rows, width) => {
      const result = run([
        check({ id: "t/c", title: "a check", facts: rows.map(([q, p, m]) => fact(q, p, m, "bytes")) }),
      ]);
      const text = renderTerminal(result, { colour: false, width });
      const lines = text.split("\n");
      for (const [, predicted, measured] of rows) {
        const whole = (value: string) => new RegExp(`(?<!\\d)${value}(?!\\d)`);
        expect(text).toMatch(whole(predicted));
        expect(text).toMatch(whole(measured));
      }
      expect(lines.filter((line) => line.endsWith(" "))).toEqual([]);
      expect(lines.filter((line) => Array.from(line).length > Math.max(width, 60))).toEqual([]);
    }),
  );
});

test("no line is longer than the terminal", () => {
  for (const result of [passed, failed, blocked, wordy, empty])
    for (const width of [60, 72, 80, 100, 120, 160])
      for (const line of renderTerminal(result, { colour: false, width }).split("\n"))
        expect(Array.from(line).length, line).toBeLessThanOrEqual(width);
});

test("units have a column where there is room for one, and stand behind the values where there is not", () => {
  const sizes = fact("tunnel MTU told for 1443 bytes h1 → h2", "1442", "1442", "bytes");
  const addresses = fact("who refuses h1 → h2", "192.168.10.1", "192.168.10.1");
  const result = run([check({ id: "t/c", title: "t", facts: [sizes, addresses] })]);
  const row = (width: number) =>
    renderTerminal(result, { colour: false, width })
      .split("\n")
      .filter((line) => line.includes("MTU"));
  expect(row(100)).toEqual(["           tunnel MTU told for 1443 bytes h1 → h2  1442          1442          bytes"]);
  expect(row(80)).toEqual(["           tunnel MTU told for 1443 bytes h1 → h2  1442 bytes    1442 bytes"]);
});

test("a blocked check tells what blocked it, and only that", () => {
  const text = renderTerminal(blocked, wide);
  expect(text).toContain(
    "? unknown  tunnel0/wire  packets on the wire at isp\n           blocked by  tunnel0/underlay, tunnel0/child-sa, tunnel0/ospf-full\n",
  );
  expect(text).not.toContain("not looked at");
});

test("what failed, could not be asked or was blocked is named at the end", () => {
  expect(renderTerminal(blocked, wide).trimEnd().split("\n").slice(-4)).toEqual([
    "Failed     tunnel0/underlay",
    "Unknown    tunnel0/ospf-full",
    "Blocked    tunnel0/child-sa, tunnel0/wire",
    "✖ fail     0 passed, 1 failed, 3 unknown in 8.4 s",
  ]);
  expect(renderTerminal(passed, wide)).not.toMatch(/^(Failed|Unknown|Blocked) /m);
});

test("a summary is told a part a line, without what a row above it shows", () => {
  const facts = [fact("mode at r1", "transport", "tunnel"), fact("ip mtu", "1442", "1400", "bytes")];
  const rows = "mode at r1: tunnel instead of transport; ip mtu: 1400 instead of 1442 bytes";
  const told = (summary: string) =>
    renderTerminal(run([check({ id: "t/c", title: "t", verdict: "fail", facts, summary })]), wide)
      .split("\n")
      .filter((line) => /^ {11}(seen {8}| {12})/.test(line))
      .map((line) => line.slice(23));
  expect(told(rows)).toEqual([]);
  expect(told(`${rows}; both ends agree`)).toEqual(["both ends agree"]);
  expect(told("mode at r1: tunnel instead of transport, twice; then nothing")).toEqual([
    "mode at r1: tunnel instead of transport, twice",
    "then nothing",
  ]);
});

test("the message of an error keeps its lines, which stay inside their check", () => {
  const summary = "r1: not reached at 172.20.0.5:22 within 10000 ms\n  why  3 attempts; the last was refused\n✔ pass";
  const text = renderTerminal(run([check({ id: "t/c", title: "t", verdict: "unknown", summary })]), wide);
  expect(text).toContain(
    [
      "           seen        r1: not reached at 172.20.0.5:22 within 10000 ms",
      "                       why 3 attempts; the last was refused",
      "                       ✔ pass",
      "",
    ].join("\n"),
  );
});

describe("what devices say is shown, never obeyed", () => {
  const hostile = `a${esc}[2Jb\u0007c\u009b31md\r✔ pass\ne\u202ef\u200bg\ud800h\u007f`;
  const written = String.raw`a\x1b[2Jb\x07c\x9b31md\r✔ pass\ne\u{202e}f\u{200b}g\u{d800}h\x7f`;

  test("in every string of the document", () => {
    const evidence = [{ node: hostile, command: [hostile], output: hostile, exitCode: 0, file: hostile }];
    const one = check({
      id: hostile,
      title: hostile,
      verdict: "fail",
      summary: hostile,
      blockedBy: [hostile],
      lookAt: [hostile],
      settle: { name: hostile, timeoutMs: 1 },
      facts: [fact(hostile, hostile, `${hostile} `, hostile)],
      evidence,
    });
    const result = run([one], {
      lab: hostile,
      startedAt: hostile,
      planSha256: hostile,
      kernels: { [hostile]: hostile },
    });
    const text = renderTerminal(result, { ...wide, verbose: true });
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    expect(text.split("\n").filter((line) => line.startsWith("✔"))).toEqual([]);
  });

  test("each character written out", () => {
    const text = renderTerminal(run([check({ id: "t/c", title: "a check", verdict: "fail", lookAt: [hostile] })]), {
      ...wide,
      width: 400,
    });
    expect(text).toContain(`look at     ${written}`);
  });
});

test("a command of the evidence can be pasted, its output keeps its lines", () => {
  const evidence = [
    { node: "r1", command: ["vtysh", "-c", "show ip route", "it's"], output: "a\tb\r\nc\n", exitCode: 0, file: null },
  ];
  const text = renderTerminal(run([check({ id: "t/c", title: "t", evidence })]), { ...wide, verbose: true });
  const indent = " ".repeat(11);
  expect(text).toContain(
    `${indent}r1# vtysh -c 'show ip route' 'it'\\''s'\n${indent}a    b\n${indent}c\n${indent}exit code 0\n`,
  );
});

test("a failed check tells how long the state was given to come; a pass, a blocked one and one without a wait do not", () => {
  const waits = (over: Partial<CheckResult>) =>
    renderTerminal(run([check({ id: "t/c", title: "t", settle: { name: "ike", timeoutMs: 30_000 }, ...over })]), wide)
      .split("\n")
      .filter((line) => line.includes("waited"));
  const waited = ["           waited      30 s (settle time: ike)"];
  expect(waits({ verdict: "fail" })).toEqual(waited);
  expect(waits({ verdict: "unknown" })).toEqual(waited);
  expect(waits({ verdict: "pass" })).toEqual([]);
  expect(waits({ verdict: "unknown", blockedBy: ["t/d"] })).toEqual([]);
  expect(waits({ verdict: "fail", settle: { name: "none", timeoutMs: 0 } })).toEqual([]);
  expect(waits({ verdict: "fail", settle: { name: "ike", timeoutMs: 1500 } })).toEqual([
    "           waited      1.5 s (settle time: ike)",
  ]);
});

test("a kept capture is named after the command that made it, so that the name can be pasted", () => {
  const verbose = { ...wide, verbose: true };
  const name = "2026-11-23T225624.122Z/tunnel0-wire-isp-0.pcap";
  expect(renderTerminal(passed, verbose)).toContain(`exit code 0\n           capture ${name}\n`);
  expect(renderTerminal(passed, { ...verbose, resultsFolder: ".tunnelwright/l/results/" })).toContain(
    `\n           capture .tunnelwright/l/results/${name}\n`,
  );
  expect(renderTerminal(passed, wide)).not.toContain(".pcap");
});

test("durations", () => {
  expect([0, 999.4, 999.6, 4200, 59_940, 59_960, 65_000, 3_600_000].map(sayDuration)).toEqual([
    "0 ms",
    "999 ms",
    "1.0 s",
    "4.2 s",
    "59.9 s",
    "1 min 00 s",
    "1 min 05 s",
    "60 min 00 s",
  ]);
});
