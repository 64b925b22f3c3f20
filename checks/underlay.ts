import type { PingResult } from "../dialects/iproute2/read-ping.ts";
import type { PlannedEnd } from "../model/plan-document.ts";
import { compare, judgeFacts, type CheckKind } from "./check-kind.ts";
import { answeredOrNot, ping } from "./ping.ts";

interface Observation {
  readonly fromLeft: PingResult;
  readonly fromRight: PingResult;
}

/** Do the outer addresses reach one another, with nothing but ordinary routing? */
export const underlay: CheckKind<Observation> = {
  pollMs: 500,
  lookAt: ["`ip route get OUTER` on both routers", "the transit: `ip -br address`, `iptables-save`"],
  async ask({ tunnel: { left, right }, on }) {
    const probe = (here: PlannedEnd, there: PlannedEnd) =>
      on(here.router, (session) => ping(session, { from: here.outerAddress, to: there.outerAddress }));
    const [fromLeft, fromRight] = await Promise.all([probe(left, right), probe(right, left)]);
    return { fromLeft, fromRight };
  },
  judge({ left, right }, { fromLeft, fromRight }) {
    return judgeFacts(
      [
        compare(`echo ${left.router} → ${right.outerAddress}`, "", "answered", answeredOrNot(fromLeft)),
        compare(`echo ${right.router} → ${left.outerAddress}`, "", "answered", answeredOrNot(fromRight)),
      ],
      `${left.outerAddress} and ${right.outerAddress} answer one another`,
    );
  },
};
