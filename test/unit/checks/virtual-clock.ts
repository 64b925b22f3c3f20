import type { Clock } from "../../../model/session.ts";

/** A clock whose time passes only when somebody waits for it: a minute of polling takes no time. */
export class VirtualClock implements Clock {
  #nowMs = 1_000;
  /** Every wait that was asked for, in milliseconds. */
  readonly waits: number[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  nowIso(): string {
    return new Date(this.#nowMs).toISOString();
  }

  /** Lets time pass, as a slow command does. */
  pass(ms: number): void {
    this.#nowMs += ms;
  }

  async wait(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.waits.push(ms);
    this.#nowMs += ms;
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  }
}
