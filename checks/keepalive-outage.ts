/** What keepalives make of a loss: when the line protocol goes down, what still leaves the router then, and how it comes back. */
import { outerPackets } from "../capture/outer-packets.ts";
import { readCapture } from "../capture/read-capture.ts";
import type { ChangeMoment } from "../dialects/impair/read.ts";
import type { PingResult } from "../dialects/iproute2/read-ping.ts";
import type { KeepaliveState } from "../dialects/keepalive/read.ts";
import { greHeaderBytes, ipHeaderBytesOf, protectsSites, wireBytes } from "../model/overhead.ts";
import { plannedEncapsulation } from "../model/packet-road.ts";
import type { PlannedEnd, PlannedTunnel } from "../model/plan-document.ts";
import { askKeepalive, tunnelAddressOf } from "./ask-end.ts";
import type { LiveContext } from "./check-kind.ts";
import { tunnelSides, type TunnelSide } from "./cut-place.ts";
import { pingWhile, untilAnswered } from "./ping.ts";
import type { Sender } from "./protected-traffic.ts";
import { noticedAfter, noticeOf, type SpanMs } from "./notice-loss.ts";
import { captureDuring } from "./watch-transit.ts";

/** A loss, and its end. */
export interface Loss {
  /** Begins it; gives the instants between which it began. */
  readonly begin: () => Promise<ChangeMoment>;
  /** Ends it; gives the instants between which it ended. */
  readonly end: () => Promise<ChangeMoment>;
  /** The ends that can be asked meanwhile. @default both */
  readonly asked?: readonly TunnelSide[];
}

/** What one end did. */
export interface EndOfOutage {
  /** When its line protocol went down after the loss; `null`: it did not, or nobody asks there. */
  readonly downAfterMs: SpanMs | null;
  /** When it came up after the loss was over. */
  readonly upAfterMs: SpanMs | null;
  readonly lineUpMeanwhile: boolean | null;
  /** What it sent to the far end meanwhile: sizes of the outer packets, each once, the smallest first. IKE is not among them. */
  readonly sentBytes: readonly number[];
}

/** An outage as it was seen; an end that could not be asked is `null`. */
export interface KeepaliveOutage {
  readonly left: EndOfOutage | null;
  readonly right: EndOfOutage | null;
  /** From end to end while it was down. */
  readonly meanwhile: PingResult;
  /** Whether the far end answers again. */
  readonly answersAgain: boolean;
}

const pollMs = 200;
const recoverTimeoutMs = 90_000;

/** The sizes of a keepalive and of its answer on the wire, in bytes of IP (Cisco document 63760: 48 and 24 before IPsec). */
export function keepaliveWireBytes(tunnel: PlannedTunnel): { readonly request: number; readonly answer: number } {
  const planned = plannedEncapsulation(tunnel);
  // Where IPsec selects the sites' packets, what the routers say in GRE is in clear.
  const encapsulation = protectsSites(tunnel.order) ? { ...planned, order: "gre" as const } : planned;
  const answerBytes =
    ipHeaderBytesOf("ipv4") + greHeaderBytes({ key: tunnel.greKey !== null, checksum: false, sequence: false });
  // What the tunnel carries of a request is the answer, ready to be sent back; of an answer nothing.
  return { request: wireBytes(answerBytes, encapsulation), answer: wireBytes(0, encapsulation) };
}

/** Begins the loss, waits until whoever asks has noticed, looks at what leaves meanwhile, ends it, and waits until it is over. Ends it in any case. */
export async function watchOutage(
  context: LiveContext,
  tunnel: PlannedTunnel,
  { begin, end, asked = tunnelSides }: Loss,
): Promise<KeepaliveOutage> {
  let over: ChangeMoment | undefined;
  try {
    const lost = await begin();
    const asking = asked.filter((side) => tunnel[side].keepalive !== null);
    await untilLine(context, tunnel, asking, false, patienceMs(tunnel));
    const down = await ofSides(asking, (side) => noticedAfter(context, noticeOf(tunnel[side], "keepalive"), lost));
    const lines = await ofSides(asking, (side) => lineOf(context, tunnel[side]));
    const { sent, meanwhile } = await lookMeanwhile(context, tunnel, asked);
    over = await end();
    const ended = over;
    const answersAgain = await untilAnswered(context, senderOf(tunnel), recoverTimeoutMs);
    await untilLine(context, tunnel, asking, true, recoverTimeoutMs);
    const up = await ofSides(asking, async (side) => upAfter(await stateOf(context, tunnel[side]), ended));
    const seenAt = (side: TunnelSide): EndOfOutage | null =>
      asked.includes(side)
        ? {
            downAfterMs: down[side] ?? null,
            upAfterMs: up[side] ?? null,
            lineUpMeanwhile: lines[side] ?? null,
            sentBytes: sent[side] ?? [],
          }
        : null;
    return { left: seenAt("left"), right: seenAt("right"), meanwhile, answersAgain };
  } finally {
    // Also when somebody interrupts.
    if (!over) await end();
  }
}

