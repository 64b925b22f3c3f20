/** ESP that another program sealed (scapy, keys made up), opened; and altered in one bit, refused. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ByteWindow } from "../../../capture/byte-window.ts";
import { dissectIpv4 } from "../../../capture/dissect-ipv4.ts";
import { openEsp } from "../../../capture/open-esp.ts";
import type { Esp } from "../../../capture/packet.ts";
import { espDecryptor } from "../../../cli/esp-decryptor.ts";
import type { EspEncryption, EspIntegrity } from "../../../model/suites.ts";

interface Sample {
  readonly encryption: EspEncryption;
  readonly integrity: EspIntegrity;
  readonly encryptionKey: string;
  readonly integrityKey: string;
  readonly packet: string;
  /** What is inside: GRE and its passenger. */
  readonly gre: string;
}

const samples = JSON.parse(readFileSync(new URL("esp-samples.json", import.meta.url), "utf8")) as Sample[];
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));

function opened({ encryption, integrity, encryptionKey, integrityKey }: Sample, packet: Uint8Array) {
  const network = dissectIpv4(new ByteWindow(packet, false));
  if (network.kind !== "ipv4" || network.payload.kind !== "esp") throw new Error("the sample is no ESP packet");
  const esp: Esp = network.payload;
  const transform = { encryption, keyBits: null, integrity };
  const keys = { encryptionKey: bytes(encryptionKey), integrityKey: bytes(integrityKey) };
  return openEsp(esp, transform, espDecryptor(transform, keys));
}

describe.each(
  samples.map(
    (sample) => [`${sample.encryption} ${sample.encryptionKey.length * 4} bits, ${sample.integrity}`, sample] as const,
  ),
)("%s", (_, sample) => {
  test("opens, and GRE with its passenger is inside", () => {
    const esp = opened(sample, bytes(sample.packet));
    expect(esp).toMatchObject({ kind: "opened", nextHeader: 47, insideBytes: sample.gre.length / 2 });
    if (esp.kind !== "opened" || esp.inside.kind !== "gre") throw new Error(JSON.stringify(esp));
    expect(Buffer.from(esp.inside.passenger.bytes).toString("hex")).toBe(sample.gre.slice(8));
  });

  test.each([20, 28, 60, -1])("one bit of byte %i altered: refused", (at) => {
    const packet = bytes(sample.packet);
    const index = at < 0 ? packet.length + at : at;
    packet[index] = (packet[index] ?? 0) ^ 1;
    expect(opened(sample, packet)).toMatchObject({ kind: "malformed", layer: "esp" });
  });
});

test("DES-CBC is told, not guessed at", () => {
  const keys = { encryptionKey: new Uint8Array(8), integrityKey: new Uint8Array() };
  expect(() => espDecryptor({ encryption: "des-cbc", keyBits: null, integrity: "none" }, keys)).toThrow("legacy");
});
