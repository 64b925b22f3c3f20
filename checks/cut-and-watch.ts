/** Something is cut while packets go at a steady rate from site to site: who notices when, what routes then, what was lost. */
import type { ChangeMoment } from "../dialects/impair/read.ts";
import { monitorRoutes, readRouteMonitor, type RouteChange } from "../dialects/iproute2/route-monitor.ts";
import type { LiveContext } from "./check-kind.ts";
import { cut as cutPlace, leaveWhole, mend, tunnelSides, type TunnelSide } from "./cut-place.ts";
import type { CutPlan, Notice, WatchedEnd } from "./cuts.ts";
import { noticedAfter, withAdjacencyLogs, type SpanMs } from "./notice-loss.ts";

/** What is done, and how long it is looked at. */
export interface Cut extends CutPlan {
  /** Between the first packet and the cut, in milliseconds: where in the period of whoever asks it falls. */
  readonly phaseMs: number;
  /** Who has not noticed by then will not, in milliseconds. */
  readonly patienceMs: number;
}

/** One end's view; times are milliseconds after the cut, by the routers' clocks, `null` where nothing was noticed. */
export interface EndOfCut {
  /** Whose way to the far site was watched. */
  readonly router: string;
  /** Who noticed: another router where this one only hears of it. */
  readonly noticer: string;
  /** Not before and not after: the cut itself lies between two instants. */
  readonly noticedAfterMs: SpanMs | null;
  /** When the far site's network was routed by the backup. */
  readonly switchedAfterMs: number | null;
  /** After the path was back: when it was routed by the primary again. */
  readonly returnedAfterMs: number | null;
}

/** What was measured. */
export interface MeasuredCut {
  readonly left: EndOfCut;
  readonly right: EndOfCut;
  /** How far apart the two instants are between which the cut lies. */
  readonly cutWidthMs: number;
  readonly sentCount: number;
  readonly lostCount: number;
  /** The longest time without an answer at the sending host. */
  readonly silenceMs: number;
}

const stopTimeoutMs = 10_000;
const packetsApartSeconds = 0.1;

/** Cuts, watches, restores, and waits until the primary carries the packets again; restores also when it is interrupted. */
export async function cutAndWatch(context: LiveContext, cut: Cut): Promise<MeasuredCut> {
  const { clock, signal } = context;
  try {
    return await withAdjacencyLogs(context, [cut.left.notices, cut.right.notices], () =>
      withMonitors(context, cut, async ({ untilRouted, stop }) => {
        await clock.wait(cut.phaseMs, signal);
        const cutAt = await cutPlace(context, cut.at);
        const deadlineMs = clock.nowMs() + cut.patienceMs;
        await untilRouted("backup", deadlineMs);
        // OSPF's news may have moved a route before its router noticed by itself.
        const noticed = await Promise.all(
          tunnelSides.map((side) => untilNoticed(context, cut[side].notices, cutAt, deadlineMs)),
        );
        const backAt = await mend(context, cut.at);
        await untilRouted("primary", clock.nowMs() + cut.returnPatienceMs);
        const { routes, echoes } = await stop();
        const end = (side: TunnelSide, index: number): EndOfCut => {
          const { router, network, devices, notices } = cut[side];
          const changes = routes[side].filter(({ destination }) => destination === network);
          return {
            router,
            noticer: notices.router,
            noticedAfterMs: noticed[index] ?? null,
            switchedAfterMs: firstBy(changes, devices.backup, cutAt),
            returnedAfterMs: firstBy(changes, devices.primary, backAt),
          };
        };
        return {
          left: end("left", 0),
          right: end("right", 1),
          cutWidthMs: cutAt.notAfterMs - cutAt.notBeforeMs,
          ...echoes,
        };
      }),
    );
  } finally {
    // Also when somebody interrupts: nothing stays cut.
    await leaveWhole(context, cut.at);
  }
}

/** The first change to the device after the moment, in milliseconds after it. */
function firstBy(changes: readonly RouteChange[], device: string, moment: ChangeMoment): number | null {
  const change = changes.find((each) => each.device === device && each.atMs >= moment.notBeforeMs);
  return change ? change.atMs - moment.notBeforeMs : null;
}

