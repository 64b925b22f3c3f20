import { describe, expect, test } from "vitest";
import { espOverhead, tunnelMtu } from "../../../provider/functions/tunnel-sizes.ts";
import { suiteNames } from "../../../model/suites.ts";
import { FunctionArgumentError } from "../../../provider/sdk/definitions.ts";

// The definitions have forgotten their parameters' types; Terraform checks those.
type Call = (bytes: number, suite: string, mode: string, greKey: boolean, natTraversal: boolean) => number;
const mtu = tunnelMtu.call as unknown as Call;
const overhead = espOverhead.call as unknown as Call;
const blame = (work: () => unknown): FunctionArgumentError | null => {
  try {
    work();
  } catch (error) {
    if (error instanceof FunctionArgumentError) return error;
  }
  return null;
};

describe("tunnel_mtu", () => {
  test.each([
    [1500, "none", "none", false, false, 1476],
    [1500, "none", "none", true, false, 1472],
    [1500, "aes-gcm-16", "transport", false, false, 1442],
    [1500, "aes-gcm-16", "tunnel", false, false, 1422],
    [1500, "3des-sha1", "tunnel", false, false, 1422],
    [1400, "aes-gcm-16", "transport", false, true, 1334],
  ] as const)("%i %s %s key %s nat %s: %i", (path, suite, mode, key, nat, expected) => {
    expect(mtu(path, suite, mode, key, nat)).toBe(expected);
    // What it adds to a packet of that size just fits; to one byte more it does not.
    expect(expected + overhead(expected, suite, mode, key, nat)).toBeLessThanOrEqual(path);
    expect(expected + 1 + overhead(expected + 1, suite, mode, key, nat)).toBeGreaterThan(path);
  });

  test("a path that is too small is blamed, with the least that it needs", () => {
    for (const suite of [...suiteNames, "none"])
      for (const mode of suite === "none" ? ["none"] : ["transport", "tunnel"])
        for (const key of [false, true]) {
          const error = blame(() => mtu(68, suite, mode, key, false));
          if (error === null) continue; // GRE alone fits
          expect(error.argument).toBe(0);
          const needed = Number(/it needs (\d+) or more/.exec(error.message)?.[1]);
          expect(mtu(needed, suite, mode, key, false)).toBeGreaterThanOrEqual(20);
          expect(blame(() => mtu(needed - 1, suite, mode, key, false))?.argument).toBe(0);
        }
  });
});

test("esp_overhead goes up and down with the size", () => {
  expect([1400, 1401, 1402, 1408].map((bytes) => overhead(bytes, "3des-sha1", "transport", false, false))).toEqual([
    56, 55, 54, 56,
  ]);
});

test("every fault is told at once by its parameter, and the first argument that has one is blamed", () => {
  const error = blame(() => overhead(0.5, "rot13", "wide", false, false))!;
  expect(error.argument).toBe(0);
  expect(error.message).toContain(
    "inner_bytes: 0.5 is not a whole number of bytes from 20 to 65535; suite: none is named",
  );
  expect(error.message).toContain('mode: "wide" cannot be with the suite rot13; it is transport or tunnel');
  expect(blame(() => mtu(1500, "toString", "transport", false, false))?.argument).toBe(1);
  expect(blame(() => mtu(1500, "none", "tunnel", false, true))?.message).toBe(
    'mode: "tunnel" cannot be with the suite none; it is none; nat_traversal: ESP goes inside UDP, and with the suite none there is no ESP',
  );
});
