import type { EspEncryption, EspIntegrity, EspTransform, IpsecMode } from "../../model/suites.ts";

/** An SA as the kernel holds it, keys included: for the eyes of a decryptor alone, never kept. */
export interface XfrmState {
  readonly source: string;
  readonly destination: string;
  readonly spi: number;
  readonly mode: IpsecMode;
  readonly transform: EspTransform;
  /** Of a counter or combined mode with its salt behind it (RFC 4106, RFC 3686, RFC 7634). */
  readonly encryptionKey: Uint8Array;
  /** Empty with a combined mode. */
  readonly integrityKey: Uint8Array;
}

const combined: Readonly<Record<string, EspEncryption>> = {
  "rfc4106(gcm(aes)) 64": "aes-gcm-8",
  "rfc4106(gcm(aes)) 96": "aes-gcm-12",
  "rfc4106(gcm(aes)) 128": "aes-gcm-16",
  "rfc7539esp(chacha20,poly1305) 128": "chacha20-poly1305",
};
const ciphers: Readonly<Record<string, EspEncryption>> = {
  "cbc(aes)": "aes-cbc",
  "rfc3686(ctr(aes))": "aes-ctr",
  "cbc(des3_ede)": "3des-cbc",
  "cbc(des)": "des-cbc",
  "ecb(cipher_null)": "null",
};
const integrities: Readonly<Record<string, EspIntegrity>> = {
  "hmac(md5) 96": "md5-96",
  "hmac(sha1) 96": "sha1-96",
  "hmac(sha256) 128": "sha256-128",
  "hmac(sha384) 192": "sha384-192",
  "hmac(sha512) 256": "sha512-256",
};

/**
 * The ESP states of `ip xfrm state`, in the order printed; one whose algorithms are not known here is left out.
 * @see ip-xfrm(8); iproute2 ip/ipxfrm.c `xfrm_algo_print`
 */
export function parseXfrmStates(text: string): XfrmState[] {
  return text.split(/^(?=src )/m).flatMap((block) => {
    const [, source = "", destination = ""] = /^src (\S+) dst (\S+)/.exec(block) ?? [];
    const [, spi, mode] = /^\s+proto esp spi (0x[0-9a-f]{1,8}) .*mode (transport|tunnel)/m.exec(block) ?? [];
    if (spi === undefined || (mode !== "transport" && mode !== "tunnel")) return [];
    const algorithms = algorithmsOf(block);
    return algorithms ? [{ source, destination, spi: Number(spi), mode, ...algorithms }] : [];
  });
}

function algorithmsOf(block: string): Pick<XfrmState, "transform" | "encryptionKey" | "integrityKey"> | undefined {
  const [, aead, aeadKey, icvBits] = /^\s+aead (\S+) 0x([0-9a-f]*) (\d+)/m.exec(block) ?? [];
  if (aead !== undefined) {
    const encryption = combined[`${aead} ${icvBits ?? ""}`];
    if (!encryption) return undefined;
    const transform = { encryption, keyBits: null, integrity: "none" } as const;
    return { transform, encryptionKey: keyOf(aeadKey), integrityKey: new Uint8Array() };
  }
  const [, cipher = "", cipherKey] = /^\s+enc (\S+)(?: 0x([0-9a-f]*))?/m.exec(block) ?? [];
  const [, hash, hashKey, bits] = /^\s+auth-trunc (\S+) 0x([0-9a-f]*) (\d+)/m.exec(block) ?? [];
  const encryption = ciphers[cipher];
  const integrity = hash === undefined ? "none" : integrities[`${hash} ${bits ?? ""}`];
  if (!encryption || !integrity) return undefined;
  const transform = { encryption, keyBits: null, integrity };
  return { transform, encryptionKey: keyOf(cipherKey), integrityKey: keyOf(hashKey) };
}

function keyOf(hex = ""): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}
