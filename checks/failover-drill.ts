import type { PlannedEnd } from "../model/plan-document.ts";
import type { Fact } from "../model/run-result.ts";
import { compare, judgeFacts, type CheckKind } from "./check-kind.ts";
import { cutAndWatch, type EndOfCut, type MeasuredCut } from "./cut-and-watch.ts";
import { tunnelSides } from "./cut-place.ts";
import { cutProvider } from "./cuts.ts";
import { noticeFact } from "./notice-loss.ts";

/** Where nobody asks, it is looked so long for somebody who notices, in milliseconds. */
const neverMs = 10_000;
/** What routing does with the news, in milliseconds. */
const settleMs = 5_000;

/** The transit of the preferred tunnel is cut both ways: is it noticed in its window, does the backup carry, and does the primary again afterwards? */
export const failoverDrill: CheckKind<MeasuredCut> = {
  pollMs: 1000,
  lookAt: [
    "`ip monitor route` on both routers while `npx tunnelwright cut` cuts the transit",
    "`/usr/lib/tunnelwright/impair show` on the transit: is anything still cut?",
  ],
  ask: (context) => {
    const { tunnel, backup } = context;
    if (!backup) throw new Error(`${tunnel.name} has no backup`);
    const [detection] = tunnel.left.detection;
    return cutAndWatch(context, {
      ...cutProvider({ primary: tunnel, backup }, tunnelSides),
      phaseMs: 1_000,
      patienceMs: (detection?.mostMs ?? neverMs) + settleMs,
    });
  },
  judge(tunnel, cut) {
    const facts = [...failoverFacts(tunnel.left, cut.left), ...failoverFacts(tunnel.right, cut.right)];
    const noticed = facts.filter(({ quantity }) => quantity.includes("notices"));
    return judgeFacts(
      [...facts, compare("packets lost meanwhile", "", "several", cut.lostCount >= 3 ? "several" : cut.lostCount)],
      `${noticed.map(({ quantity, measured, unit }) => `${quantity} ${measured} ${unit}`).join(", ")}; ${cut.lostCount} of ${cut.sentCount} packets were lost`,
    );
  },
};

/** What one end was to do when the path of the preferred tunnel was lost, beside what it did. */
export function failoverFacts(end: PlannedEnd, seen: EndOfCut): Fact[] {
  const isNoticed = end.detection[0]?.mostMs !== null;
  return [
    noticeFact(end, seen.noticedAfterMs),
    compare(`${seen.router} routes by the backup`, "", isNoticed ? "yes" : "no", yesNo(seen.switchedAfterMs)),
    compare(`${seen.router} returns to the primary`, "", isNoticed ? "yes" : "no", yesNo(seen.returnedAfterMs)),
  ];
}

const yesNo = (afterMs: number | null): string => (afterMs === null ? "no" : "yes");
