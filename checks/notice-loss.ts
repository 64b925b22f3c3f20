/** When a router said that the far end is gone, and whether that is when it was to say so. */
import {
  forgetAdjacencies,
  logAdjacencies,
  readAdjacencyLog,
  showAdjacencyLog,
} from "../dialects/frr/adjacency-log.ts";
import type { ChangeMoment } from "../dialects/impair/read.ts";
import { ikeRetransmission, type Liveness } from "../model/detection.ts";
import type { PlannedDetection, PlannedEnd } from "../model/plan-document.ts";
import type { Fact } from "../model/run-result.ts";
import type { Session } from "../model/session.ts";
import { askKeepalive } from "./ask-end.ts";
import type { LiveContext } from "./check-kind.ts";
import type { Notice } from "./cuts.ts";

/**
 * How much later than it was set for a timer may fire, in milliseconds: a user-mode kernel ticks every 10 ms and shares its cores
 * with the others. It is stated wherever a detection is judged; what is later than that is outside.
 */
export const timerErrorMs = 100;

/** Timers that wait for one another until the far end is given up: IKE's question and its waits, else one. */
export function timersInRow({ liveness }: PlannedDetection): number {
  return liveness.kind === "dpd" ? 2 + ikeRetransmission.tries : 1;
}

/** Does the work while those that notice by OSPF keep what it says of its adjacencies; forgets it again in any case. */
export async function withAdjacencyLogs<T>(
  { on }: LiveContext,
  notices: readonly Notice[],
  work: () => Promise<T>,
): Promise<T> {
  const logging = notices.filter(({ liveness }) => liveness.kind === "ospf" || liveness.kind === "bfd");
  const tell = (argv: readonly string[]) =>
    Promise.all(logging.map(({ router }) => on(router, (session) => session.run(argv))));
  try {
    await tell(logAdjacencies);
    return await work();
  } finally {
    await tell(forgetAdjacencies);
  }
}

/** A time after a loss that lies between two instants, in milliseconds: not before and not after. */
export type SpanMs = readonly [number, number];

/** When the router noticed the loss, by its own clock and in its own words, as a span after it; `null`: it did not. */
export async function noticedAfter({ on }: LiveContext, notice: Notice, lost: ChangeMoment): Promise<SpanMs | null> {
  const at = await on(notice.router, (session) => noticedAt(session, notice, lost));
  return at === null ? null : [at - lost.notAfterMs, at - lost.notBeforeMs];
}

/** How an end of a tunnel notices: by the way of the kind, else by the quickest. */
export function noticeOf(end: PlannedEnd, kind?: Liveness["kind"]): Notice {
  const way = end.detection.find(({ liveness }) => kind === undefined || liveness.kind === kind);
  return { router: end.router, device: end.device ?? "", liveness: way?.liveness ?? { kind: "none" } };
}

async function noticedAt(
  session: Session,
  { device, liveness }: Notice,
  { notBeforeMs }: ChangeMoment,
): Promise<number | null> {
  const later = (times: readonly number[]): number | null => times.find((atMs) => atMs >= notBeforeMs) ?? null;
  switch (liveness.kind) {
    case "keepalive": {
      const state = await askKeepalive(session, device);
      return later((state?.transitions ?? []).flatMap(({ up, wallClockMs }) => (up ? [] : [wallClockMs])));
    }
    case "ospf":
    case "bfd": {
      const changes = readAdjacencyLog((await session.run(showAdjacencyLog)).stdout);
      return later(changes.flatMap((each) => (each.device === device && !each.full ? [each.atMs] : [])));
    }
    case "dpd": {
      const { stdout } = await session.run(["cat", `/run/tunnelwright/sa/${device}.down`]);
      const seconds = Number(stdout.trim());
      return later(Number.isNaN(seconds) ? [] : [seconds * 1000]);
    }
    case "none":
      return null;
  }
}

/** Whether no instant between the two is within the window, the timers' error allowed for. */
export function isOutside(detection: PlannedDetection, [earliestMs, latestMs]: SpanMs): boolean {
  const { leastMs, mostMs } = detection;
  return mostMs === null || latestMs < leastMs || earliestMs > mostMs + timersInRow(detection) * timerErrorMs;
}

/** The detection of one end beside its window: the quickest way's, or the one of the kind that is named. */
export function noticeFact({ router, detection }: PlannedEnd, noticed: SpanMs | null, kind?: Liveness["kind"]): Fact {
  const way = kind === undefined ? detection[0] : detection.find(({ liveness }) => liveness.kind === kind);
  if (!way) throw new Error(`the plan does not tell how ${router} notices anything`);
  return {
    quantity: `${router} notices after`,
    unit: "s",
    predicted: windowWords(way),
    measured: noticed ? secondsWords(noticed[1]) : "never",
    agrees: noticed ? !isOutside(way, noticed) : way.mostMs === null,
  };
}

/** `3 to 4`, in seconds, or `never`. */
export function windowWords({ leastMs, mostMs }: Pick<PlannedDetection, "leastMs" | "mostMs">): string {
  return mostMs === null ? "never" : `${trimmed(leastMs)} to ${trimmed(mostMs)}`;
}

/** `3.41`. */
export function secondsWords(ms: number): string {
  return (ms / 1000).toFixed(2);
}

const trimmed = (ms: number): string => String(Math.round(ms / 100) / 10);
