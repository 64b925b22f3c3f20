/** Something is cut while packets go at a steady rate from site to site: who notices when, what routes then, what was lost. */
import {
  forgetAdjacencies,
  logAdjacencies,
  readAdjacencyLog,
  showAdjacencyLog,
} from "../dialects/frr/adjacency-log.ts";
import { impairCommand, restoreCommand } from "../dialects/impair/command.ts";
import { readChangeMoment, type ChangeMoment } from "../dialects/impair/read.ts";
import { monitorRoutes, readRouteMonitor, type RouteChange } from "../dialects/iproute2/route-monitor.ts";
import { readKeepalive } from "../dialects/keepalive/read.ts";
import type { Session } from "../model/session.ts";
import type { CutPlan, Notice, WatchedEnd } from "./cuts.ts";
import type { DemoContext } from "./demo.ts";

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
  readonly noticedAfterMs: readonly [number, number] | null;
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

const sides = ["left", "right"] as const;
const pollMs = 250;
const stopTimeoutMs = 10_000;
const packetsApartSeconds = 0.1;

/** Cuts, watches, restores, and waits until the primary carries the packets again; restores also when it is interrupted. */
export async function cutAndWatch(context: DemoContext, cut: Cut): Promise<MeasuredCut> {
  const { on, clock, signal } = context;
  const logging = sides.map((side) => cut[side].notices).filter(({ liveness }) => isOspfs(liveness.kind));
  await Promise.all(logging.map(({ router }) => on(router, (session) => session.run(logAdjacencies))));
  try {
    return await withMonitors(context, cut, async (stopMonitors) => {
      await clock.wait(cut.phaseMs, signal);
      const cutAt = await change(context, cut, "cut");
      const deadlineMs = clock.nowMs() + cut.patienceMs;
      await untilRouted(context, cut, "backup", deadlineMs);
      // OSPF's news may have moved a route before its router noticed by itself.
      const noticed = await Promise.all(
        sides.map((side) => untilNoticed(context, cut[side].notices, cutAt, deadlineMs)),
      );
      const backAt = await change(context, cut, "restore");
      await untilRouted(context, cut, "primary", clock.nowMs() + cut.returnPatienceMs);
      const { routes, echoes } = await stopMonitors();
      const end = (side: "left" | "right", index: number): EndOfCut => {
        const { router, network, devices, notices } = cut[side];
        const changes = routes[side].filter(({ destination }) => destination === network);
        const at = noticed[index] ?? null;
        return {
          router,
          noticer: notices.router,
          noticedAfterMs: at === null ? null : [at - cutAt.notAfterMs, at - cutAt.notBeforeMs],
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
    });
  } finally {
    // Also when somebody interrupts: nothing stays cut.
    await Promise.all([
      restore(context, cut),
      ...logging.map(({ router }) => on(router, (session) => session.run(forgetAdjacencies))),
    ]);
  }
}

const isOspfs = (kind: Notice["liveness"]["kind"]): boolean => kind === "ospf" || kind === "bfd";

/** The first change to the device after the moment, in milliseconds after it. */
function firstBy(changes: readonly RouteChange[], device: string, moment: ChangeMoment): number | null {
  const change = changes.find((each) => each.device === device && each.atMs >= moment.notBeforeMs);
  return change ? change.atMs - moment.notBeforeMs : null;
}

// ---- the node that cuts

async function change(
  { on }: DemoContext,
  { at: { node, impairments } }: Cut,
  what: "cut" | "restore",
): Promise<ChangeMoment> {
  const { stdout, stderr } = await on(node, (session) =>
    session.run(what === "cut" ? impairCommand(impairments) : restoreCommand(devicesOf(impairments))),
  );
  const moment = readChangeMoment(stdout);
  if (!moment) throw new Error(`${node} did not ${what} ${devicesOf(impairments).join(", ")}: ${stderr.trim()}`);
  return moment;
}

async function restore({ on }: DemoContext, { at: { node, impairments } }: Cut): Promise<void> {
  await on(node, (session) => session.run(restoreCommand(devicesOf(impairments))));
}

const devicesOf = (impairments: Cut["at"]["impairments"]): string[] => [
  ...new Set(impairments.map(({ device }) => device)),
];

// ---- the routers

/** Until both ends route the far site by the device, or the time is over. */
async function untilRouted(
  { on, clock, signal }: DemoContext,
  cut: Cut,
  which: keyof WatchedEnd["devices"],
  deadlineMs: number,
): Promise<void> {
  const isRouted = async ({ router, network, devices }: WatchedEnd): Promise<boolean> => {
    const { stdout } = await on(router, (session) => session.run(["ip", "-4", "route", "show", network]));
    return stdout.includes(` dev ${devices[which]} `);
  };
  for (;;) {
    const routed = await Promise.all(sides.map((side) => isRouted(cut[side])));
    if (routed.every(Boolean) || clock.nowMs() > deadlineMs) return;
    await clock.wait(pollMs, signal);
  }
}

/** When the router noticed; `null` when it has not by then. */
async function untilNoticed(
  { on, clock, signal }: DemoContext,
  notice: Notice,
  cutAt: ChangeMoment,
  deadlineMs: number,
): Promise<number | null> {
  for (;;) {
    const at = await on(notice.router, (session) => noticedAt(session, notice, cutAt));
    if (at !== null || clock.nowMs() > deadlineMs) return at;
    await clock.wait(pollMs, signal);
  }
}

/** When the router noticed, in its own words: by the quickest way that the plan knows. */
async function noticedAt(
  session: Session,
  { device, liveness }: Notice,
  { notBeforeMs }: ChangeMoment,
): Promise<number | null> {
  const later = (times: readonly number[]): number | null => times.find((atMs) => atMs >= notBeforeMs) ?? null;
  switch (liveness.kind) {
    case "keepalive": {
      const { stdout } = await session.run(["tw-keepalive", "status", "--json", device]);
      const [state] = readKeepalive(stdout).filter((each) => each.device === device);
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

// ---- what is watched meanwhile

interface Watched {
  readonly routes: Readonly<Record<"left" | "right", readonly RouteChange[]>>;
  readonly echoes: Pick<MeasuredCut, "sentCount" | "lostCount" | "silenceMs">;
}

/** Runs the work while the routers next to the hosts tell their routes, and the left host sends packets to the right one. */
async function withMonitors<T>(
  { on, signal }: DemoContext,
  { left, right, sender }: Cut,
  work: (stop: () => Promise<Watched>) => Promise<T>,
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
