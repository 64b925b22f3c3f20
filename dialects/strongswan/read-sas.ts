import { parseViciMessages, viciList, viciSections, viciText, type ViciSection } from "./vici-text.ts";

/** One CHILD SA (IKEv2) or phase 2 SA (IKEv1), as installed. */
export interface ChildSaState {
  /** The child's name in the configuration: the tunnel's. */
  readonly name: string;
  /** `INSTALLED` when traffic flows; also `REKEYED`, `DELETING`, … */
  readonly state: string;
  /** What was negotiated, which is not always what was configured. */
  readonly mode: string;
  readonly protocol: string;
  /** ESP in UDP. */
  readonly encapsulated: boolean;
  /** Hexadecimal, eight digits. */
  readonly spiIn: string;
  readonly spiOut: string;
  /** IANA names: `AES_GCM_16`, `3DES_CBC`, `NULL`. */
  readonly encryption: string;
  /** `null` where the cipher has one length only. */
  readonly encryptionKeyBits: number | null;
  /** `null` with an AEAD cipher. */
  readonly integrity: string | null;
  /** `null` when the keys come from the IKE SA's exchange. */
  readonly dhGroup: string | null;
  readonly bytesIn: number;
  readonly packetsIn: number;
  readonly bytesOut: number;
  readonly packetsOut: number;
  /** How old its keys are: seconds since it was installed. `null` while it is not. */
  readonly ageSeconds: number | null;
  /** `198.51.100.2/32[gre]`. */
  readonly localSelectors: readonly string[];
  readonly remoteSelectors: readonly string[];
}

/** One IKE SA. */
export interface IkeSaState {
  /** The connection's name: the tunnel's. */
  readonly name: string;
  readonly version: 1 | 2;
  /** `ESTABLISHED` when done; also `CONNECTING`, `REKEYED`, … */
  readonly state: string;
  readonly localHost: string;
  readonly remoteHost: string;
  readonly localId: string;
  readonly remoteId: string;
  readonly initiator: boolean;
  /** `null` while it is not negotiated. */
  readonly encryption: string | null;
  readonly encryptionKeyBits: number | null;
  /** `null` with an AEAD cipher. */
  readonly integrity: string | null;
  readonly prf: string | null;
  /** `ECP_256`, `MODP_1024`. */
  readonly dhGroup: string | null;
  readonly children: readonly ChildSaState[];
}

/**
 * The SAs of `swanctl --list-sas --raw`, in the order printed. A field that is not there is empty, zero or `null`.
 * @see strongSwan src/libcharon/plugins/vici/README.md "list-sa"
 */
export function parseIkeSas(raw: string): IkeSaState[] {
  return parseViciMessages(raw)
    .filter((message) => message.name === "list-sa event")
    .flatMap((message) => viciSections(message.body).map(([name, section]) => ikeSa(name, section)));
}

function ikeSa(name: string, section: ViciSection): IkeSaState {
  const children = viciSections(section).find(([key]) => key === "child-sas")?.[1] ?? {};
  return {
    name,
    version: viciText(section, "version") === "1" ? 1 : 2,
    state: viciText(section, "state") ?? "",
    localHost: viciText(section, "local-host") ?? "",
    remoteHost: viciText(section, "remote-host") ?? "",
    localId: viciText(section, "local-id") ?? "",
    remoteId: viciText(section, "remote-id") ?? "",
    initiator: viciText(section, "initiator") === "yes",
    encryption: viciText(section, "encr-alg") ?? null,
    encryptionKeyBits: optionalNumber(section, "encr-keysize"),
    integrity: viciText(section, "integ-alg") ?? null,
    prf: viciText(section, "prf-alg") ?? null,
    dhGroup: viciText(section, "dh-group") ?? null,
    children: viciSections(children).map(([key, child]) => childSa(key, child)),
  };
}

function childSa(key: string, section: ViciSection): ChildSaState {
  return {
    name: viciText(section, "name") ?? key,
    state: viciText(section, "state") ?? "",
    mode: (viciText(section, "mode") ?? "").toLowerCase(),
    protocol: viciText(section, "protocol") ?? "",
    encapsulated: viciText(section, "encap") === "yes",
    spiIn: viciText(section, "spi-in") ?? "",
    spiOut: viciText(section, "spi-out") ?? "",
    encryption: viciText(section, "encr-alg") ?? "",
    encryptionKeyBits: optionalNumber(section, "encr-keysize"),
    integrity: viciText(section, "integ-alg") ?? null,
    dhGroup: viciText(section, "dh-group") ?? null,
    bytesIn: optionalNumber(section, "bytes-in") ?? 0,
    packetsIn: optionalNumber(section, "packets-in") ?? 0,
    bytesOut: optionalNumber(section, "bytes-out") ?? 0,
    packetsOut: optionalNumber(section, "packets-out") ?? 0,
    ageSeconds: optionalNumber(section, "install-time"),
    localSelectors: viciList(section, "local-ts"),
    remoteSelectors: viciList(section, "remote-ts"),
  };
}

function optionalNumber(section: ViciSection, key: string): number | null {
  const text = viciText(section, key);
  return text === undefined ? null : Number(text);
}
