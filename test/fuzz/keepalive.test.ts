/** A million malformed packets for tw-keepalive; the default lane has 20,000, and the faults that they find (test/unit/images). */
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildDriver } from "../unit/images/build-keepalive.ts";
import type { BuiltProgram } from "../unit/images/build-program.ts";

let driver: BuiltProgram;
beforeAll(async () => {
  driver = await buildDriver();
});
afterAll(() => {
  driver.remove();
});

test.each([1, 2, 3, 4])("250,000 packets of seed %i", async (seed) => {
  const { stdout } = await execa(driver.path, ["fuzz", String(seed), "250000"]);
  const counts = JSON.parse(stdout) as { packets: number; taken: number; answers: number };
  expect(counts.packets).toBe(250_000);
  expect(counts.taken).toBeGreaterThan(10_000);
  expect(counts.answers).toBeGreaterThan(5_000);
});
