import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseXfrmStates } from "../../../dialects/iproute2/read-xfrm-state.ts";

/** As ip prints it, tabs and all; the keys are made up. */
const text = `src 198.51.100.2 dst 203.0.113.2
	proto esp spi 0xc5c8f0a8 reqid 1 mode transport
	replay-window 0 
	aead rfc4106(gcm(aes)) 0x000102030405060708090a0b0c0d0e0f00010203 128
	anti-replay context: seq 0x0, oseq 0x2a, bitmap 0x00000000
	sel src 0.0.0.0/0 dst 0.0.0.0/0 
src 203.0.113.2 dst 198.51.100.2
	proto esp spi 0x00000101 reqid 1 mode tunnel
	replay-window 32 flag af-unspec
	auth-trunc hmac(sha1) 0x00112233445566778899aabbccddeeff00112233 96
	enc cbc(des3_ede) 0x000102030405060708090a0b0c0d0e0f1011121314151617
	encap type espinudp sport 4500 dport 4500 addr 0.0.0.0
src 203.0.113.2 dst 198.51.100.2
	proto esp spi 0x00000102 reqid 1 mode tunnel
	auth-trunc hmac(sha256) 0x00 128
	enc ecb(cipher_null) 
src 203.0.113.2 dst 198.51.100.2
	proto esp spi 0x00000103 reqid 1 mode tunnel
	enc cbc(camellia) 0x00
src 203.0.113.2 dst 198.51.100.2
	proto ah spi 0x00000104 reqid 1 mode tunnel
	auth-trunc hmac(sha256) 0x00 128
`;

describe("ip xfrm state", () => {
  test("the states with their algorithms and keys; what is not known here is left out", () => {
    const states = parseXfrmStates(text);
    expect(states).toHaveLength(3);
    expect(states[0]).toMatchObject({
      source: "198.51.100.2",
      destination: "203.0.113.2",
      spi: 0xc5c8f0a8,
      mode: "transport",
      transform: { encryption: "aes-gcm-16", integrity: "none" },
    });
    expect(states[0]?.encryptionKey).toHaveLength(20);
    expect(states[1]).toMatchObject({
      spi: 0x101,
      mode: "tunnel",
      transform: { encryption: "3des-cbc", integrity: "sha1-96" },
    });
    expect([states[1]?.encryptionKey.length, states[1]?.integrityKey.length]).toEqual([24, 20]);
    expect(states[2]?.transform).toMatchObject({ encryption: "null", integrity: "sha256-128" });
    expect(states[2]?.encryptionKey).toHaveLength(0);
  });

  test("garbage gives nothing, and no error", () => {
    fc.assert(fc.property(fc.string(), (garbage) => Array.isArray(parseXfrmStates(garbage))));
    expect(parseXfrmStates("")).toEqual([]);
  });
});
