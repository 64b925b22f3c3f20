import { openIosSession, type IosTarget } from "./connect-ios.ts";
import type { IosSession } from "./ios-session.ts";

/** How long a router is tried to be reached, and who is told what. */
export interface IosSessionsOptions {
  /** @default 30000 */
  readonly connectTimeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Told the host key that was learnt, where the target pins none. */
  readonly onHostKey?: (publicKey: string) => void;
  /** Told what is weak about the connection. */
  readonly onWarning?: (text: string) => void;
}

/** The one owner of connections to routers of IOS: a router has one terminal for us, and callers share it until all are closed. */
export class IosSessions {
  readonly #open = new Map<string, Promise<IosSession>>();
  #closed = false;

  /** Opens or shares the connection to the target and runs the work with it. A connection that broke is opened anew by the next caller. */
  async withSession<T>(
    target: IosTarget,
    work: (session: IosSession) => Promise<T>,
    options: IosSessionsOptions = {},
  ): Promise<T> {
    const key = [target.node, target.address, target.port, target.hostKey].join("\n");
    const present = this.#open.get(key);
    const usable = present && (await present.catch(() => undefined))?.isOpen === true;
    // Of several who found it broken, or not there, the first opens another one, and the rest wait for that.
    if (!usable && this.#open.get(key) === present) this.#open.set(key, this.#opened(target, options));
    return work(await (this.#open.get(key) ?? this.#opened(target, options)));
  }

  /** Opens a connection for this work alone: it proves that one can be made now. Closed when the work is done. */
  async withFreshSession<T>(
    target: IosTarget,
    work: (session: IosSession) => Promise<T>,
    options: IosSessionsOptions = {},
  ): Promise<T> {
    const session = await this.#opened(target, options);
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }

  /** Closes every connection; work in progress rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    const open = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(
      open.map((opening) =>
        opening.then(
          (session) => session.close(),
          () => undefined,
        ),
      ),
    );
  }

  #opened(target: IosTarget, { connectTimeoutMs = 30_000, ...options }: IosSessionsOptions): Promise<IosSession> {
    if (this.#closed) return Promise.reject(new Error(`${target.node}: the sessions are closed; make new ones`));
    return openIosSession({ ...target, ...options, connectTimeoutMs });
  }
}
