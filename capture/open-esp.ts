/** ESP taken apart and opened (RFC 4303 section 2). The cipher is handed in: this room has none. */
import { cipherSizes, integrityIcvBytes, type EspTransform } from "../model/suites.ts";
import { ByteWindow } from "./byte-window.ts";
import { dissectIpv4 } from "./dissect-ipv4.ts";
import { dissectIpv6 } from "./dissect-ipv6.ts";
import { dissectGre, dissectTcp } from "./dissect-transport.ts";
import { dissectUdp } from "./dissect-udp.ts";
import { malformed, type Malformed } from "./malformed.ts";
import type { Esp, Gre, IpPacket, Payload, Tcp } from "./packet.ts";

/** What a cipher is given. */
export interface SealedEsp {
  /** SPI and sequence number as they stand in front: what an AEAD cipher and an HMAC also cover. */
  readonly header: Uint8Array;
  readonly iv: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly icv: Uint8Array;
}

/** Gives the plaintext with its padding; `null` when the integrity check fails. */
export type Decrypt = (sealed: SealedEsp) => Uint8Array | null;

/** An ESP packet with its inside. */
export interface OpenedEsp {
  readonly kind: "opened";
  readonly ivBytes: number;
  readonly paddingBytes: number;
  readonly icvBytes: number;
  /** 4 IPv4, 41 IPv6, 47 GRE, 6 TCP, 17 UDP; 59 is a dummy packet (RFC 4303 section 2.6). */
  readonly nextHeader: number;
  /** What is inside, without padding and trailer. */
  readonly insideBytes: number;
  readonly inside: IpPacket | Gre | Tcp | Payload | Malformed;
}

const trailerBytes = 2;

/** Opens an ESP packet. A wrong key, altered bytes, or padding that is not 1, 2, 3, … make it malformed, with the reason; never throws. */
export function openEsp(esp: Esp, transform: EspTransform, decrypt: Decrypt): OpenedEsp | Malformed {
  const { ivBytes, icvBytes: ownIcvBytes } = cipherSizes[transform.encryption];
  const icvBytes = ownIcvBytes + integrityIcvBytes[transform.integrity];
  const { sealed } = esp;
  const ciphertextBytes = sealed.byteLength - ivBytes - icvBytes;
  if (ciphertextBytes < trailerBytes)
    return malformed("esp", "cut", `${sealed.byteLength} bytes hold no IV of ${ivBytes} and ICV of ${icvBytes}`);
  const header = new Uint8Array(8);
  const view = new DataView(header.buffer);
  view.setUint32(0, esp.spi);
  view.setUint32(4, esp.sequence);
  const plaintext = decrypt({
    header,
    iv: sealed.subarray(0, ivBytes),
    ciphertext: sealed.subarray(ivBytes, ivBytes + ciphertextBytes),
    icv: sealed.subarray(sealed.byteLength - icvBytes),
  });
  if (plaintext === null) return malformed("esp", "invalid", "the integrity check fails: another key, or altered");
  const paddingBytes = plaintext.at(-2) ?? 0;
  const insideBytes = plaintext.byteLength - trailerBytes - paddingBytes;
  if (insideBytes < 0)
    return malformed("esp", "invalid", `${paddingBytes} bytes of padding in ${plaintext.byteLength}`);
  const padding = plaintext.subarray(insideBytes, insideBytes + paddingBytes);
  if (padding.some((byte, index) => byte !== index + 1))
    return malformed("esp", "invalid", "the padding is not 1, 2, 3, …");
  const nextHeader = plaintext.at(-1) ?? 0;
  const inside = dissectInside(new ByteWindow(plaintext.subarray(0, insideBytes), false), nextHeader);
  return { kind: "opened", ivBytes, paddingBytes, icvBytes, nextHeader, insideBytes, inside };
}

function dissectInside(inside: ByteWindow, nextHeader: number): OpenedEsp["inside"] {
  switch (nextHeader) {
    case 4:
      return dissectIpv4(inside);
    case 41:
      return dissectIpv6(inside);
    case 47:
      return dissectGre(inside);
    case 6:
      return dissectTcp(inside);
    case 17:
      return dissectUdp(inside);
    default:
      return { kind: "other" };
  }
}
