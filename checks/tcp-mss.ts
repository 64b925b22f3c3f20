import { outerPackets } from "../capture/outer-packets.ts";
import { readCapture } from "../capture/read-capture.ts";
import { tcpMssFor } from "../model/overhead.ts";
import type { PlannedHost, PlannedTunnel } from "../model/plan-document.ts";
import type { Fact } from "../model/run-result.ts";
import type { Session } from "../model/session.ts";
import { compare, judgeFacts, type CheckContext, type CheckKind } from "./check-kind.ts";
import { tcpConnects } from "./tcp-connect.ts";
import { captureDuring } from "./watch-transit.ts";

/** A segment that opens a connection, and the MSS it names; `null` without the option. */
interface OpeningSegment {
  readonly source: string;
  readonly answer: boolean;
  readonly mssBytes: number | null;
}
/** What passed each host's interface. */
interface Observation {
  readonly atLeft: readonly OpeningSegment[];
  readonly atRight: readonly OpeningSegment[];
}

/** Nothing of the lab listens here but what the check starts. */
const port = 5299;
const connectTries = 10;
const stopTimeoutMs = 5_000;

/** Do the routers write their MSS into the SYNs of both directions (`ip tcp adjust-mss`)? Seen as it left one host and as it came to the other. */
export const tcpMss: CheckKind<Observation> = {
  pollMs: 1000,
  lookAt: [
    "`iptables-save -c -t mangle` on both routers: TCPMSS on packets into and out of the tunnel",
    "`tcpdump -nn 'tcp[tcpflags] & tcp-syn != 0'` on both hosts",
  ],
  async ask(context) {
    const { left, right } = hostsOf(context.tunnel);
    const filter = ["tcp", "port", String(port), "and", "tcp[tcpflags] & tcp-syn != 0"];
    const capture = (host: PlannedHost, work: () => Promise<void>) =>
      context.on(host.name, async (session) =>
        openingSegments(
          await captureDuring(session, { interfaceName: host.interface, filter, signal: context.signal }, work),
        ),
      );
    await Promise.all([left, right].map(({ name }) => context.on(name, forgetLearnedMtu)));
    let atRight: readonly OpeningSegment[] = [];
    const atLeft = await capture(left, async () => {
      atRight = await capture(right, async () => {
        await Promise.all([connect(context, left, right), connect(context, right, left)]);
      });
    });
    return { atLeft, atRight };
  },
  judge(tunnel, { atLeft, atRight }) {
    const { left, right } = hostsOf(tunnel);
    return judgeFacts(
      [
        ...factsOf(tunnel, left, right, "SYN", atLeft, atRight),
        ...factsOf(tunnel, right, left, "SYN-ACK", atRight, atLeft),
        ...factsOf(tunnel, right, left, "SYN", atRight, atLeft),
        ...factsOf(tunnel, left, right, "SYN-ACK", atLeft, atRight),
      ],
      `${tunnel.prediction.tcpMssBytes} in every SYN and SYN-ACK that came through the tunnel`,
    );
  },
};

/** The MSS that a host offers is its own MTU's (RFC 9293 section 3.7.1); a router only ever lowers it. */
function factsOf(
  tunnel: PlannedTunnel,
  from: PlannedHost,
  to: PlannedHost,
  word: "SYN" | "SYN-ACK",
  atSender: readonly OpeningSegment[],
  atReceiver: readonly OpeningSegment[],
): Fact[] {
  const offered = tcpMssFor(from.mtuBytes);
  const seen = (segments: readonly OpeningSegment[]) => {
    const found = segments.filter((one) => one.source === from.address && one.answer === (word === "SYN-ACK"));
    return [...new Set(found.map(({ mssBytes }) => mssBytes ?? "no option"))].join(" ");
  };
  const way = `${word} ${from.name} → ${to.name}`;
  return [
    compare(`MSS in ${way} as it leaves`, "bytes", offered, seen(atSender)),
    compare(`MSS in ${way} as it comes`, "bytes", Math.min(offered, tunnel.prediction.tcpMssBytes), seen(atReceiver)),
  ];
}

/** A host that learned a smaller path MTU would offer a smaller MSS. */
const forgetLearnedMtu = (session: Session) => session.run(["ip", "route", "flush", "cache"]);

/** Opens one connection; the listener lives no longer than that. */
async function connect({ on, clock, signal }: CheckContext, from: PlannedHost, to: PlannedHost): Promise<void> {
  await on(to.name, async (listening: Session) => {
    const listener = await listening.start(["iperf3", "-s", "-B", to.address, "-p", String(port)], { signal });
    try {
      await on(from.name, async (session) => {
        for (let left = connectTries; left > 0; left -= 1) {
          if (await tcpConnects(session, to.address, port)) return;
          await clock.wait(100, signal);
        }
      });
    } finally {
      await listener.stop(stopTimeoutMs);
    }
  });
}

function openingSegments(capture: Uint8Array): OpeningSegment[] {
  return outerPackets(readCapture(capture)).flatMap(({ source, payload }) => {
    if (payload.kind !== "tcp" || !payload.flags.syn) return [];
    const { flags, mssBytes } = payload;
    return { source, answer: flags.ack, mssBytes };
  });
}

function hostsOf({ left, right }: PlannedTunnel): { readonly left: PlannedHost; readonly right: PlannedHost } {
  if (!left.host || !right.host) throw new Error("the MSS is measured between hosts, and a side has none");
  return { left: left.host, right: right.host };
}
