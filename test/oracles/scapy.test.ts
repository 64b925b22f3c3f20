/** Every number of `predict` against packets that scapy built: another author's headers, padding, ciphers and fragments. */
import { execa } from "execa";
import fc from "fast-check";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parsePacketSpecs, packetOrders, type PacketSpec } from "../../model/packet-spec.ts";
import { predictPacket } from "../../model/predict-packet.ts";
import { espEncryptions, espIntegrities, isAead } from "../../model/suites.ts";

/** Debian's scapy is installed for Debian's Python. */
const python = "/usr/bin/python3";
const builder = join(import.meta.dirname, "build_packets.py");
const specCount = 10_000;

const specification: fc.Arbitrary<object> = fc.record({
  outer: fc.record({ family: fc.constantFrom("ipv4", "ipv6"), mtuBytes: fc.integer({ min: 300, max: 9216 }) }),
  order: fc.constantFrom(...packetOrders),
  gre: fc.record({ key: fc.boolean(), checksum: fc.boolean(), sequence: fc.boolean() }),
  esp: fc.constantFrom(...espEncryptions).chain((encryption) =>
    fc.record({
      encryption: fc.constant(encryption),
      integrity: isAead(encryption)
        ? fc.constant("none" as const)
        : fc.constantFrom(...espIntegrities.filter((each) => each !== "none")),
      mode: fc.constantFrom("transport", "tunnel"),
      natTraversal: fc.boolean(),
    }),
  ),
  innerBytes: fc.integer({ min: 60, max: 9216 }),
});

async function build(specs: readonly PacketSpec[]): Promise<{ outerPacketBytes: number; fragmentsOnWire: number[] }[]> {
  const { stdout } = await execa(python, [builder], { input: JSON.stringify(specs) });
  return JSON.parse(stdout) as { outerPacketBytes: number; fragmentsOnWire: number[] }[];
}

test(`${specCount} random specifications agree to the byte`, { timeout: 600_000 }, async () => {
  const parsed = parsePacketSpecs(fc.sample(specification, { numRuns: specCount }));
  if ("faults" in parsed) throw new Error(JSON.stringify(parsed.faults));
  const { specs } = parsed;
  const predicted = specs.map(predictPacket);
  // Three packets of each: the one asked for, the largest that fits, and one byte more.
  const largest = (more: number) =>
    specs.map((spec, at) => ({ ...spec, innerBytes: (predicted[at]?.tunnelIpMtuBytes ?? 0) + more }));
  const [asked, fits, exceeds] = await Promise.all([build(specs), build(largest(0)), build(largest(1))]);
  const wrong = specs.flatMap((spec, at) => {
    const { outerPacketBytes, fragmentsOnWire, tunnelIpMtuBytes } = predicted[at]!;
    const isRight =
      outerPacketBytes === asked[at]!.outerPacketBytes &&
      JSON.stringify(fragmentsOnWire) === JSON.stringify(asked[at]!.fragmentsOnWire) &&
      fits[at]!.outerPacketBytes <= spec.outer.mtuBytes &&
      exceeds[at]!.outerPacketBytes > spec.outer.mtuBytes;
    return isRight
      ? []
      : [
          {
            spec,
            outerPacketBytes,
            fragmentsOnWire,
            tunnelIpMtuBytes,
            asked: asked[at],
            fits: fits[at],
            exceeds: exceeds[at],
          },
        ];
  });
  expect(wrong.slice(0, 5)).toEqual([]);
  expect(specs.length).toBe(specCount);
});
