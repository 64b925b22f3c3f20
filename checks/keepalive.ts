import type { KeepaliveState } from "../dialects/keepalive/read.ts";
import type { PlannedEnd } from "../model/plan-document.ts";
import type { Fact } from "../model/run-result.ts";
import { askBothEnds, askKeepalive, ofBothEnds, type BothEnds } from "./ask-end.ts";
import { compare, judgeFacts, type CheckKind } from "./check-kind.ts";

/** Do the ends that are told to send keepalives send them, and are they answered? */
export const keepalive: CheckKind<BothEnds<KeepaliveState | undefined>> = {
  pollMs: 500,
  lookAt: [
    "`tw-keepalive status` on the router that asks",
    "`sysctl net.ipv4.conf.all.accept_local net.ipv4.ip_forward net.ipv4.conf.all.rp_filter` on the router that answers",
    "`iptables-save -c` on both routers: does the drop of unprotected GRE count?",
  ],
  ask: (context) =>
    askBothEnds(context, async (session, here) =>
      here.keepalive === null ? undefined : askKeepalive(session, here.device),
    ),
  judge(tunnel, observed) {
    const facts = ofBothEnds(tunnel, observed, (here, _, state) => factsAt(here, state));
    const asking = [tunnel.left, tunnel.right].filter((end) => end.keepalive !== null);
    return judgeFacts(
      facts,
      `${asking.map(({ router }) => router).join(" and ")}: keepalives answered, line protocol up`,
    );
  },
};

function factsAt({ router, keepalive }: PlannedEnd, state: KeepaliveState | undefined): Fact[] {
  if (keepalive === null) return [];
  const { periodSeconds, retryCount } = keepalive;
  const set = state && `${state.periodSeconds} ${state.retryCount}`;
  const inTime = state && (state.unansweredCount < retryCount ? `below ${retryCount}` : String(state.unansweredCount));
  return [
    compare(`keepalive at ${router}`, "", `${periodSeconds} ${retryCount}`, set ?? "not sent"),
    compare(`line protocol at ${router}`, "", "up", state && (state.lineUp ? "up" : "down")),
    compare(`unanswered in a row at ${router}`, "", `below ${retryCount}`, inTime),
    compare(`answers at ${router}`, "", "some", state && (state.receivedCount > 0 ? "some" : "none")),
    compare(`sent at ${router}`, "", "yes", state && (state.idle ?? (state.sentCount > 0 ? "yes" : "not yet"))),
  ];
}
