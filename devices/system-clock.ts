import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../model/session.ts";

/** The machine's own clock: a monotonic count of milliseconds, the time of day in UTC, and waits that a signal ends. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  nowIso: () => new Date().toISOString(),
  async wait(ms, signal) {
    signal?.throwIfAborted();
    try {
      await delay(ms, undefined, signal ? { signal } : {});
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
