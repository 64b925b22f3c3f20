/** The names charon gives to what was negotiated (IANA's, IKEv2 parameters), for what was declared. */
import { dhGroups, type DhGroup, type EspEncryption, type EspIntegrity, type IkeProposal } from "../model/suites.ts";

const encryptionNames: Readonly<Record<EspEncryption, string>> = {
  "aes-cbc": "AES_CBC",
  "aes-ctr": "AES_CTR",
  "aes-gcm-8": "AES_GCM_8",
  "aes-gcm-12": "AES_GCM_12",
  "aes-gcm-16": "AES_GCM_16",
  "chacha20-poly1305": "CHACHA20_POLY1305",
  "3des-cbc": "3DES_CBC",
  "des-cbc": "DES_CBC",
  null: "NULL",
};

const espIntegrityNames: Readonly<Record<EspIntegrity, string>> = {
  none: "none",
  "md5-96": "HMAC_MD5_96",
  "sha1-96": "HMAC_SHA1_96",
  "sha256-128": "HMAC_SHA2_256_128",
  "sha384-192": "HMAC_SHA2_384_192",
  "sha512-256": "HMAC_SHA2_512_256",
};

const ikeIntegrityNames: Readonly<Record<IkeProposal["integrity"], string>> = {
  md5: "HMAC_MD5_96",
  sha1: "HMAC_SHA1_96",
  sha256: "HMAC_SHA2_256_128",
  sha384: "HMAC_SHA2_384_192",
  sha512: "HMAC_SHA2_512_256",
};

/** `AES_CBC-256`: cipher and key length as `swanctl --list-sas` joins them. */
export function encryptionName(encryption: EspEncryption, keyBits: number | null): string {
  return joined(encryptionNames[encryption], keyBits);
}

/** Name and key length in one word; the name alone for ciphers of one length. */
export function joined(name: string, keyBits: number | null): string {
  return keyBits === null ? name : `${name}-${keyBits}`;
}

export function espIntegrityName(integrity: EspIntegrity): string {
  return espIntegrityNames[integrity];
}

export function ikeIntegrityName(integrity: IkeProposal["integrity"]): string {
  return ikeIntegrityNames[integrity];
}

/** `ECP_256` for group 19. */
export function dhGroupName(group: DhGroup): string {
  return dhGroups[group].name.toUpperCase().replace(/(\d+)$/, "_$1");
}
