/** The nodes of an engine that was lost and is back: they are there, and off. */
import { askEngine } from "./docker-engine.ts";
import { engineOf, enginesOf, listLabParts, type LabPart, type LabPlace } from "./lab-leftovers.ts";
import { systemClock } from "./system-clock.ts";

/**
 * An engine that comes back needs up to half a minute until its overlay networks take ports again: it hears of itself as it was before, and
 * waits for that. Until then it refuses to start a container on one (Docker 20.10, measured: at most 33 s).
 */
const wakeDeadlineMs = 90_000;
const retryMs = 1_000;
/** One attempt waits 20 s in the engine before it is refused. */
const attemptDeadlineMs = 40_000;

/**
 * Starts what is off of a lab on several engines, and gives the names of what runs now and did not; nothing happens to a lab on one
 * engine. What cannot be started in time is left as it is: the deploy makes it anew.
 */
export async function wakeNodes(
  place: LabPlace,
  { signal, deadlineMs = wakeDeadlineMs }: { readonly signal?: AbortSignal; readonly deadlineMs?: number } = {},
): Promise<string[]> {
  if (enginesOf(place.directory).length === 0) return [];
  const { known } = await listLabParts(place);
  const off = known.filter(({ kind, isOff }) => kind === "container" && isOff);
  const until = systemClock.nowMs() + deadlineMs;
  const woken = await Promise.all(off.map(async (part) => ((await wake(part, until, signal)) ? [part.name] : [])));
  return woken.flat();
}

async function wake(part: LabPart, until: number, signal: AbortSignal | undefined): Promise<boolean> {
  for (;;) {
    signal?.throwIfAborted();
    const hasStarted = await askEngine("POST", `/containers/${part.id}/start`, {
      ...engineOf(part),
      deadlineMs: attemptDeadlineMs,
    }).then(
      () => true,
      () => false,
    );
    if (hasStarted) return true;
    if (systemClock.nowMs() + retryMs > until) return false;
    await systemClock.wait(retryMs, signal);
  }
}
