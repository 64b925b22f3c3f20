import type { PingResult } from "../dialects/iproute2/read-ping.ts";
import type { Fact } from "../model/run-result.ts";
import type { Session } from "../model/session.ts";
import { askSas } from "./ask-end.ts";
import { compare, judgeFacts, type CheckContext, type CheckKind } from "./check-kind.ts";
import { pingWhile, untilAnswered } from "./ping.ts";
import { protectedThing, senders, type Sender } from "./protected-traffic.ts";
import { watchTransit } from "./watch-transit.ts";

/** What is taken away from the left router. */
export type Harm = "sa" | "charon" | "psk";

interface Observation {
  /** What was in clear on the transit. */
  readonly unprotected: string;
  /** What stood in the place of what was taken away, while it was away. */
  readonly meanwhile: string;
  readonly fromLeft: PingResult;
  readonly fromRight: PingResult;
  /** Whether the far end answered again after the harm was undone. */
  readonly recovered: boolean;
}

interface HarmKind {
  /** What is looked at while it is away. */
  readonly quantity: (router: string) => string;
  /** What shows then that the harm was done. */
  readonly expected: string;
  readonly summary: string;
  /** Takes it away; gives the way to look. */
  readonly plant: (session: Session, tunnel: string) => Promise<() => Promise<string>>;
}

/** How long traffic is sent into the tunnel while something is missing. */
const awayMs = 3_000;
const recoverTimeoutMs = 30_000;
const charonPidFile = "/run/tunnelwright/daemons/charon.pid";
/** IPsec alone: a guard that somebody took away must not come back while it is being looked for. */
const revive = ["/usr/lib/tunnelwright/config", "revive", "ipsec"];
const terminate = (tunnel: string) => ["swanctl", "--terminate", "--ike", tunnel, "--force", "--timeout", "5"];

const harms: Readonly<Record<Harm, HarmKind>> = {
  sa: {
    quantity: (router) => `CHILD SA of before at ${router} meanwhile`,
    expected: "gone",
    summary: "the SA was taken away",
    async plant(session, tunnel) {
      const before = await installedSpis(session, tunnel);
      await session.run(terminate(tunnel));
      // Traffic brings a new one at once: it is the old one that must be gone.
      return async () => {
        const now = await installedSpis(session, tunnel);
        return before.length === 0 ? "none before" : before.some((spi) => now.includes(spi)) ? "installed" : "gone";
      };
    },
  },
  charon: {
    quantity: (router) => `charon of ${router} meanwhile`,
    expected: "away",
    summary: "charon was taken away",
    async plant(session, tunnel) {
      // TERM and not KILL: charon then takes its policies with it, which is the worse case.
      await session.run(["pkill", "-TERM", "--pidfile", charonPidFile]);
      return async () => ((await askSas(session, tunnel)) === null ? "away" : "at work");
    },
  },
  psk: {
    quantity: (router) => `IKE SA at ${router} meanwhile`,
    expected: "none",
    summary: "the pre-shared key was taken away",
    async plant(session, tunnel) {
      await session.run(["swanctl", "--load-creds", "--clear", "--noprompt", "--file", "/dev/null"]);
      await session.run(terminate(tunnel));
      return async () => {
        const sas = await askSas(session, tunnel);
        return sas?.some((sa) => sa.state === "ESTABLISHED") === false ? "none" : "ESTABLISHED";
      };
    },
  },
};

async function installedSpis(session: Session, tunnel: string): Promise<string[]> {
  const sas = (await askSas(session, tunnel)) ?? [];
  return sas.flatMap(({ children }) => children.map(({ spiIn }) => spiIn));
}

/** Takes something away while both ends send into the tunnel, watches the transit, gives it back, and waits until the far end answers again. */
export function failClosedDrill(harm: Harm): CheckKind<Observation> {
  const { plant, quantity, expected, summary } = harms[harm];
  return {
    pollMs: 1000,
    lookAt: [
      "`iptables-save -c` on both routers: the drops with `-m policy --pol none`",
      "`swanctl --list-sas` on both routers: has the tunnel come back?",
    ],
    async ask(context) {
      const { left } = context.tunnel;
      let meanwhile = "";
      let pings: readonly PingResult[] = [];
      let recovered = false;
      const { unprotected } = await watchTransit(context, async () => {
        pings = await sendDuring(context, () =>
          context.on(left.router, async (session) => {
            try {
              const look = await plant(session, context.tunnel.name);
              await context.clock.wait(awayMs, context.signal);
              meanwhile = await look();
            } finally {
              // Also when the run was interrupted: what was taken is given back.
              await session.run(revive, { timeoutMs: 30_000 });
            }
          }),
        );
        recovered = await untilAnswered(context, senders(context.tunnel)[0], recoverTimeoutMs);
      });
      const [fromLeft, fromRight] = pings;
      if (!fromLeft || !fromRight) throw new Error("the drill ended before its traffic");
      return { unprotected, meanwhile, fromLeft, fromRight, recovered };
    },
    judge(tunnel, { unprotected, meanwhile, fromLeft, fromRight, recovered }) {
      const [first, second] = senders(tunnel);
      const sent = ({ node }: Sender, { transmittedCount }: PingResult): Fact =>
        compare(
          `packets sent into the tunnel by ${node}`,
          "",
          "several",
          transmittedCount >= 5 ? "several" : transmittedCount,
        );
      return judgeFacts(
        [
          compare(quantity(tunnel.left.router), "", expected, meanwhile),
          sent(first, fromLeft),
          sent(second, fromRight),
          compare(`${protectedThing(tunnel)} in clear on the transit`, "packets", 0, unprotected),
          compare("tunnel afterwards", "", "answers", recovered ? "answers" : "no answer"),
        ],
        `${summary}: ${fromLeft.transmittedCount + fromRight.transmittedCount} packets were sent, none in clear; it came back`,
      );
    },
  };
}

/** Both ends send into the tunnel for as long as the work takes. */
async function sendDuring(context: CheckContext, work: () => Promise<void>): Promise<PingResult[]> {
  const [first, second] = senders(context.tunnel);
  const seen: PingResult[] = [];
  seen[0] = await pingWhile(context, first, async () => {
    seen[1] = await pingWhile(context, second, work);
  });
  return seen;
}
