import type { PlannedEnd, PlannedTunnel } from "../model/plan-document.ts";
import type { Fact } from "../model/run-result.ts";
import { compare, judgeFacts, type CheckKind } from "./check-kind.ts";
import { cut, leaveWhole, mend, transitUnder, tunnelSides } from "./cut-place.ts";
import { keepaliveWireBytes, watchOutage, type EndOfOutage, type KeepaliveOutage } from "./keepalive-outage.ts";
import { noticeFact, timerErrorMs } from "./notice-loss.ts";

/** The transit is cut both ways: does the line protocol go down in its window, does nothing but keepalives leave then, does it come back? */
export const keepaliveDrill: CheckKind<KeepaliveOutage> = {
  pollMs: 1000,
  lookAt: [
    "`tw-keepalive status` on the routers that ask: the last transitions",
    "`/usr/lib/tunnelwright/impair show` on the transit: is anything still cut?",
  ],
  async ask(context) {
    const { tunnel } = context;
    const transit = transitUnder(tunnel);
    try {
      return await watchOutage(context, tunnel, {
        begin: () => cut(context, transit),
        end: () => mend(context, transit),
      });
    } finally {
      await leaveWhole(context, transit);
    }
  },
  judge(tunnel, outage) {
    const facts = tunnelSides.flatMap((side) => keepaliveEndFacts(tunnel, tunnel[side], outage[side]));
    return judgeFacts(
      [
        ...facts,
        compare("answers through the tunnel meanwhile", "", 0, outage.meanwhile.receivedCount),
        compare("tunnel afterwards", "", "answers", outage.answersAgain ? "answers" : "no answer"),
      ],
      `${facts
        .filter(({ quantity }) => quantity.includes("notices"))
        .map(({ quantity, measured, unit }) => `${quantity} ${measured} ${unit}`)
        .join(", ")}; nothing but keepalives left meanwhile; it came back`,
    );
  },
};

/** What one end that asks was to do in an outage, beside what it did; nothing of an end that does not ask. */
export function keepaliveEndFacts(tunnel: PlannedTunnel, end: PlannedEnd, seen: EndOfOutage | null): Fact[] {
  if (end.keepalive === null || !seen) return [];
  const recoveryMs = end.detection.find(({ liveness }) => liveness.kind === "keepalive")?.recoveryMostMs ?? 0;
  const [earliestUpMs] = seen.upAfterMs ?? [Number.POSITIVE_INFINITY];
  const { request } = keepaliveWireBytes(tunnel);
  return [
    noticeFact(end, seen.downAfterMs, "keepalive"),
    compare(`line protocol at ${end.router} meanwhile`, "", "down", seen.lineUpMeanwhile === false ? "down" : "up"),
    compare(`${end.router} sends into the tunnel meanwhile`, "", "keepalives alone", sentWords(tunnel, seen.sentBytes)),
    {
      quantity: `${end.router} is up again within`,
      unit: "s",
      predicted: String(recoveryMs / 1000),
      measured: seen.upAfterMs ? (Math.max(0, seen.upAfterMs[1]) / 1000).toFixed(2) : "never",
      // The question that is answered may be the one that is on its way when the path is back.
      agrees: earliestUpMs <= recoveryMs + timerErrorMs,
    },
    compare(
      `a keepalive of ${end.router} on the wire`,
      "bytes",
      request,
      seen.sentBytes.find((bytes) => bytes === request),
    ),
  ];
}

/** What left a router, told by its sizes. */
export function sentWords(tunnel: PlannedTunnel, sentBytes: readonly number[]): string {
  const { request, answer } = keepaliveWireBytes(tunnel);
  const others = sentBytes.filter((bytes) => bytes !== request && bytes !== answer);
  if (others.length > 0) return `packets of ${others.join(", ")} bytes`;
  return sentBytes.length > 0 ? "keepalives alone" : "nothing";
}
