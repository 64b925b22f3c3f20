import { describe, expect, test } from "vitest";
import { espOverhead, tunnelMtu } from "../../../provider/functions/tunnel-sizes.ts";
import { FunctionArgumentError } from "../../../provider/sdk/definitions.ts";

// The definitions have forgotten their parameters' types; Terraform checks those.
type Call = (bytes: number, suite: string, mode: string, greKey: boolean, natTraversal: boolean) => number;
const mtu = tunnelMtu.call as unknown as Call;
const overhead = espOverhead.call as unknown as Call;
const blame = (work: () => unknown): FunctionArgumentError => {
  try {
    work();
  } catch (error) {
    if (error instanceof FunctionArgumentError) return error;
  }
  throw new Error("nothing was blamed");
};

describe("tunnel_mtu", () => {
  test.each([
    [1500, "none", "transport", false, false, 1476],
    [1500, "none", "transport", true, false, 1472],
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

  test("a path that is too small is blamed, with what it would need", () => {
    const error = blame(() => mtu(80, "aes-gcm-16", "tunnel", false, false));
    expect(error.argument).toBe(0);
    const needed = Number(/it needs (\d+) or more/.exec(error.message)?.[1]);
    expect(mtu(needed + 3, "aes-gcm-16", "tunnel", false, false)).toBeGreaterThanOrEqual(20);
  });
});

test("esp_overhead goes up and down with the size", () => {
  expect([1400, 1401, 1402, 1408].map((bytes) => overhead(bytes, "3des-sha1", "transport", false, false))).toEqual([
    56, 55, 54, 56,
  ]);
});

test("every fault is told at once, and the first argument that has one is blamed", () => {
  const error = blame(() => overhead(0.5, "rot13", "wide", false, false));
  expect(error.argument).toBe(0);
  expect(error.message).toContain("0.5 is not a whole number of bytes from 20 to 65535");
  expect(error.message).toContain('no suite is named "rot13"; known: aes-gcm-16');
  expect(error.message).toContain('no mode is named "wide"; known: transport, tunnel');
  expect(blame(() => mtu(1500, "toString", "transport", false, false)).argument).toBe(1);
});
