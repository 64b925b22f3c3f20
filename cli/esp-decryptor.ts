/** The ciphers of ESP by Node's crypto, for opening what was captured. Keys stay in memory. */
import { createDecipheriv, createHmac, timingSafeEqual } from "node:crypto";
import type { Decrypt, SealedEsp } from "../capture/open-esp.ts";
import { cipherSizes, integrityIcvBytes, type EspTransform } from "../model/suites.ts";

/** Keys as the kernel holds them; counter and combined modes have their salt behind the key. */
export interface EspKeys {
  readonly encryptionKey: Uint8Array;
  readonly integrityKey: Uint8Array;
}

const saltBytes = 4;
const hashes = {
  "md5-96": "md5",
  "sha1-96": "sha1",
  "sha256-128": "sha256",
  "sha384-192": "sha384",
  "sha512-256": "sha512",
} as const;

/**
 * A decryptor for one SA.
 * @throws Error for DES-CBC, which OpenSSL 3 has in its legacy provider alone.
 */
export function espDecryptor(transform: EspTransform, keys: EspKeys): Decrypt {
  if (transform.encryption === "des-cbc")
    throw new Error("DES-CBC is not in this Node.js: its OpenSSL has it as legacy");
  const { aead } = cipherSizes[transform.encryption];
  return (sealed) => {
    if (aead) return openCombined(transform, keys.encryptionKey, sealed);
    return isGenuine(transform, keys.integrityKey, sealed) ? decipher(transform, keys.encryptionKey, sealed) : null;
  };
}

/** Key and salt apart; with a nonce of salt and IV (RFC 4106 section 3.1, RFC 7634 section 2). */
function openCombined({ encryption }: EspTransform, key: Uint8Array, sealed: SealedEsp): Uint8Array | null {
  const nonce = Buffer.concat([key.subarray(-saltBytes), sealed.iv]);
  const secret = key.subarray(0, -saltBytes);
  const authTagLength = sealed.icv.byteLength;
  try {
    const cipher =
      encryption === "chacha20-poly1305"
        ? createDecipheriv("chacha20-poly1305", secret, nonce, { authTagLength })
        : createDecipheriv(gcmName(secret), secret, nonce, { authTagLength });
    cipher.setAAD(sealed.header, { plaintextLength: sealed.ciphertext.byteLength });
    cipher.setAuthTag(sealed.icv);
    return Buffer.concat([cipher.update(sealed.ciphertext), cipher.final()]);
  } catch {
    return null;
  }
}

function gcmName(key: Uint8Array): "aes-128-gcm" | "aes-192-gcm" | "aes-256-gcm" {
  return key.byteLength === 16 ? "aes-128-gcm" : key.byteLength === 24 ? "aes-192-gcm" : "aes-256-gcm";
}

function isGenuine({ integrity }: EspTransform, key: Uint8Array, { header, iv, ciphertext, icv }: SealedEsp): boolean {
  if (integrity === "none") return true;
  const digest = createHmac(hashes[integrity], key).update(header).update(iv).update(ciphertext).digest();
  return timingSafeEqual(digest.subarray(0, integrityIcvBytes[integrity]), icv);
}

function decipher({ encryption }: EspTransform, key: Uint8Array, { iv, ciphertext }: SealedEsp): Uint8Array {
  if (encryption === "null") return ciphertext;
  const isCounter = encryption === "aes-ctr";
  const secret = isCounter ? key.subarray(0, -saltBytes) : key;
  // RFC 3686 section 4: nonce, IV, and a block counter that begins with one.
  const start = isCounter ? Buffer.concat([key.subarray(-saltBytes), iv, Buffer.from([0, 0, 0, 1])]) : iv;
  const bits = secret.byteLength * 8;
  const name = encryption === "3des-cbc" ? "des-ede3-cbc" : `aes-${bits}-${isCounter ? "ctr" : "cbc"}`;
  const cipher = createDecipheriv(name, secret, start).setAutoPadding(false);
  return Buffer.concat([cipher.update(ciphertext), cipher.final()]);
}
