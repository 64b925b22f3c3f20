import fc from "fast-check";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { impairCommand, restoreAllCommand, restoreCommand } from "../../../dialects/impair/command.ts";
import { readChangeMoment, readImpairments } from "../../../dialects/impair/read.ts";

const recording = (name: string): string => readFileSync(new URL(`recordings/${name}`, import.meta.url), "utf8");
const everything = recording("impair-show.txt");

test("each effect is a word of the argument vector", () => {
  expect(
    impairCommand([
      { device: "eth0", way: "in", effect: { kind: "cut" } },
      { device: "eth0", way: "out", effect: { kind: "block-icmp" } },
      { device: "eth1", way: "out", effect: { kind: "loss", percent: 12.5 } },
      { device: "eth1", way: "in", effect: { kind: "loss", percent: 100 } },
      { device: "eth1", way: "in", effect: { kind: "delay", delayMs: 50, jitterMs: 0.5 } },
      { device: "eth1", way: "in", effect: { kind: "mtu", mtuBytes: 1400 } },
    ]),
  ).toEqual([
    "/usr/lib/tunnelwright/impair",
    "add",
    "eth0/in/cut",
    "eth0/out/block-icmp",
    "eth1/out/loss=0.125",
    "eth1/in/loss=1",
    "eth1/in/delay=50,0.5",
    "eth1/in/mtu=1400",
  ]);
  expect(restoreCommand(["eth0", "eth1"]).slice(1)).toEqual(["remove", "eth0", "eth1"]);
  expect(restoreAllCommand().slice(1)).toEqual(["remove-all"]);
});

test("a loss is never written with an exponent, nor as nothing", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000_000 }), (millionths) => {
      const percent = millionths / 1_000_000;
      const word = impairCommand([{ device: "eth0", way: "in", effect: { kind: "loss", percent } }])[2];
      expect(word).toMatch(/^eth0\/in\/loss=(0\.\d{1,9}|1)$/);
      expect(Number(word?.split("=")[1]) * 100).toBeCloseTo(percent, 6);
    }),
  );
});

test("what a transit told, in its own tools' words", () => {
  expect(readImpairments(everything)).toEqual([
    { device: "eth0", way: "in", effect: { kind: "cut" } },
    { device: "eth0", way: "in", effect: { kind: "delay", delayMs: 50, jitterMs: 0 } },
    { device: "eth0", way: "out", effect: { kind: "delay", delayMs: 1500, jitterMs: 0.499 } },
    { device: "eth1", way: "in", effect: { kind: "mtu", mtuBytes: 1400 } },
    { device: "eth1", way: "in", effect: { kind: "block-icmp" } },
    { device: "eth1", way: "out", effect: { kind: "loss", percent: 20 } },
    { device: "eth1", way: "out", effect: { kind: "mtu", mtuBytes: 1400 } },
  ]);
  expect(readImpairments(recording("impair-restored.txt"))).toEqual([]);
});

test.each([
  ["a rule that nothing leads to", "-A PREROUTING -j IMPAIR-IN", "cut"],
  ["a delay that nothing is led to", "qdisc ingress ffff: dev eth0 parent ffff:fff1 ---------------- ", "delay"],
])("%s has no effect", (_, line, kind) => {
  expect(everything).toContain(line);
  const told = readImpairments(everything.replace(`${line}\n`, ""));
  expect(told.filter(({ device, way }) => device === "eth0" && way === "in")).not.toContainEqual(
    expect.objectContaining({ effect: expect.objectContaining({ kind }) as unknown }),
  );
});

test("a text with a part missing is not taken for nothing", () => {
  for (const part of ["rules", "queues", "routing"])
    expect(() => readImpairments(everything.replace(`[${part}]`, ""))).toThrow(`did not tell its ${part}`);
});

test("the moment is in milliseconds, and there is none where no rule was changed", () => {
  expect(readChangeMoment("moment 1795669216.567845 1795669216.669498\n")).toEqual({
    notBeforeMs: 1795669216567.845,
    notAfterMs: 1795669216669.498,
  });
  expect(readChangeMoment(everything)).toBeNull();
});