// ---- the routers

/** When the router noticed; `null` when it has not by then. */
async function untilNoticed(
  context: LiveContext,
  notice: Notice,
  cutAt: ChangeMoment,
  deadlineMs: number,
): Promise<SpanMs | null> {
  const { clock, signal } = context;
  const pollMs = 500;
  for (;;) {
    const span = await noticedAfter(context, notice, cutAt);
    if (span !== null || notice.liveness.kind === "none" || clock.nowMs() > deadlineMs) return span;
    await clock.wait(pollMs, signal);
  }
}

// ---- what is watched meanwhile

interface Watched {
  readonly routes: Readonly<Record<TunnelSide, readonly RouteChange[]>>;
  readonly echoes: Pick<MeasuredCut, "sentCount" | "lostCount" | "silenceMs">;
}

interface Monitors {
  /** Until both ends route the far site by the device, or the time is over. */
  readonly untilRouted: (which: keyof WatchedEnd["devices"], deadlineMs: number) => Promise<void>;
  readonly stop: () => Promise<Watched>;
}

/**
 * Runs the work while the routers next to the hosts tell their routes, and the left host sends packets to the right one. Whether a route
 * has changed is read from what the routers tell unasked: a command costs a guest a tenth of a second, and asked too often it would be
 * what makes the routers late.
 */
async function withMonitors<T>(
  { on, clock, signal }: LiveContext,
  { left, right, sender }: Cut,
  work: (monitors: Monitors) => Promise<T>,
): Promise<T> {
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  const echo = ["ping", "-n", "-D", "-i", String(packetsApartSeconds), "-W", "1", sender.to];
  return on(left.router, (leftSession) =>
    on(right.router, (rightSession) =>
      on(sender.node, async (hostSession) => {
        const running = await Promise.all([
          leftSession.start(monitorRoutes, { signal }),
          rightSession.start(monitorRoutes, { signal }),
          hostSession.start(echo, { signal }),
        ]);
        const [atLeft, atRight] = running;
        let stopped: Promise<readonly string[]> | undefined;
        const stopAll = (): Promise<readonly string[]> =>
          (stopped ??= Promise.all(running.map(async (each) => text((await each.stop(stopTimeoutMs)).stdout))));
        try {
          return await work({
            untilRouted: async (which, deadlineMs) => {
              const isRouted = (end: WatchedEnd) => (told: string) => deviceOf(told, end) === end.devices[which];
              const leftMs = Math.max(0, deadlineMs - clock.nowMs());
              await Promise.all([
                atLeft.waitForStdout(isRouted(left), leftMs, signal),
                atRight.waitForStdout(isRouted(right), leftMs, signal),
              ]);
            },
            stop: async () => {
              const [leftTold = "", rightTold = "", echoes = ""] = await stopAll();
              return {
                routes: { left: readRouteMonitor(leftTold), right: readRouteMonitor(rightTold) },
                echoes: readEchoes(echoes),
              };
            },
          });
        } finally {
          await stopAll();
        }
      }),
    ),
  );
}

/** By what the end routes the far site, as its monitor told last; by the primary until it tells anything. */
function deviceOf(told: string, { network, devices }: WatchedEnd): string | undefined {
  const last = readRouteMonitor(told).findLast(({ destination }) => destination === network);
  return last ? last.device : devices.primary;
}

/** What ping -D printed: the times of the answers, and its own count at the end. */
function readEchoes(text: string): Watched["echoes"] {
  const times = [...text.matchAll(/^\[(\d+\.\d+)\] \d+ bytes from /gm)].map(([, seconds]) => Number(seconds) * 1000);
  const [, sent = "0", received = "0"] = /^(\d+) packets transmitted, (\d+) received/m.exec(text) ?? [];
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  return {
    sentCount: Number(sent),
    lostCount: Number(sent) - Number(received),
    silenceMs: Math.round(Math.max(0, ...gaps)),
  };
}
