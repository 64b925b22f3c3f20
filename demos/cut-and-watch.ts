/** The path of a tunnel is cut on its transit while packets go at a steady rate: who notices when, what routes then, what was lost. */
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
import type { Impairment, LinkWay } from "../model/impairment.ts";
import type { PlannedEnd, PlannedTunnel } from "../model/plan-document.ts";
import type { Session } from "../model/session.ts";
import type { DemoContext } from "./demo.ts";

/** What is done to which tunnel, and how long it is looked at. */
export interface Cut {
  readonly primary: PlannedTunnel;
  readonly backup: PlannedTunnel;
  /** Nothing passes toward these ends of the primary. */
  readonly toward: readonly ("left" | "right")[];
  /** Between the first packet and the cut, in milliseconds: where in the period of whoever asks it falls. */
  readonly phaseMs: number;
  /** Who has not noticed by then will not, in milliseconds. */
  readonly patienceMs: number;
}

/** One end's view; times are milliseconds after the cut, by the routers' clocks, `null` where nothing was noticed. */
export interface EndOfCut {
  readonly router: string;
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
  const { primary, backup } = cut;
  const ends = { left: primary.left, right: primary.right };
  const onEnd = <T>(side: "left" | "right", work: (session: Session) => Promise<T>) => on(ends[side].router, work);
  const ospf = primary.routing === "ospf";
  if (ospf) await Promise.all(sides.map((side) => onEnd(side, (session) => session.run(logAdjacencies))));
  try {
    return await withMonitors(context, primary, async (stopMonitors) => {
      await clock.wait(cut.phaseMs, signal);
      const cutAt = await change(context, primary, cut.toward, "cut");
      await untilRouted(context, primary, backup.name, cut.patienceMs);
      const noticed = await Promise.all(
        sides.map((side) => onEnd(side, (session) => noticedAt(session, ends[side], primary, cutAt))),
      );
      const backAt = await change(context, primary, cut.toward, "restore");
      await untilRouted(context, primary, primary.name, returnPatienceMs(primary));
      const { routes, echoes } = await stopMonitors();
      const end = (side: "left" | "right", index: number): EndOfCut => {
        const changes = routes[side].filter(({ destination }) => destination === farNetwork(primary, side));
        const at = noticed[index] ?? null;
        return {
          router: ends[side].router,
          noticedAfterMs: at === null ? null : [at - cutAt.notAfterMs, at - cutAt.notBeforeMs],
          switchedAfterMs: firstBy(changes, backup.name, cutAt),
          returnedAfterMs: firstBy(changes, primary.name, backAt),
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
      restore(context, primary),
      ...(ospf ? sides.map((side) => onEnd(side, (session) => session.run(forgetAdjacencies))) : []),
    ]);
  }
}

/** The first change to the device after the moment, in milliseconds after it. */
function firstBy(changes: readonly RouteChange[], device: string, moment: ChangeMoment): number | null {
  const change = changes.find((each) => each.device === device && each.atMs >= moment.notBeforeMs);
  return change ? change.atMs - moment.notBeforeMs : null;
}

function farNetwork({ left, right }: PlannedTunnel, side: "left" | "right"): string {
  const [network] = (side === "left" ? right : left).site;
  if (network === undefined) throw new Error("the far router has no network behind it");
  return network;
}

const returnPatienceMs = ({ left, right }: PlannedTunnel): number =>
  30_000 +
  2 * Math.max(0, ...[left, right].flatMap(({ detection }) => detection.map((each) => each.recoveryMostMs ?? 0)));

// ---- the transit

async function change(
  { on }: DemoContext,
  tunnel: PlannedTunnel,
  toward: Cut["toward"],
  what: "cut" | "restore",
): Promise<ChangeMoment> {
  const { node, interface: device } = tapOf(tunnel);
  // The tap is on the left router's link: what leaves there goes to the left.
  const ways = toward.map((side): LinkWay => (side === "left" ? "out" : "in"));
  const cuts = ways.map((way): Impairment => ({ device, way, effect: { kind: "cut" } }));
  const { stdout, stderr } = await on(node, (session) =>
    session.run(what === "cut" ? impairCommand(cuts) : restoreCommand([device])),
  );
  const moment = readChangeMoment(stdout);
  if (!moment) throw new Error(`${node} did not ${what} ${device}: ${stderr.trim()}`);
  return moment;
}

async function restore({ on }: DemoContext, tunnel: PlannedTunnel): Promise<void> {
  const { node, interface: device } = tapOf(tunnel);
  await on(node, (session) => session.run(restoreCommand([device])));
}

function tapOf({ tap, name }: PlannedTunnel): NonNullable<PlannedTunnel["tap"]> {
  if (!tap) throw new Error(`there is no transit under ${name} that could be cut`);
  return tap;
}

// ---- the routers

/** Until both ends route the far site by the device, or the time is over. */
async function untilRouted(
  { on, clock, signal }: DemoContext,
  tunnel: PlannedTunnel,
  device: string,
  patienceMs: number,
): Promise<void> {
  const deadlineMs = clock.nowMs() + patienceMs;
  const isRouted = async (side: "left" | "right"): Promise<boolean> => {
    const argv = ["ip", "-4", "route", "show", farNetwork(tunnel, side)];
    const { stdout } = await on(tunnel[side].router, (session) => session.run(argv));
    return stdout.includes(` dev ${device} `);
  };
  for (;;) {
    const routed = await Promise.all(sides.map(isRouted));
    if (routed.every(Boolean) || clock.nowMs() > deadlineMs) return;
    await clock.wait(pollMs, signal);
  }
}

/** When the router noticed, in its own words: by the quickest way that the plan knows. */
async function noticedAt(
  session: Session,
  { detection, device }: PlannedEnd,
  { name }: PlannedTunnel,
  { notBeforeMs }: ChangeMoment,
): Promise<number | null> {
  const later = (times: readonly number[]): number | null => times.find((atMs) => atMs >= notBeforeMs) ?? null;
  switch (detection[0]?.liveness.kind) {
    case "keepalive": {
      const { stdout } = await session.run(["tw-keepalive", "status", "--json", name]);
      const [state] = readKeepalive(stdout).filter((each) => each.device === device);
      return later((state?.transitions ?? []).flatMap(({ up, wallClockMs }) => (up ? [] : [wallClockMs])));
    }
    case "ospf":
    case "bfd": {
      const changes = readAdjacencyLog((await session.run(showAdjacencyLog)).stdout);
      return later(changes.flatMap((each) => (each.device === device && !each.full ? [each.atMs] : [])));
    }
    case "dpd": {
      const { stdout } = await session.run(["cat", `/run/tunnelwright/sa/${name}.down`]);
      const seconds = Number(stdout.trim());
      return later(Number.isNaN(seconds) ? [] : [seconds * 1000]);
    }
    case "none":
    case undefined:
      return null;
  }
}

// ---- what is watched meanwhile

interface Watched {
  readonly routes: Readonly<Record<"left" | "right", readonly RouteChange[]>>;
  readonly echoes: Pick<MeasuredCut, "sentCount" | "lostCount" | "silenceMs">;
}

/** Runs the work while both routers tell their routes, and the left host sends packets to the right one. */
async function withMonitors<T>(
  { on, signal }: DemoContext,
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
