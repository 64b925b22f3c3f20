/** The path of a tunnel is cut on its transit while packets go at a steady rate: who notices when, what routes then, what was lost. */
import type { ChangeMoment } from "../dialects/impair/read.ts";
import { monitorRoutes, readRouteMonitor, type RouteChange } from "../dialects/iproute2/route-monitor.ts";
import type { PlannedTunnel } from "../model/plan-document.ts";
import type { LiveContext } from "./check-kind.ts";
import { cutTransit, leaveTransitWhole, restoreTransit, tunnelSides, type TunnelSide } from "./cut-transit.ts";
import { noticedAfter, type SpanMs, withAdjacencyLogs } from "./notice-loss.ts";

/** What is done to which tunnel, and how long it is looked at. */
export interface Cut {
  readonly primary: PlannedTunnel;
  /** The name of the tunnel that takes over. */
  readonly backup: string;
  /** Nothing passes toward these ends of the primary. */
  readonly toward: readonly TunnelSide[];
  /** Between the first packet and the cut, in milliseconds: where in the period of whoever asks it falls. */
  readonly phaseMs: number;
  /** Who has not noticed by then will not, in milliseconds. */
  readonly patienceMs: number;
}

/** One end's view; times are milliseconds after the cut, by the routers' clocks, `null` where nothing was noticed. */
export interface EndOfCut {
  readonly router: string;
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

const pollMs = 250;
const stopTimeoutMs = 10_000;
const packetsApartSeconds = 0.1;

/** Cuts, watches, restores, and waits until the primary carries the packets again; restores also when it is interrupted. */
export async function cutAndWatch(context: LiveContext, cut: Cut): Promise<MeasuredCut> {
  const { clock, signal } = context;
  const { primary, backup } = cut;
  try {
    return await withAdjacencyLogs(context, primary, () =>
      withMonitors(context, primary, async (stopMonitors) => {
        await clock.wait(cut.phaseMs, signal);
        const cutAt = await cutTransit(context, primary, cut.toward);
        await untilRouted(context, primary, backup, cut.patienceMs);
        const [leftNoticed, rightNoticed] = await Promise.all([
          noticedAfter(context, primary, primary.left, cutAt),
          noticedAfter(context, primary, primary.right, cutAt),
        ]);
        const backAt = await restoreTransit(context, primary);
        await untilRouted(context, primary, primary.name, returnPatienceMs(primary));
        const { routes, echoes } = await stopMonitors();
        const end = (side: TunnelSide, noticedAfterMs: EndOfCut["noticedAfterMs"]): EndOfCut => {
          const changes = routes[side].filter(({ destination }) => destination === farNetwork(primary, side));
          return {
            router: primary[side].router,
            noticedAfterMs,
            switchedAfterMs: firstBy(changes, backup, cutAt),
            returnedAfterMs: firstBy(changes, primary.name, backAt),
          };
        };
        return {
          left: end("left", leftNoticed),
          right: end("right", rightNoticed),
          cutWidthMs: cutAt.notAfterMs - cutAt.notBeforeMs,
          ...echoes,
        };
      }),
    );
  } finally {
    // Also when somebody interrupts: nothing stays cut.
    await leaveTransitWhole(context, primary);
  }
}

/** The first change to the device after the moment, in milliseconds after it. */
function firstBy(changes: readonly RouteChange[], device: string, moment: ChangeMoment): number | null {
  const change = changes.find((each) => each.device === device && each.atMs >= moment.notBeforeMs);
  return change ? change.atMs - moment.notBeforeMs : null;
}

function farNetwork({ left, right }: PlannedTunnel, side: TunnelSide): string {
  const [network] = (side === "left" ? right : left).site;
  if (network === undefined) throw new Error("the far router has no network behind it");
  return network;
}

const returnPatienceMs = ({ left, right }: PlannedTunnel): number =>
  30_000 +
  2 * Math.max(0, ...[left, right].flatMap(({ detection }) => detection.map((each) => each.recoveryMostMs ?? 0)));

// ---- the routers

/** Until both ends route the far site by the device, or the time is over. */
async function untilRouted(
  { on, clock, signal }: LiveContext,
  tunnel: PlannedTunnel,
  device: string,
  patienceMs: number,
): Promise<void> {
  const deadlineMs = clock.nowMs() + patienceMs;
  const isRouted = async (side: TunnelSide): Promise<boolean> => {
    const argv = ["ip", "-4", "route", "show", farNetwork(tunnel, side)];
    const { stdout } = await on(tunnel[side].router, (session) => session.run(argv));
    return stdout.includes(` dev ${device} `);
  };
  for (;;) {
    const routed = await Promise.all(tunnelSides.map(isRouted));
    if (routed.every(Boolean) || clock.nowMs() > deadlineMs) return;
    await clock.wait(pollMs, signal);
  }
}

// ---- what is watched meanwhile

interface Watched {
  readonly routes: Readonly<Record<"left" | "right", readonly RouteChange[]>>;
  readonly echoes: Pick<MeasuredCut, "sentCount" | "lostCount" | "silenceMs">;
}

/** Runs the work while both routers tell their routes, and the left host sends packets to the right one. */
async function withMonitors<T>(
  { on, signal }: LiveContext,
  { left, right }: PlannedTunnel,
  work: (stop: () => Promise<Watched>) => Promise<T>,
): Promise<T> {
  const { host } = left;
  const to = right.host?.address;
  if (!host || to === undefined) throw new Error("a steady rate needs a host at each side");
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  const echo = ["ping", "-n", "-D", "-i", String(packetsApartSeconds), "-W", "1", to];
  return on(left.router, (leftSession) =>
    on(right.router, (rightSession) =>
      on(host.name, async (hostSession) => {
        const running = await Promise.all([
          leftSession.start(monitorRoutes, { signal }),
          rightSession.start(monitorRoutes, { signal }),
          hostSession.start(echo, { signal }),
        ]);
        let stopped: Promise<readonly string[]> | undefined;
        const stopAll = (): Promise<readonly string[]> =>
          (stopped ??= Promise.all(running.map(async (each) => text((await each.stop(stopTimeoutMs)).stdout))));
        try {
          return await work(async () => {
            const [atLeft = "", atRight = "", echoes = ""] = await stopAll();
            return {
              routes: { left: readRouteMonitor(atLeft), right: readRouteMonitor(atRight) },
              echoes: readEchoes(echoes),
            };
          });
        } finally {
          await stopAll();
        }
      }),
    ),
  );
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
