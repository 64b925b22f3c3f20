import { iosLines, type PrintedLine } from "./ios-lines.ts";

/** One IKEv2 SA; what a form of the command does not print is `null`. */
export interface Ikev2Sa {
  readonly tunnelId: number;
  readonly local: string;
  readonly localPort: number;
  readonly remote: string;
  readonly remotePort: number;
  readonly frontVrf: string | null;
  readonly insideVrf: string | null;
  /** `READY` when it is up; `IN-NEG`, `DELETE`, … */
  readonly status: string;
  /** `AES-CBC`, `AES-GCM`, `3DES`. */
  readonly encryption: string | null;
  readonly keyBits: number | null;
  readonly prf: string | null;
  /** `SHA96`, `SHA256`; `None` and unprinted with AES-GCM are both `null`. */
  readonly hash: string | null;
  readonly dhGroup: number | null;
  /** How it signs and verifies: `PSK`, `RSA`. */
  readonly authSign: string | null;
  readonly authVerify: string | null;
  readonly lifetimeSeconds: number | null;
  readonly activeSeconds: number | null;
  readonly localSpi: string | null;
  readonly remoteSpi: string | null;
  readonly natDetected: boolean | null;
  readonly dpdSeconds: number | null;
}

/** What `show crypto ikev2 sa [detailed]` says. */
export interface Ikev2Sas {
  readonly kind: "ikev2-sas";
  readonly sas: readonly Ikev2Sa[];
}

const row = /^(\d+)\s+(\S+)\/(\d+)\s+(\S+)\/(\d+)\s+([^\s/]+)\/([^\s/]+)\s+([A-Z][A-Z0-9_-]*)$/;
/** With IPv6 the addresses stand on lines of their own (IOS-XE 17). */
const rowOfIpv6 = /^(\d+)\s+([^\s/]+)\/([^\s/]+)\s+([A-Z][A-Z0-9_-]*)$/;
const endOfIpv6 = /^(Local|Remote)\s+(\S+)\/(\d+)$/;
const heading = /^(IPv[46] Crypto IKEv2\s+SA|Tunnel-id\s|-{3,})/;

type Told = { -readonly [Key in keyof Ikev2Sa]: Ikev2Sa[Key] };

/** Reads the plain and the detailed form of 15.1 to IOS-XE 17. */
export function readIkev2Sas(output: string): {
  readonly observation: Ikev2Sas;
  readonly unread: PrintedLine[];
  readonly hasForm: boolean;
} {
  const sas: Told[] = [];
  const unread: PrintedLine[] = [];
  const lines = iosLines(output);
  for (const line of lines) {
    const text = line.text.trim();
    const match = row.exec(text);
    const current = sas.at(-1);
    const match6 = rowOfIpv6.exec(text);
    if (match) sas.push(begin(match.slice(1)));
    else if (match6) sas.push(begin([match6[1], "", "0", "", "0", ...match6.slice(2)]));
    else if (current) detail(current, text);
    else if (!heading.test(text)) unread.push(line);
  }
  return {
    observation: { kind: "ikev2-sas", sas },
    unread,
    hasForm: sas.length > 0 || lines.some(({ text }) => heading.test(text.trim())),
  };
}

function begin([id, local, localPort, remote, remotePort, front, inside, status]: readonly (
  string | undefined
)[]): Told {
  return {
    tunnelId: Number(id),
    local: local ?? "",
    localPort: Number(localPort),
    remote: remote ?? "",
    remotePort: Number(remotePort),
    frontVrf: vrf(front),
    insideVrf: vrf(inside),
    status: status ?? "",
    encryption: null,
    keyBits: null,
    prf: null,
    hash: null,
    dhGroup: null,
    authSign: null,
    authVerify: null,
    lifetimeSeconds: null,
    activeSeconds: null,
    localSpi: null,
    remoteSpi: null,
    natDetected: null,
    dpdSeconds: null,
  };
}

const vrf = (name: string | undefined): string | null => (name === undefined || name === "none" ? null : name);

/** The lines below an SA: `Encr: …` is a list of names and values, the others are sentences of their own. */
function detail(sa: Told, text: string): void {
  const end = endOfIpv6.exec(text);
  if (end?.[1] === "Local") [sa.local, sa.localPort] = [end[2] ?? "", Number(end[3])];
  else if (end) [sa.remote, sa.remotePort] = [end[2] ?? "", Number(end[3])];
  const value = (name: string): string | null => new RegExp(`${name}:\\s*([^,\\s]+)`).exec(text)?.[1] ?? null;
  if (text.startsWith("Encr:")) {
    const hash = value("Hash");
    const [keyBits, dhGroup] = [value("keysize"), value("DH Grp")];
    sa.encryption = value("Encr");
    sa.keyBits = keyBits === null ? null : Number(keyBits);
    sa.prf = value("PRF");
    sa.hash = hash === "None" ? null : hash;
    sa.dhGroup = dhGroup === null ? null : Number(dhGroup);
    sa.authSign = value("Auth sign");
    sa.authVerify = value("Auth verify");
  }
  const life = /^Life\/Active Time:\s*(\d+)\/(\d+)\s*sec/.exec(text);
  if (life) [sa.lifetimeSeconds, sa.activeSeconds] = [Number(life[1]), Number(life[2])];
  const spis = /^Local spi:\s*([0-9A-F]+)\s+Remote spi:\s*([0-9A-F]+)/i.exec(text);
  if (spis) [sa.localSpi, sa.remoteSpi] = [spis[1] ?? null, spis[2] ?? null];
  if (/^NAT-T is not detected/i.test(text)) sa.natDetected = false;
  else if (/^NAT-T is detected/i.test(text)) sa.natDetected = true;
  const dpd = /^DPD configured for (\d+) seconds/.exec(text);
  if (dpd) sa.dpdSeconds = Number(dpd[1]);
}
