/** IOS's words of cryptography and the project's, both ways. */
/* Words of a text are looked up in maps: an object has more names than it was given, `constructor` first. */
import { isAead, type DhGroup, type EspTransform, type IkeProposal } from "../../model/suites.ts";

const ciphers: ReadonlyMap<string, Pick<EspTransform, "encryption" | "keyBits">> = new Map([
  ["esp-des", { encryption: "des-cbc", keyBits: null }],
  ["esp-3des", { encryption: "3des-cbc", keyBits: null }],
  ["esp-aes", { encryption: "aes-cbc", keyBits: 128 }],
  ["esp-aes-192", { encryption: "aes-cbc", keyBits: 192 }],
  ["esp-aes-256", { encryption: "aes-cbc", keyBits: 256 }],
  ["esp-gcm", { encryption: "aes-gcm-16", keyBits: 128 }],
  ["esp-gcm-192", { encryption: "aes-gcm-16", keyBits: 192 }],
  ["esp-gcm-256", { encryption: "aes-gcm-16", keyBits: 256 }],
  ["esp-null", { encryption: "null", keyBits: null }],
]);
const integrities: ReadonlyMap<string, EspTransform["integrity"]> = new Map([
  ["esp-md5-hmac", "md5-96"],
  ["esp-sha-hmac", "sha1-96"],
  ["esp-sha256-hmac", "sha256-128"],
  ["esp-sha384-hmac", "sha384-192"],
  ["esp-sha512-hmac", "sha512-256"],
]);

/** The transforms of a set as one ESP transform; undefined for AH, compression, GMAC and what is no set. */
export function espOf(transforms: readonly string[]): EspTransform | undefined {
  const cipher = transforms.flatMap((word) => ciphers.get(word) ?? [])[0];
  const integrity = transforms.flatMap((word) => integrities.get(word) ?? [])[0];
  const isKnown = transforms.every((word) => ciphers.get(word) !== undefined || integrities.get(word) !== undefined);
  if (!cipher || !isKnown) return undefined;
  return { ...cipher, integrity: integrity ?? "none" };
}

/** The set's words, `esp-aes 256 esp-sha256-hmac`; undefined for what IOS has no word for. */
export function transformWords(esp: EspTransform): string | undefined {
  const cipher = [...ciphers].find(
    ([, each]) => each.encryption === esp.encryption && (each.keyBits ?? null) === esp.keyBits,
  )?.[0];
  const integrity = [...integrities].find(([, each]) => each === esp.integrity)?.[0];
  if (cipher === undefined || (integrity === undefined) !== (esp.integrity === "none")) return undefined;
  const words = cipher.replace(/-(192|256)$/, " $1");
  return integrity === undefined || isAead(esp.encryption) ? words : `${words} ${integrity}`;
}

const hashes: ReadonlyMap<string, IkeProposal["integrity"]> = new Map([
  ["md5", "md5"],
  ["sha", "sha1"],
  ["sha1", "sha1"],
  ["sha256", "sha256"],
  ["sha384", "sha384"],
  ["sha512", "sha512"],
]);
const groups: readonly number[] = [1, 2, 5, 14, 15, 16, 19, 20, 21, 31] satisfies readonly DhGroup[];

/** The project's word for a hash of IOS's. */
export function ikeIntegrity(word: string): IkeProposal["integrity"] | undefined {
  return hashes.get(word);
}

/** The word of `hash` and `integrity`: IKEv1 says `sha` for SHA-1, IKEv2 `sha1`. */
export function hashWord(integrity: IkeProposal["integrity"], ikeVersion: 1 | 2): string {
  return integrity === "sha1" && ikeVersion === 1 ? "sha" : integrity;
}

/** The group, where the project knows it. */
export function dhGroup(group: number): DhGroup | undefined {
  return groups.includes(group) ? (group as DhGroup) : undefined;
}

/** `aes-cbc-256` of an IKEv2 proposal; undefined for a combined-mode cipher. */
export function ikev2Cipher(word: string): Pick<IkeProposal, "encryption" | "keyBits"> | undefined {
  if (word === "3des") return { encryption: "3des-cbc", keyBits: null };
  if (word === "des") return { encryption: "des-cbc", keyBits: null };
  const bits = /^aes-cbc-(128|192|256)$/.exec(word)?.[1];
  return bits === undefined
    ? undefined
    : { encryption: "aes-cbc", keyBits: bits === "128" ? 128 : bits === "192" ? 192 : 256 };
}

/** `aes 256` for a policy, `aes-cbc-256` for an IKEv2 proposal. */
export function ikeCipherWord({ encryption, keyBits }: IkeProposal, ikeVersion: 1 | 2): string {
  switch (encryption) {
    case "des-cbc":
      return "des";
    case "3des-cbc":
      return "3des";
    case "aes-cbc":
      return ikeVersion === 2
        ? `aes-cbc-${keyBits ?? 128}`
        : keyBits === 128 || keyBits === null
          ? "aes"
          : `aes ${keyBits}`;
  }
}
