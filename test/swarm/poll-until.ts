/** Waits for what cannot be waited for otherwise: asks again and again, until a deadline that has a name. */
import { systemClock } from "../../devices/system-clock.ts";

/** What is waited for, and how long. */
export interface Poll {
  /** The end of "… within so many seconds", for the error. */
  readonly what: string;
  readonly deadlineMs: number;
  /** @default 100 */
  readonly intervalMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The first answer that is not undefined. An answer that fails is asked for again, and the last failure is told with the deadline.
 * @throws Error when the deadline is over; the signal's reason when it is aborted.
 */
export async function pollUntil<T>(
  { what, deadlineMs, intervalMs = 100, signal }: Poll,
  ask: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const end = systemClock.nowMs() + deadlineMs;
  for (;;) {
    signal?.throwIfAborted();
    let failure: unknown;
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      if (error instanceof Hopeless) throw error;
      failure = error;
    }
    if (systemClock.nowMs() > end)
      throw new Error(
        `${what}: not within ${deadlineMs / 1000} s${failure instanceof Error ? ` (${failure.message})` : ""}`,
        {
          cause: failure,
        },
      );
    await systemClock.wait(intervalMs, signal);
  }
}

/** Asking again is no use. */
export class Hopeless extends Error {
  override readonly name = "Hopeless";
}
