import { iosLines, type PrintedLine } from "./ios-lines.ts";

/** One ISAKMP (IKEv1) SA; what a form of the command does not print is `null`. */
export interface IsakmpSa {
  readonly connectionId: number;
  /** Who answers and who asked, as the plain form has them; a crypto endpoint may be either. */
  readonly destination: string | null;
  readonly source: string | null;
  /** The detailed form tells the ends from where it stands. */
  readonly local: string | null;
  readonly remote: string | null;
  /** `QM_IDLE` when it is up; `MM_NO_STATE`, `MM_KEY_EXCH`, `AG_INIT_EXCH`, … */
  readonly state: string | null;
  /** `ACTIVE`, `STDBY`; 12.2 prints none. */
  readonly status: string | null;
  readonly isDeleted: boolean;
  readonly vrf: string | null;
  /** `aes`, `3des`, `des`; the key's length is not printed (seen: IOSv 15.9). */
  readonly encryption: string | null;
  /** `sha`, `md5`, `sha256`. */
  readonly hash: string | null;
  /** `psk`, `rsig`. */
  readonly authentication: string | null;
  readonly dhGroup: number | null;
  readonly lifetimeLeft: string | null;
}

/** What `show crypto isakmp sa [detail]` says. */
export interface IsakmpSas {
  readonly kind: "isakmp-sas";
  readonly sas: readonly IsakmpSa[];
}

const address = String.raw`(\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)`;
/** 12.2: `… conn-id slot`; 12.4: `… conn-id slot status`; 15.x and IOS-XE: `… conn-id status`. */
const plain = new RegExp(
  String.raw`^${address}\s+${address}\s+([A-Z]{2,}_[A-Z0-9_]+)\s+(\d+)(?:\s+(\d+))?(?:\s+([A-Z]+))?(\s+\(deleted\))?$`,
);
/** 12.3 has no status column; the VRF is often empty. */
const detailed = new RegExp(
  String.raw`^(\d+)\s+${address}\s+${address}(?:\s+(\S+))??(?:\s+(ACTIVE|STDBY|[A-Z]{3,}))?\s+(aes|3des|des|null)\s+(\S+)\s+(\S+)\s+(\d+)\s+([\d:]+|\d[\dwdh]*)(?:\s+(\S+))?$`,
);

const ignored =
  /^(IPv[46] Crypto ISAKMP SA|Crypto ISAKMP SA|dst\s+src|Codes: |C-id\s|\s*[A-Z] - |\s*Engine-id:Conn-id|\s*Connection-id:Engine-id)/;

/** Reads the plain and the detailed form of 12.2 to IOS-XE 17. */
export function readIsakmpSas(output: string): {
  readonly observation: IsakmpSas;
  readonly unread: PrintedLine[];
  readonly hasForm: boolean;
} {
  const lines = iosLines(output);
  const unread: PrintedLine[] = [];
  const sas = lines.flatMap((line) => {
    const sa = plainSa(line.text.trim()) ?? detailedSa(line.text.trim());
    if (sa) return [sa];
    if (!ignored.test(line.text.trimStart())) unread.push(line);
    return [];
  });
  const hasForm =
    sas.length > 0 || lines.some(({ text }) => /Crypto ISAKMP SA|^\s*dst\s+src\s+state|^\s*C-id\s/.test(text));
  return { observation: { kind: "isakmp-sas", sas }, unread, hasForm };
}

function plainSa(text: string): IsakmpSa | null {
  const match = plain.exec(text);
  if (!match) return null;
  const [, destination = "", source = "", state = "", connectionId = "", , status, deleted] = match;
  return {
    ...nothingTold,
    connectionId: Number(connectionId),
    destination,
    source,
    state,
    status: status ?? null,
    isDeleted: deleted !== undefined,
  };
}

function detailedSa(text: string): IsakmpSa | null {
  const match = detailed.exec(text);
  if (!match) return null;
  const [
    ,
    connectionId = "",
    local = "",
    remote = "",
    vrf,
    status,
    encryption = "",
    hash = "",
    authentication = "",
    dhGroup = "",
    lifetimeLeft = "",
  ] = match;
  return {
    ...nothingTold,
    connectionId: Number(connectionId),
    local,
    remote,
    vrf: vrf ?? null,
    status: status ?? null,
    encryption,
    hash,
    authentication,
    dhGroup: Number(dhGroup),
    lifetimeLeft,
  };
}

const nothingTold = {
  destination: null,
  source: null,
  local: null,
  remote: null,
  state: null,
  status: null,
  isDeleted: false,
  vrf: null,
  encryption: null,
  hash: null,
  authentication: null,
  dhGroup: null,
  lifetimeLeft: null,
} as const;
