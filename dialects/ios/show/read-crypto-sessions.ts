import { iosLines, type PrintedLine } from "./ios-lines.ts";

/** A flow of a session: `permit 47 host 10.0.0.1 host 10.0.0.2`. */
export interface SessionFlow {
  /** As printed, blanks joined. */
  readonly selector: string;
  readonly activeSas: number | null;
  readonly packetsDecrypted: number | null;
  readonly packetsDropped: number | null;
  readonly packetsEncrypted: number | null;
}

/** An IKE SA of a session. */
export interface SessionIke {
  /** `null` where the router prints `IKE SA` alone (12.4): version 1, or unknown. */
  readonly version: 1 | 2 | null;
  readonly local: string;
  readonly localPort: number;
  readonly remote: string;
  readonly remotePort: number;
  readonly isActive: boolean;
}

/** One session of `show crypto session`. */
export interface CryptoSession {
  readonly interfaceName: string;
  readonly profile: string | null;
  readonly uptime: string | null;
  /** `UP-ACTIVE`, `UP-IDLE`, `UP-NO-IKE`, `DOWN-NEGOTIATING`, `DOWN`. */
  readonly status: string;
  readonly peer: string | null;
  readonly peerPort: number | null;
  readonly phase1Id: string | null;
  readonly ike: readonly SessionIke[];
  readonly flows: readonly SessionFlow[];
}

/** What `show crypto session [detail]` says. */
export interface CryptoSessions {
  readonly kind: "crypto-sessions";
  readonly sessions: readonly CryptoSession[];
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
type Flow = Writable<SessionFlow>;
type Session = Omit<Writable<CryptoSession>, "ike" | "flows"> & { ike: SessionIke[]; flows: Flow[] };

/** Reads the plain and the detailed form of 12.4 to IOS-XE 17. */
export function readCryptoSessions(output: string): {
  readonly observation: CryptoSessions;
  readonly unread: PrintedLine[];
  readonly hasForm: boolean;
} {
  const sessions: Session[] = [];
  const unread: PrintedLine[] = [];
  const lines = iosLines(output);
  let interfaceName = "";
  for (const line of lines) {
    const text = line.text.trim();
    const named = /^Interface:\s*(.+)$/.exec(text)?.[1];
    if (named !== undefined) {
      interfaceName = named;
      sessions.push(newSession(interfaceName));
    } else if (sessions.length > 0) {
      // Several peers may follow one interface line; each begins with its status.
      if (text.startsWith("Session status:") && sessions.at(-1)?.status !== "")
        sessions.push(newSession(interfaceName));
      const current = sessions.at(-1);
      if (current) describe(current, text);
    } else if (!/^(Crypto session current status|Code:|[A-Z] - )/.test(text)) unread.push(line);
  }
  const hasForm = sessions.length > 0 || lines.some(({ text }) => text.trim() === "Crypto session current status");
  return { observation: { kind: "crypto-sessions", sessions }, unread, hasForm };
}

function newSession(interfaceName: string): Session {
  return {
    interfaceName,
    profile: null,
    uptime: null,
    status: "",
    peer: null,
    peerPort: null,
    phase1Id: null,
    ike: [],
    flows: [],
  };
}

function describe(session: Session, text: string): void {
  const after = (label: string): string | undefined =>
    text.startsWith(`${label}:`) ? text.slice(label.length + 1).trim() : undefined;
  session.profile ??= after("Profile") ?? null;
  session.uptime ??= after("Uptime") ?? null;
  const status = after("Session status");
  if (status !== undefined) session.status = status;
  const peer = /^Peer:\s*(\S+) port (\d+)/.exec(text);
  if (peer) [session.peer, session.peerPort] = [peer[1] ?? null, Number(peer[2])];
  const phase1 = after("Phase1_id");
  if (phase1 !== undefined && phase1 !== "(none)") session.phase1Id = phase1;
  const ike = /^IKE(v[12])? SA:\s*local (\S+)\/(\d+)\s+remote (\S+)\/(\d+)\s+(\S+)/.exec(text);
  if (ike)
    session.ike.push({
      version: ike[1] === "v1" ? 1 : ike[1] === "v2" ? 2 : null,
      local: ike[2] ?? "",
      localPort: Number(ike[3]),
      remote: ike[4] ?? "",
      remotePort: Number(ike[5]),
      isActive: ike[6] === "Active",
    });
  const selector = after("IPSEC FLOW");
  if (selector !== undefined)
    session.flows.push({
      selector: selector.replaceAll(/\s+/g, " "),
      activeSas: null,
      packetsDecrypted: null,
      packetsDropped: null,
      packetsEncrypted: null,
    });
  const flow = session.flows.at(-1);
  if (!flow) return;
  const active = /^Active SAs:\s*(\d+)/.exec(text)?.[1];
  if (active !== undefined) flow.activeSas = Number(active);
  const inbound = /^Inbound:\s*#pkts dec'ed (\d+) drop (\d+)/.exec(text);
  if (inbound) [flow.packetsDecrypted, flow.packetsDropped] = [Number(inbound[1]), Number(inbound[2])];
  const outbound = /^Outbound:\s*#pkts enc'ed (\d+)/.exec(text)?.[1];
  if (outbound !== undefined) flow.packetsEncrypted = Number(outbound);
}
