import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parsePing } from "../../../dialects/iproute2/read-ping.ts";

const recording = (name: string): string => readFileSync(new URL(`recordings/${name}`, import.meta.url), "utf8");

test("a packet that fits", () => {
  expect(parsePing(recording("ping-fits.txt"))).toEqual({
    transmittedCount: 2,
    receivedCount: 2,
    rttMs: { min: 0.582, average: 0.622, max: 0.662 },
    answers: [],
  });
});

test("a packet the own kernel will not send", () => {
  const tooLong = { kind: "local-too-long", mtuBytes: 1442 };
  expect(parsePing(recording("ping-too-long.txt"))).toEqual({
    transmittedCount: 2,
    receivedCount: 0,
    rttMs: null,
    answers: [tooLong, tooLong],
  });
});

test("what a router on the way answers, and what the own kernel then knows", () => {
  expect(parsePing(recording("ping-far.txt")).answers).toEqual([
    { kind: "icmp-error", from: "198.51.100.1", sequence: 1, text: "Destination Host Unreachable" },
    { kind: "icmp-error", from: "198.51.100.1", sequence: 2, text: "Destination Host Unreachable" },
    { kind: "fragmentation-needed", from: "198.51.100.1", sequence: 1, mtuBytes: 1300 },
    { kind: "local-too-long", mtuBytes: 1300 },
  ]);
});

test("no way at all: ping ends before it sends", () => {
  const said = recording("ping-others.txt")
    .split("\n")
    .find((line) => line.startsWith("ping: "))!;
  expect(parsePing(said)).toEqual({
    transmittedCount: 0,
    receivedCount: 0,
    rttMs: null,
    answers: [{ kind: "local-error", text: "No route to host" }],
  });
});

test("nothing is nothing", () => {
  expect(parsePing("")).toEqual({ transmittedCount: 0, receivedCount: 0, rttMs: null, answers: [] });
});

test("IPv6: packet too big is the same answer", () => {
  const said = `PING 2001:db8:20::10(2001:db8:20::10) 1395 data bytes
From 2001:db8:10::1 icmp_seq=1 Packet too big: mtu=1442

--- 2001:db8:20::10 ping statistics ---
1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms
`;
  expect(parsePing(said).answers).toEqual([
    { kind: "fragmentation-needed", from: "2001:db8:10::1", sequence: 1, mtuBytes: 1442 },
  ]);
});
