import { expect, test } from "vitest";
import { dhGroupName, encryptionName, espIntegrityName, ikeIntegrityName } from "../../../checks/negotiated-names.ts";
import { dhGroups, espEncryptions, espIntegrities, type DhGroup } from "../../../model/suites.ts";

/** As `swanctl --list-sas` prints them. */
const groupNames: Readonly<Record<DhGroup, string>> = {
  1: "MODP_768",
  2: "MODP_1024",
  5: "MODP_1536",
  14: "MODP_2048",
  15: "MODP_3072",
  16: "MODP_4096",
  19: "ECP_256",
  20: "ECP_384",
  21: "ECP_521",
  31: "CURVE_25519",
};

test.each(Object.entries(groupNames))("Diffie-Hellman group %s is %s", (group, name) => {
  expect(dhGroupName(Number(group) as DhGroup)).toBe(name);
});

test("every group has a name", () => {
  expect(Object.keys(dhGroups)).toEqual(Object.keys(groupNames));
});

test("ciphers are joined with their key length, those of one length stand alone", () => {
  expect(espEncryptions.map((cipher) => encryptionName(cipher, cipher.startsWith("aes") ? 128 : null))).toEqual([
    "AES_CBC-128",
    "AES_CTR-128",
    "AES_GCM_8-128",
    "AES_GCM_12-128",
    "AES_GCM_16-128",
    "CHACHA20_POLY1305",
    "3DES_CBC",
    "DES_CBC",
    "NULL",
  ]);
});

test("integrity algorithms carry the length of their truncation", () => {
  expect(espIntegrities.map(espIntegrityName)).toEqual([
    "none",
    "HMAC_MD5_96",
    "HMAC_SHA1_96",
    "HMAC_SHA2_256_128",
    "HMAC_SHA2_384_192",
    "HMAC_SHA2_512_256",
  ]);
  expect((["md5", "sha1", "sha256", "sha384", "sha512"] as const).map(ikeIntegrityName)).toEqual([
    "HMAC_MD5_96",
    "HMAC_SHA1_96",
    "HMAC_SHA2_256_128",
    "HMAC_SHA2_384_192",
    "HMAC_SHA2_512_256",
  ]);
});
