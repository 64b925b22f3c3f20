/** The names that IOS prints for what was declared: outputs of 12.4 to IOS-XE 17 (test/unit/dialects/recordings/ios). */
import type { EspTransform, IkeProposal } from "../../model/suites.ts";

/** `esp-256-aes esp-sha256-hmac`, as `show crypto ipsec sa` has it; other words than the configuration's. */
export function iosTransformName({ encryption, keyBits, integrity }: EspTransform): string {
  const long = keyBits === null || keyBits === 128;
  switch (encryption) {
    case "aes-cbc":
      return `${long ? "esp-aes" : `esp-${keyBits}-aes`} ${hmac(integrity)}`.trim();
    case "aes-gcm-16":
      return long ? "esp-gcm" : `esp-gcm ${keyBits}`;
    case "3des-cbc":
      return `esp-3des ${hmac(integrity)}`.trim();
    case "des-cbc":
      return `esp-des ${hmac(integrity)}`.trim();
    case "null":
      return `esp-null ${hmac(integrity)}`.trim();
    case "aes-ctr":
    case "aes-gcm-8":
    case "aes-gcm-12":
    case "chacha20-poly1305":
      return `${encryption}, which IOS does not have`;
  }
}

function hmac(integrity: EspTransform["integrity"]): string {
  switch (integrity) {
    case "none":
      return "";
    case "md5-96":
      return "esp-md5-hmac";
    case "sha1-96":
      return "esp-sha-hmac";
    case "sha256-128":
      return "esp-sha256-hmac";
    case "sha384-192":
      return "esp-sha384-hmac";
    case "sha512-256":
      return "esp-sha512-hmac";
  }
}

/** `AES-CBC-256`: cipher and key length of `show crypto ikev2 sa`, joined. */
export function iosIkev2Cipher({ encryption, keyBits }: IkeProposal): string {
  const name = { "aes-cbc": "AES-CBC", "3des-cbc": "3DES", "des-cbc": "DES" }[encryption];
  return keyBits === null ? name : `${name}-${keyBits}`;
}

/** `SHA96`, `SHA256`, `MD596`. */
export function iosIkev2Hash({ integrity }: IkeProposal): string {
  return { md5: "MD596", sha1: "SHA96", sha256: "SHA256", sha384: "SHA384", sha512: "SHA512" }[integrity];
}

/** `aes`: `show crypto isakmp sa detail` prints no key length. */
export function iosIsakmpCipher({ encryption }: IkeProposal): string {
  return { "aes-cbc": "aes", "3des-cbc": "3des", "des-cbc": "des" }[encryption];
}

/** `sha`, `md5`, `sha256`. */
export function iosIsakmpHash({ integrity }: IkeProposal): string {
  return integrity === "sha1" ? "sha" : integrity;
}
