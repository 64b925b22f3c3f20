import { askBothEnds, ofBothEnds, type BothEnds } from "./ask-end.ts";
import { compare, judgeFacts, type CheckKind } from "./check-kind.ts";
import { answeredOrNot, askEcho, type EchoResult } from "./ping.ts";

/** Does ICMP pass between the outer addresses? A tunnel runs without it, until a packet is too big and nobody is told (RFC 1191, RFC 2923 section 2.1). */
export const icmp: CheckKind<BothEnds<EchoResult>> = {
  pollMs: 500,
  lookAt: ["the transit: `iptables-save -c`", "ACLs on the way: type 3 code 4 must be let through"],
  ask: (context) =>
    askBothEnds(context, (session, here) => askEcho(session, { from: here.outerAddress, to: here.peerAddress })),
  judge(tunnel, observed) {
    const facts = ofBothEnds(tunnel, observed, (here, _, echo) => [
      compare(`echo ${here.router} → ${here.peerAddress}`, "", "answered", answeredOrNot(echo)),
    ]);
    return judgeFacts(facts, "echo requests and replies pass, both ways");
  },
};
