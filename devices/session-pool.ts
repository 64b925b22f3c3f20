import { availableParallelism } from "node:os";
import { Turns } from "../model/turns.ts";
import { openLinuxSession } from "./connect-linux.ts";
import { InterruptedError } from "./errors.ts";
import type { LinuxSession, SessionOptions } from "./linux-session.ts";
import { describePlace, type SshTarget } from "./ssh-connection.ts";

/** How a pool opens and keeps its connections. */
export interface SessionPoolOptions extends SessionOptions {
  /** How long to try to reach a router that boots. @default 30000 */
  readonly connectTimeoutMs?: number;
  /** A connection that nobody uses is closed after this. @default 2000 */
  readonly idleTimeoutMs?: number;
  /** @default 5000 */
  readonly keepaliveIntervalMs?: number;
}

/**
 * A key exchange takes a core about a second where the router is on this machine: thirty-six at once on two cores were none of them
 * done in ten. A router that has not said anything yet takes nobody's turn.
 */
const mostKeyExchangesAtOnce = Math.max(8, 4 * availableParallelism());

interface Entry {
  readonly opening: Promise<LinuxSession>;
  readonly giveUp: AbortController;
  session: LinuxSession | null;
  users: number;
  idleTimer: NodeJS.Timeout | null;
}

/** The one owner of connections: callers of the same node share one; idle and broken ones go. */
export class SessionPool {
  readonly #options: SessionPoolOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #closing = new Set<Promise<void>>();
  readonly #fresh = new Set<AbortController>();
  readonly #turns = new Turns(mostKeyExchangesAtOnce);
  #closed = false;

  constructor(options: SessionPoolOptions = {}) {
    this.#options = options;
  }

  /**
   * Opens or shares the connection to the target, runs the work with it, and keeps it a short while for the next caller.
   * What the work throws is thrown on; a connection that broke meanwhile is not handed out again.
   */
  async withSession<T>(
    target: SshTarget,
    work: (session: LinuxSession) => Promise<T>,
    options: { readonly connectTimeoutMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<T> {
    if (this.#closed) throw new Error(`${target.node}: the pool of sessions is closed; make a new one`);
    const way = target.through ? [target.through.dockerHost, target.through.container] : [];
    const key = [target.node, target.address, target.port, target.hostKey, ...way].join("\n");
    const entry = this.#enter(key, target, options.connectTimeoutMs);
    try {
      return await work(await untilAborted(entry.opening, target, options.signal));
    } finally {
      this.#leave(key, entry);
    }
  }

  /** Opens a connection for this work alone, whatever is open already: it proves that one can be made now. Closed when the work is done. */
  async withFreshSession<T>(
    target: SshTarget,
    work: (session: LinuxSession) => Promise<T>,
    options: { readonly connectTimeoutMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<T> {
    if (this.#closed) throw new Error(`${target.node}: the pool of sessions is closed; make a new one`);
    const giveUp = new AbortController();
    this.#fresh.add(giveUp);
    const signal = AbortSignal.any([giveUp.signal, ...(options.signal ? [options.signal] : [])]);
    let session: LinuxSession | undefined;
    try {
      session = await this.#connect(target, signal, options.connectTimeoutMs);
      giveUp.signal.addEventListener("abort", () => void session?.close(), { once: true });
      return await work(session);
    } finally {
      this.#fresh.delete(giveUp);
      if (session) this.#close(session.close());
    }
  }

  /** Closes every connection; work in progress rejects. Resolves when all are closed. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const [key, entry] of this.#entries) this.#drop(key, entry);
    for (const giveUp of this.#fresh) giveUp.abort(new Error("the pool of sessions was closed"));
    await Promise.all(this.#closing);
  }

  #enter(key: string, target: SshTarget, connectTimeoutMs: number | undefined): Entry {
    let entry = this.#entries.get(key);
    if (entry?.session && !entry.session.isOpen) {
      this.#drop(key, entry);
      entry = undefined;
    }
    entry ??= this.#open(key, target, connectTimeoutMs);
    entry.users += 1;
    if (entry.idleTimer) clearTimeout(entry.idleTimer);
    entry.idleTimer = null;
    return entry;
  }

  #connect(
    target: SshTarget,
    signal: AbortSignal,
    connectTimeoutMs = this.#options.connectTimeoutMs ?? 30_000,
  ): Promise<LinuxSession> {
    return openLinuxSession({ ...this.#options, ...target, connectTimeoutMs, signal, turns: this.#turns });
  }

  #open(key: string, target: SshTarget, connectTimeoutMs: number | undefined): Entry {
    const giveUp = new AbortController();
    const opening = this.#connect(target, giveUp.signal, connectTimeoutMs);
    const entry: Entry = { opening, giveUp, session: null, users: 0, idleTimer: null };
    this.#entries.set(key, entry);
    opening.then(
      (session) => (entry.session = session),
      () => this.#drop(key, entry),
    );
    return entry;
  }

  #leave(key: string, entry: Entry): void {
    entry.users -= 1;
    if (entry.users > 0 || this.#entries.get(key) !== entry) return;
    // Nobody waits for it any more, or it broke: nothing to keep.
    if (!entry.session?.isOpen) this.#drop(key, entry);
    else entry.idleTimer = setTimeout(() => this.#drop(key, entry), this.#options.idleTimeoutMs ?? 2_000);
  }

  #drop(key: string, entry: Entry): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
    if (entry.idleTimer) clearTimeout(entry.idleTimer);
    entry.giveUp.abort(new Error("the pool of sessions gave the connection up"));
    this.#close(entry.opening.then((session) => session.close()));
  }

  #close(ended: Promise<void>): void {
    const closing = ended.catch(() => undefined).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

/** One caller's signal ends that caller's wait, not the connecting that others wait for too. */
async function untilAborted(
  opening: Promise<LinuxSession>,
  target: SshTarget,
  signal: AbortSignal | undefined,
): Promise<LinuxSession> {
  if (!signal) return opening;
  let leave: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    leave = () =>
      reject(
        new InterruptedError({
          node: target.node,
          cause: signal.reason,
          doing: `connecting to ${describePlace(target)}`,
        }),
      );
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave, { once: true });
  });
  try {
    return await Promise.race([opening, aborted]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}