type BySide<T> = Partial<Record<TunnelSide, T>>;

async function ofSides<T>(sides: readonly TunnelSide[], ask: (side: TunnelSide) => Promise<T>): Promise<BySide<T>> {
  return Object.fromEntries(await Promise.all(sides.map(async (side) => [side, await ask(side)] as const)));
}

/** The longest window of the two, and a little. */
function patienceMs({ left, right }: PlannedTunnel): number {
  const windows = [left, right].flatMap(({ keepalive }) =>
    keepalive ? [(keepalive.retryCount + 1) * keepalive.periodSeconds * 1000] : [],
  );
  return Math.max(0, ...windows) + 3_000;
}

function stateOf({ on }: LiveContext, { router, device }: PlannedEnd): Promise<KeepaliveState | undefined> {
  return on(router, (session) => askKeepalive(session, device));
}

async function lineOf(context: LiveContext, end: PlannedEnd): Promise<boolean | null> {
  return (await stateOf(context, end))?.lineUp ?? null;
}

async function untilLine(
  context: LiveContext,
  tunnel: PlannedTunnel,
  sides: readonly TunnelSide[],
  up: boolean,
  timeoutMs: number,
): Promise<void> {
  const { clock, signal } = context;
  const deadlineMs = clock.nowMs() + timeoutMs;
  for (;;) {
    const lines = await Promise.all(sides.map((side) => lineOf(context, tunnel[side])));
    if (lines.every((line) => line === up) || clock.nowMs() > deadlineMs) return;
    await clock.wait(pollMs, signal);
  }
}

function upAfter(state: KeepaliveState | undefined, { notBeforeMs, notAfterMs }: ChangeMoment): SpanMs | null {
  const at = state?.transitions.find(({ up, wallClockMs }) => up && wallClockMs >= notBeforeMs)?.wallClockMs;
  return at === undefined ? null : [at - notAfterMs, at - notBeforeMs];
}

// ---- what leaves meanwhile

async function lookMeanwhile(
  context: LiveContext,
  tunnel: PlannedTunnel,
  asked: readonly TunnelSide[],
): Promise<{ sent: BySide<number[]>; meanwhile: PingResult }> {
  const periods = asked.flatMap((side) => tunnel[side].keepalive?.periodSeconds ?? []);
  // One keepalive at least is sent in that time.
  const lookMs = Math.max(3_000, 1_200 * Math.max(0, ...periods));
  const sent: BySide<number[]> = {};
  let meanwhile: PingResult | undefined;
  const watch = async ([side, ...rest]: readonly TunnelSide[]): Promise<void> => {
    if (side === undefined) {
      meanwhile = await pingWhile(context, senderOf(tunnel), () => context.clock.wait(lookMs, context.signal));
      return;
    }
    const { router, outsideInterface, outerAddress } = tunnel[side];
    const filter = ["src", "host", outerAddress];
    const capture = await context.on(router, (session) =>
      captureDuring(session, { interfaceName: outsideInterface, filter, signal: context.signal }, () => watch(rest)),
    );
    sent[side] = tunnelPacketSizes(capture);
  };
  await watch(asked);
  if (!meanwhile) throw new Error("nothing was sent meanwhile");
  return { sent, meanwhile };
}

/** Whoever sends into the tunnel: a host, where there is one, since a router's own packets need no route. */
function senderOf({ left, right }: PlannedTunnel): Sender {
  if (left.host && right.host) return { node: left.host.name, to: right.host.address };
  return { node: left.router, to: tunnelAddressOf(right) };
}

/** Sizes of what is a tunnel's: GRE, ESP, ESP in UDP. A user-mode kernel shows a capture twice what it sends. */
function tunnelPacketSizes(capture: Uint8Array): number[] {
  const sizes = outerPackets(readCapture(capture))
    .filter(({ payload }) => payload.kind === "gre" || payload.kind === "esp")
    .map(({ totalBytes }) => totalBytes);
  return [...new Set(sizes)].sort((a, b) => a - b);
}
