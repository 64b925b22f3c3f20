import { cutAndWatch, type MeasuredCut } from "../checks/cut-and-watch.ts";
import { leaveWhole, transitUnder, tunnelSides } from "../checks/cut-place.ts";
import { cutProvider } from "../checks/cuts.ts";
import { failoverFacts } from "../checks/failover-drill.ts";
import { secondsWords, timerErrorMs, timersInRow, windowWords } from "../checks/notice-loss.ts";
import type { DemoRow, DemoStep, TimelineLane } from "../model/demo-result.ts";
import type { PlannedDetection, PlannedTunnel } from "../model/plan-document.ts";
import { rowOfFact, type Demo, type LabContext } from "./demo.ts";

/** Each lab is a way to notice; the quickest first. */
const ways = [
  { lab: "failover-bfd", by: "BFD, 300 ms three times" },
  { lab: "failover-keepalive", by: "keepalive 1 3" },
  { lab: "failover-ospf", by: "OSPF, hello 1, dead 4" },
  { lab: "failover-dpd", by: "IKE's dead peer detection, 2 s" },
  { lab: "failover-none", by: "nobody asks" },
] as const;

/** Packets at a steady rate while the preferred path is cut, in five ways to notice it. */
export const failover: Demo = {
  labs: ["failover-bfd", "failover-keepalive", "failover-ospf", "failover-dpd", "failover-none"],
  title: "how long a site is cut off, by who notices",
  async *steps({ inLab }) {
    const seen: Seen[] = [];
    for (const { lab, by } of ways) {
      const each = await cutOnce(inLab(lab), by);
      seen.push(each);
      yield stepOf(each);
    }
    yield summaryOf(seen);
  },
};

/** Where nobody asks, it is looked so long for somebody who notices, in milliseconds. */
const neverMs = 10_000;
/** What routing makes of the news: FRR's nexthops, and with OSPF the routes' computation, in milliseconds. */
const routingMs = 1_000;
const packetsPerSecond = 10;

interface Seen {
  readonly by: string;
  readonly tunnel: PlannedTunnel;
  readonly detection: PlannedDetection;
  readonly cut: MeasuredCut;
}

async function cutOnce(context: LabContext, by: string): Promise<Seen> {
  const tunnel = context.plan.tunnels.find(({ backup }) => backup !== null);
  const detection = tunnel?.left.detection[0];
  const backup = context.plan.tunnels.find(({ name }) => name === tunnel?.backup);
  if (!tunnel || !backup || !detection) throw new Error(`lab ${context.plan.lab} has no backup tunnel`);
  await leaveWhole(context, transitUnder(tunnel));
  const cut = await cutAndWatch(context, {
    ...cutProvider({ primary: tunnel, backup }, tunnelSides),
    phaseMs: 2_000,
    patienceMs: (detection.mostMs ?? neverMs) + 5 * routingMs,
  });
  return { by, tunnel, detection, cut };
}

function stepOf({ by, tunnel, detection, cut }: Seen): DemoStep {
  return {
    title: by,
    explanation: `isp1 is cut both ways while h1 sends ten packets a second to h2. ${capitalized(detection.why)} (${detection.source}).`,
    rows: [
      ...failoverFacts(tunnel.left, cut.left).map(rowOfFact),
      ...failoverFacts(tunnel.right, cut.right).map(rowOfFact),
    ],
    worlds: null,
    captures: [],
  };
}

/** The table and the timeline of all of them. */
function summaryOf(seen: readonly Seen[]): DemoStep {
  return {
    title: "Side by side",
    explanation:
      "The longest silence at h1, and how many packets it is at ten a second at most: from the cut until both routers route by the backup. Detection is in its window; what routing makes of it is under a second.",
    rows: seen.flatMap(silenceRows),
    worlds: null,
    captures: [],
    timeline: { zero: "isp1 is cut", lanes: seen.map(laneOf) },
  };
}

function silenceRows({ by, detection, cut }: Seen): DemoRow[] {
  const { leastMs, mostMs } = detection;
  if (mostMs === null)
    return [
      {
        quantity: `silence, ${by}`,
        predicted: "until it is mended",
        seen: isAllLost(cut) ? "until it is mended" : `${secondsWords(cut.silenceMs)} s`,
        agrees: isAllLost(cut),
      },
    ];
  const mostSilentMs = mostMs + timersInRow(detection) * timerErrorMs + routingMs;
  const between = (ms: number): boolean => ms >= leastMs && ms <= mostSilentMs;
  const mostLost = Math.ceil((mostSilentMs / 1000) * packetsPerSecond);
  // ping waits a little longer than it is told: in a guest 8.8 packets a second were measured.
  const leastLost = Math.floor((leastMs / 1000) * packetsPerSecond * 0.85) - 1;
  return [
    {
      quantity: `silence, ${by}`,
      predicted: `${windowWords({ leastMs, mostMs: mostSilentMs })} s`,
      seen: `${secondsWords(cut.silenceMs)} s`,
      agrees: between(cut.silenceMs),
    },
    {
      quantity: `packets lost, ${by}`,
      predicted: `${leastLost} to ${mostLost}`,
      seen: `${cut.lostCount} lost`,
      agrees: cut.lostCount >= leastLost && cut.lostCount <= mostLost,
    },
  ];
}

/** Nobody routed otherwise, and it was silent for as long as it was looked at. */
function isAllLost({ left, right, silenceMs }: MeasuredCut): boolean {
  return left.switchedAfterMs === null && right.switchedAfterMs === null && silenceMs >= neverMs;
}

function laneOf({ by, detection, cut }: Seen): TimelineLane {
  const { leastMs, mostMs } = detection;
  const ends = [cut.left, cut.right];
  const noticed = ends.flatMap(({ noticedAfterMs }) => (noticedAfterMs ? [noticedAfterMs[1]] : []));
  const switched = ends.flatMap(({ switchedAfterMs }) => switchedAfterMs ?? []);
  return {
    name: by,
    window: mostMs === null ? null : { leastMs, mostMs },
    marks: [
      ...noticed.map((atMs) => ({ letter: "N", words: "a router notices", atMs })),
      ...switched.map((atMs) => ({ letter: "B", words: "it routes by the backup", atMs })),
    ],
  };
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
