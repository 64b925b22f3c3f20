import type { LinkState } from "../dialects/iproute2/read-link.ts";
import { askBothEnds, askLink, ofBothEnds, tunnelAddressOf, type BothEnds } from "./ask-end.ts";
import { compare, judgeFacts, type CheckKind } from "./check-kind.ts";
import { answeredOrNot, askEcho, type EchoResult } from "./ping.ts";

interface EndObservation {
  readonly link: LinkState | undefined;
  readonly echo: EchoResult;
}

/** Is the device up at both ends, and does the far end answer through it? */
export const tunnelUp: CheckKind<BothEnds<EndObservation>> = {
  pollMs: 400,
  lookAt: [
    "`ip -details link show TUNNEL` on both routers",
    "`iptables-save -c` on both routers: does the drop of unprotected GRE count?",
  ],
  ask: (context) =>
    askBothEnds(context, async (session, here, there) => ({
      link: await askLink(session, here.device),
      echo: await askEcho(session, { to: tunnelAddressOf(there), from: tunnelAddressOf(here) }),
    })),
  judge(tunnel, observed) {
    const facts = ofBothEnds(tunnel, observed, (here, there, { link, echo }) => [
      compare(
        `${tunnel.name} at ${here.router}`,
        "",
        "up",
        link === undefined ? "no such device" : link.up ? "up" : "down",
      ),
      compare(`echo ${here.router} → ${tunnelAddressOf(there)}`, "", "answered", answeredOrNot(echo)),
    ]);
    return judgeFacts(facts, `${tunnel.name} up/up, the far end answers`);
  },
};
