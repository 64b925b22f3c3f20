import { askLink, askRouteDevices } from "../checks/ask-end.ts";
import { compare } from "../checks/check-kind.ts";
import { cut, leaveWhole, mend, transitUnder, tunnelSides, type TunnelSide } from "../checks/cut-place.ts";
import { noticedAfter, noticeFact, noticeOf, timerErrorMs, type SpanMs } from "../checks/notice-loss.ts";
import { ping } from "../checks/ping.ts";
import { isLineUp } from "../dialects/iproute2/read-link.ts";
import type { DemoRow, DemoStep } from "../model/demo-result.ts";
import type { PlannedTunnel } from "../model/plan-document.ts";
import { row, rowOfFact, tunnelOf, type Demo, type DemoContext } from "./demo.ts";
import { hostsOf } from "./send-and-watch.ts";

/** A loss in one direction, to an end that asks and to one that does not. */
export const asymmetricCut: Demo = {
  labs: ["asymmetric-cut"],
  title: "a loss in one direction, and who is told",
  async *steps(context) {
    yield await step(context, ["right"], {
      title: "Nothing passes toward the right",
      explanation:
        "The provider drops what r1 sends. Who asks notices, since the answers to r2 and r3 are lost as well. r1 does not ask r2: it says up/up, routes to a dead tunnel, and h1's packets are gone. With r3 it asks too, and its route is withdrawn.",
    });
    yield await step(context, ["left"], {
      title: "Nothing passes toward the left",
      explanation:
        "The other direction: the questions of r2 and r3 are lost instead of the answers. To everybody it looks the same. That is what a keepalive cannot tell: which way is broken.",
    });
  },
};

const settleMs = 1_500;

async function step(
  context: DemoContext,
  toward: readonly TunnelSide[],
  { title, explanation }: Pick<DemoStep, "title" | "explanation">,
): Promise<DemoStep> {
  const tunnels = [tunnelOf(context, "one-end"), tunnelOf(context, "both-ends")] as const;
  const transit = transitUnder(tunnels[0], toward);
  const windows = tunnels.flatMap(({ left, right }) =>
    [left, right].flatMap(({ detection }) => detection.flatMap(({ mostMs }) => mostMs ?? [])),
  );
  try {
    // One link carries both tunnels: one cut is both tunnels' cut.
    const lost = await cut(context, transit);
    await context.clock.wait(Math.max(...windows) + timerErrorMs + settleMs, context.signal);
    const rows: DemoRow[] = [];
    for (const tunnel of tunnels) {
      for (const side of tunnelSides) {
        const end = tunnel[side];
        const noticed: SpanMs | null = await noticedAfter(context, noticeOf(end), lost);
        rows.push(rowOfFact(noticeFact(end, noticed)));
        const expected = end.keepalive ? "down" : "up";
        rows.push(
          row(`${end.router} says of ${tunnel.name}`, `up/${expected}`, `up/${await lineOf(context, tunnel, side)}`),
        );
        rows.push(
          row(
            `${end.router} routes by ${tunnel.name}`,
            end.keepalive ? "no" : "yes",
            await routed(context, tunnel, side),
          ),
        );
      }
      rows.push(await reached(context, tunnel, "meanwhile", "no"));
    }
    await mend(context, transit);
    await untilUp(context, tunnels);
    for (const tunnel of tunnels) rows.push(await reached(context, tunnel, "afterwards", "yes"));
    return { title, explanation, rows, worlds: null, captures: [] };
  } finally {
    await leaveWhole(context, transit);
  }
}

async function lineOf({ on }: DemoContext, tunnel: PlannedTunnel, side: TunnelSide): Promise<"up" | "down"> {
  const { router, device } = tunnel[side];
  return isLineUp(await on(router, (session) => askLink(session, device))) ? "up" : "down";
}

async function routed({ on }: DemoContext, tunnel: PlannedTunnel, side: TunnelSide): Promise<"yes" | "no"> {
  const [network = ""] = (side === "left" ? tunnel.right : tunnel.left).site;
  const devices = await on(tunnel[side].router, (session) => askRouteDevices(session, network));
  return devices.includes(tunnel.name) ? "yes" : "no";
}

async function reached(context: DemoContext, tunnel: PlannedTunnel, when: string, predicted: string): Promise<DemoRow> {
  const { from, to } = hostsOf(tunnel);
  const { receivedCount } = await context.on(from.name, (session) => ping(session, { to: to.address, count: 3 }));
  return rowOfFact(compare(`${from.name} reaches ${to.name} ${when}`, "", predicted, receivedCount > 0 ? "yes" : "no"));
}

/** Until every line protocol is up again, or twice the recovery window is over. */
async function untilUp(context: DemoContext, tunnels: readonly PlannedTunnel[]): Promise<void> {
  const { clock, signal } = context;
  const deadlineMs = clock.nowMs() + 10_000;
  for (;;) {
    const lines = await Promise.all(
      tunnels.flatMap((tunnel) => tunnelSides.map((side) => lineOf(context, tunnel, side))),
    );
    const routes = await Promise.all(
      tunnels.flatMap((tunnel) => tunnelSides.map((side) => routed(context, tunnel, side))),
    );
    if ((lines.every((line) => line === "up") && routes.every((each) => each === "yes")) || clock.nowMs() > deadlineMs)
      return;
    await clock.wait(200, signal);
  }
}
