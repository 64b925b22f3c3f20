/** The cryptographic vocabulary: transforms with their sizes, named suites, Diffie-Hellman groups. Sizes from RFC 4303, 2451, 3602, 3686, 4106, 7634, 2404, 4868. */

export const espEncryptions = [
  "aes-cbc",
  "aes-ctr",
  "aes-gcm-8",
  "aes-gcm-12",
  "aes-gcm-16",
  "chacha20-poly1305",
  "3des-cbc",
  "des-cbc",
  "null",
] as const;
export type EspEncryption = (typeof espEncryptions)[number];

export const espIntegrities = ["none", "md5-96", "sha1-96", "sha256-128", "sha384-192", "sha512-256"] as const;
export type EspIntegrity = (typeof espIntegrities)[number];

/** What ESP encloses: the payload, or a whole IP packet (RFC 4301 section 4.1). */
export type IpsecMode = "transport" | "tunnel";
/** RFC 2409 or RFC 7296. */
export type IkeVersion = 1 | 2;

/** What ESP does to a packet. */
export interface EspTransform {
  readonly encryption: EspEncryption;
  /** AES key length; the sizes on the wire do not depend on it. `null` where the cipher has one length only. */
  readonly keyBits: 128 | 192 | 256 | null;
  /** `none` with an AEAD cipher, which brings its own. */
  readonly integrity: EspIntegrity;
}

/** What IKE itself is protected with. */
export interface IkeProposal {
  readonly encryption: "aes-cbc" | "3des-cbc" | "des-cbc";
  readonly keyBits: 128 | 192 | 256 | null;
  readonly integrity: "md5" | "sha1" | "sha256" | "sha384" | "sha512";
  readonly dhGroup: DhGroup;
}

interface CipherSizes {
  /** Initialization vector carried in every packet. */
  readonly ivBytes: number;
  /** Padding goes to a multiple of this (RFC 4303 section 2.4: at least 4). */
  readonly alignBytes: number;
  /** Integrity check value of an AEAD cipher; 0 where a separate integrity algorithm brings it. */
  readonly icvBytes: number;
  readonly aead: boolean;
}

export const cipherSizes: Readonly<Record<EspEncryption, CipherSizes>> = {
  "aes-cbc": { ivBytes: 16, alignBytes: 16, icvBytes: 0, aead: false },
  "aes-ctr": { ivBytes: 8, alignBytes: 4, icvBytes: 0, aead: false },
  "aes-gcm-8": { ivBytes: 8, alignBytes: 4, icvBytes: 8, aead: true },
  "aes-gcm-12": { ivBytes: 8, alignBytes: 4, icvBytes: 12, aead: true },
  "aes-gcm-16": { ivBytes: 8, alignBytes: 4, icvBytes: 16, aead: true },
  "chacha20-poly1305": { ivBytes: 8, alignBytes: 4, icvBytes: 16, aead: true },
  "3des-cbc": { ivBytes: 8, alignBytes: 8, icvBytes: 0, aead: false },
  "des-cbc": { ivBytes: 8, alignBytes: 8, icvBytes: 0, aead: false },
  null: { ivBytes: 0, alignBytes: 4, icvBytes: 0, aead: false },
};

export const integrityIcvBytes: Readonly<Record<EspIntegrity, number>> = {
  none: 0,
  "md5-96": 12,
  "sha1-96": 12,
  "sha256-128": 16,
  "sha384-192": 24,
  "sha512-256": 32,
};

/** Diffie-Hellman groups by their IANA number. `weak` ones are refused by IOS-XE 17.11.1 and later (Field Notice FN72510). */
export const dhGroups = {
  1: { name: "modp768", weak: true },
  2: { name: "modp1024", weak: true },
  5: { name: "modp1536", weak: true },
  14: { name: "modp2048", weak: false },
  15: { name: "modp3072", weak: false },
  16: { name: "modp4096", weak: false },
  19: { name: "ecp256", weak: false },
  20: { name: "ecp384", weak: false },
  21: { name: "ecp521", weak: false },
  31: { name: "curve25519", weak: false },
} as const;
export type DhGroup = keyof typeof dhGroups;

interface Suite {
  readonly esp: EspTransform;
  readonly ike: IkeProposal;
}

const modernIke: IkeProposal = { encryption: "aes-cbc", keyBits: 256, integrity: "sha256", dhGroup: 19 };
const aesCbc = (integrity: EspIntegrity): EspTransform => ({ encryption: "aes-cbc", keyBits: 256, integrity });

/** The suites a tunnel names; anything else is spelled out by its ESP transform. */
export const suites = {
  "aes-gcm-16": { esp: { encryption: "aes-gcm-16", keyBits: 256, integrity: "none" }, ike: modernIke },
  "chacha20-poly1305": { esp: { encryption: "chacha20-poly1305", keyBits: null, integrity: "none" }, ike: modernIke },
  "aes-cbc-sha1": { esp: aesCbc("sha1-96"), ike: modernIke },
  "aes-cbc-sha256": { esp: aesCbc("sha256-128"), ike: modernIke },
  "aes-cbc-sha384": { esp: aesCbc("sha384-192"), ike: modernIke },
  "aes-cbc-sha512": { esp: aesCbc("sha512-256"), ike: modernIke },
  "3des-sha1": {
    esp: { encryption: "3des-cbc", keyBits: null, integrity: "sha1-96" },
    ike: { encryption: "3des-cbc", keyBits: null, integrity: "sha1", dhGroup: 2 },
  },
  "null-sha256": { esp: { encryption: "null", keyBits: null, integrity: "sha256-128" }, ike: modernIke },
} as const satisfies Record<string, Suite>;
/** A suite by its name. */
export type SuiteName = keyof typeof suites;
/** The names of all suites. */
export const suiteNames = Object.keys(suites) as SuiteName[];

/** True for ciphers that authenticate by themselves (RFC 4303 section 3.2.3 "combined mode"). */
export function isAead(encryption: EspEncryption): boolean {
  return cipherSizes[encryption].aead;
}
