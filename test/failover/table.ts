/** The cuts as a table: each way to notice, its window, and what twenty cuts gave. */
import { timerErrorMs, timersInRow } from "../../checks/notice-loss.ts";
import type { MeasuredFailover } from "./measure.ts";
import type { EndOfCut } from "../../checks/cut-and-watch.ts";

/** One line a mechanism, the head first; times in seconds. */
export function failoverTable(measured: readonly MeasuredFailover[]): string[][] {
  return [
    ["way", "window", "noticed", "timer error", "routed by the backup", "packets lost", "back after", "cuts"],
    ...measured.map(({ name, detection, cuts }) => {
      const ends = cuts.flatMap(({ left, right }) => [left, right]);
      const { leastMs, mostMs } = detection;
      return [
        name.replace(/^cut-/, ""),
        mostMs === null ? "never" : `${seconds(leastMs)} to ${seconds(mostMs)}`,
        span(ends.flatMap(({ noticedAfterMs }) => noticedAfterMs ?? [])),
        seconds(timersInRow(detection) * timerErrorMs),
        span(times(ends, "switchedAfterMs")),
        span(
          cuts.map(({ lostCount }) => lostCount * 1000),
          0,
        ),
        span(times(ends, "returnedAfterMs")),
        String(cuts.length),
      ];
    }),
  ];
}

function times(ends: readonly EndOfCut[], key: "switchedAfterMs" | "returnedAfterMs"): number[] {
  return ends.flatMap((end) => end[key] ?? []);
}

const seconds = (ms: number, digits = 1): string => (ms / 1000).toFixed(digits);

function span(ms: readonly number[], digits = 2): string {
  return ms.length === 0 ? "never" : `${seconds(Math.min(...ms), digits)} to ${seconds(Math.max(...ms), digits)}`;
}
