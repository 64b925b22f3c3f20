import { systemClock } from "./system-clock.ts";
import { InterruptedError, UnreachableError } from "./errors.ts";
import { LinuxSession, type SessionOptions } from "./linux-session.ts";
import { attemptConnection, describePlace, type SshTarget } from "./ssh-connection.ts";
import type { Turns } from "../model/turns.ts";

/** What {@link openLinuxSession} is given. */
export interface OpenLinuxSessionOptions extends SshTarget, SessionOptions {
  /** How long to try while the router boots: refusals, silence and resets are tried again until then. The wait for a turn is not counted. */
  readonly connectTimeoutMs: number;
  /** Turns to exchange keys, for who opens many sessions. @default - at once */
  readonly turns?: Turns;
  /** Ends the attempts at once. @default - nothing does but the deadline */
  readonly signal?: AbortSignal;
  /** A dead peer is noticed after about four of these. @default 5000 */
  readonly keepaliveIntervalMs?: number;
}

const firstAttemptMs = 5_000;
const longestAttemptMs = 20_000;
const firstWaitMs = 50;
const longestWaitMs = 1_000;

/**
 * Connects to a Linux router of the lab as root; whoever opens the session closes it.
 * The host key is compared with the pinned one before anything is sent; a wrong one, and a refused key, are never tried again.
 */
export async function openLinuxSession(options: OpenLinuxSessionOptions): Promise<LinuxSession> {
  const { node, connectTimeoutMs, signal, keepaliveIntervalMs = 5_000 } = options;
  const where = describePlace(options);
  const deadline = systemClock.nowMs() + connectTimeoutMs;
  let attemptMs = firstAttemptMs;
  let waitMs = firstWaitMs;
  for (let attempts = 1; ; attempts += 1) {
    // A silent attempt is given more time than the one before: a loaded guest may need long for the handshake.
    const timeoutMs = Math.min(attemptMs, deadline - systemClock.nowMs());
    const attempt = await attemptConnection(options, { timeoutMs, keepaliveIntervalMs, signal, turns: options.turns });
    if ("connection" in attempt) return new LinuxSession(options, attempt.connection, options);
    if (systemClock.nowMs() + waitMs >= deadline)
      throw new UnreachableError({
        node,
        where,
        connectTimeoutMs,
        attempts,
        last: attempt.again,
        cause: attempt.cause,
      });
    await systemClock.wait(waitMs, signal).catch((cause: unknown) => {
      throw new InterruptedError({ node, cause, doing: `waiting for ${where} to answer` });
    });
    attemptMs = Math.min(attemptMs * 2, longestAttemptMs);
    waitMs = Math.min(waitMs * 1.5, longestWaitMs);
  }
}
