import { askBothEnds, ofBothEnds, type BothEnds } from "./ask-end.ts";
import { compare, judgeFacts, type CheckKind } from "./check-kind.ts";
import { answeredOrNot, askEcho, type EchoResult } from "./ping.ts";
import { tcpAnswers } from "./tcp-connect.ts";

interface Reach {
  readonly echo: EchoResult;
  /** Whether a TCP segment was answered, be it by a refusal; `null` where the echo was answer enough. */
  readonly tcpAnswered: boolean | null;
}

/** Of no service: the answer is a refusal, and that is what is looked for. RFC 863's port, which nothing here listens to. */
const refusedPort = 9;

/** Do the outer addresses reach one another, with nothing but ordinary routing? A filter of ICMP alone is no answer: TCP is asked then. */
export const underlay: CheckKind<BothEnds<Reach>> = {
  pollMs: 500,
  lookAt: ["`ip route get OUTER` on both routers", "the transit: `ip -br address`, `ip route`, `iptables-save`"],
  ask: (context) =>
    askBothEnds(context, async (session, here) => {
      const echo = await askEcho(session, { from: here.outerAddress, to: here.peerAddress });
      const tcpAnswered =
        answeredOrNot(echo) === "answered" ? null : await tcpAnswers(session, here.peerAddress, refusedPort);
      return { echo, tcpAnswered };
    }),
  judge(tunnel, observed) {
    const facts = ofBothEnds(tunnel, observed, (here, _, { echo, tcpAnswered }) => {
      const said = answeredOrNot(echo);
      const seen = said === "answered" || tcpAnswered === true ? "reached" : said;
      return [compare(`${here.router} → ${here.peerAddress}`, "", "reached", seen)];
    });
    return judgeFacts(facts, `${tunnel.right.peerAddress} and ${tunnel.left.peerAddress} reach one another`);
  },
};
