import {
  dhGroups,
  isAead,
  type DhGroup,
  type EspEncryption,
  type EspIntegrity,
  type EspTransform,
  type IkeProposal,
} from "../../model/suites.ts";

const integrityWords: Readonly<Record<Exclude<EspIntegrity, "none">, string>> = {
  "md5-96": "md5",
  "sha1-96": "sha1",
  "sha256-128": "sha256",
  "sha384-192": "sha384",
  "sha512-256": "sha512",
};

const defaultKeyBits = 128;

/**
 * An IKE proposal in strongSwan's keywords: `aes256-sha256-ecp256`. The PRF is the integrity algorithm's.
 * @see strongSwan documentation, "Algorithm Proposals (Cipher Suites)"
 */
export function ikeProposal(ike: IkeProposal): string {
  return [encryptionWord(ike.encryption, ike.keyBits), ike.integrity, dhGroups[ike.dhGroup].name].join("-");
}

/**
 * An ESP proposal in strongSwan's keywords: `aes256gcm16`, `3des-sha1`, with the group when a CHILD SA has its own exchange.
 * @see strongSwan documentation, "Algorithm Proposals (Cipher Suites)"
 */
export function espProposal(esp: EspTransform, pfsGroup: DhGroup | null): string {
  const words = [encryptionWord(esp.encryption, esp.keyBits)];
  if (!isAead(esp.encryption) && esp.integrity !== "none") words.push(integrityWords[esp.integrity]);
  if (pfsGroup !== null) words.push(dhGroups[pfsGroup].name);
  return words.join("-");
}

function encryptionWord(encryption: EspEncryption, keyBits: number | null): string {
  const aes = `aes${keyBits ?? defaultKeyBits}`;
  switch (encryption) {
    case "aes-cbc":
      return aes;
    case "aes-ctr":
      return `${aes}ctr`;
    case "aes-gcm-8":
      return `${aes}gcm8`;
    case "aes-gcm-12":
      return `${aes}gcm12`;
    case "aes-gcm-16":
      return `${aes}gcm16`;
    case "chacha20-poly1305":
      return "chacha20poly1305";
    case "3des-cbc":
      return "3des";
    case "des-cbc":
      return "des";
    case "null":
      return "null";
  }
}
