import { parseLinkStates, type LinkState } from "../dialects/iproute2/read-link.ts";
import type { PingResult } from "../dialects/iproute2/read-ping.ts";
import type { PlannedEnd } from "../model/plan-document.ts";
import type { Fact } from "../model/run-result.ts";
import { compare, judgeFacts, type CheckKind } from "./check-kind.ts";
import { answeredOrNot, ping } from "./ping.ts";

interface EndObservation {
  readonly link: LinkState | undefined;
  readonly echo: PingResult;
}
interface Observation {
  readonly left: EndObservation;
  readonly right: EndObservation;
}

/** Is the device up at both ends, with the declared ip mtu, and does the far end answer through it? */
export const tunnelUp: CheckKind<Observation> = {
  pollMs: 400,
  lookAt: [
    "`ip -details link show TUNNEL` on both routers",
    "`iptables-save -c` on both routers: does the drop of unprotected GRE count?",
  ],
  async ask({ tunnel: { left, right }, on }) {
    const at = (here: PlannedEnd, there: PlannedEnd) =>
      on(here.router, async (session) => {
        const { stdout } = await session.run(["ip", "-json", "-details", "link", "show", "dev", here.device]);
        const link = stdout.trim() === "" ? undefined : parseLinkStates(stdout)[0];
        return { link, echo: await ping(session, { to: bare(there.tunnelAddress), from: bare(here.tunnelAddress) }) };
      });
    const [atLeft, atRight] = await Promise.all([at(left, right), at(right, left)]);
    return { left: atLeft, right: atRight };
  },
  judge({ left, right }, observed) {
    return judgeFacts(
      [...factsAt(left, right, observed.left), ...factsAt(right, left, observed.right)],
      `${left.device} up/up, the far end answers`,
    );
  },
};

function factsAt(here: PlannedEnd, there: PlannedEnd, { link, echo }: EndObservation): Fact[] {
  return [
    compare(
      `${here.device} at ${here.router}`,
      "",
      "up",
      link === undefined ? "no such device" : link.up ? "up" : "down",
    ),
    compare(`ip mtu of ${here.device} at ${here.router}`, "bytes", here.ipMtuBytes, link?.mtuBytes),
    compare(`echo ${here.router} → ${bare(there.tunnelAddress)}`, "", "answered", answeredOrNot(echo)),
  ];
}

function bare(prefix: string): string {
  return prefix.split("/")[0] ?? prefix;
}
