import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { RunResult } from "../../../model/run-result.ts";
import { captureKeeper, keepResult } from "../../../provider/keep-result.ts";

const directory = mkdtempSync(join(tmpdir(), "tunnelwright-keep-"));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const result = (startedAt: string): RunResult => ({
  format: "tunnelwright-run/1",
  lab: "x",
  planSha256: "",
  startedAt,
  durationMs: 1,
  verdict: "pass",
  kernels: {},
  checks: [],
});

test("keeps the newest twenty runs with their captures, and nothing of the older ones", async () => {
  const keepCapture = captureKeeper(directory);
  const times = Array.from({ length: 22 }, (_, n) => `2026-01-01T00:00:${String(n).padStart(2, "0")}.000Z`);
  for (const time of times) {
    await keepCapture(`${time.replaceAll(":", "")}/tunnel0-wire-isp-0.pcap`, new Uint8Array([1, 2]));
    await keepResult(directory, result(time));
  }
  writeFileSync(join(directory, "results", "mine.txt"), "");
  await keepResult(directory, result(times[21]!));
  const names = readdirSync(join(directory, "results"));
  expect(names.filter((name) => name.endsWith(".json") && name !== "latest.json")).toHaveLength(20);
  expect(names.filter((name) => name.endsWith("Z"))).toHaveLength(20);
  expect(names).toContain("mine.txt");
  expect(names).not.toContain("2026-01-01T000001.000Z");
  expect(names).toContain("2026-01-01T000002.000Z");
  const latest = JSON.parse(readFileSync(join(directory, "results/latest.json"), "utf8")) as RunResult;
  expect(latest.startedAt).toBe(times[21]);
});
