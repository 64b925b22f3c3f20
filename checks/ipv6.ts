import type { PlannedEnd, PlannedTunnel } from "../model/plan-document.ts";
import type { Fact } from "../model/run-result.ts";
import { compare, judgeFacts, type CheckContext, type CheckKind } from "./check-kind.ts";
import { answeredOrNot, askEcho, type EchoResult } from "./ping.ts";
import { sendEachSize, sizeFacts, type SentProbe } from "./wire.ts";
import { watchTransit, type WatchedTransit } from "./watch-transit.ts";

interface DirectionObservation {
  readonly full: EchoResult;
  readonly oneMore: EchoResult;
}
interface Observation {
  readonly fromLeft: DirectionObservation;
  readonly fromRight: DirectionObservation;
  /** `null` without a transit to look from. */
  readonly wire: (Pick<WatchedTransit, "traffic"> & { readonly probes: readonly SentProbe[] }) | null;
}

/**
 * IPv6 in the same tunnel: it takes packets as large as its ip mtu, one byte more is refused with ICMPv6 packet too big, and outside
 * they weigh what IPv4 packets of their size do. No DF bit is copied from IPv6, so the path behind is nobody's to tell.
 */
export const ipv6: CheckKind<Observation> = {
  pollMs: 1000,
  lookAt: [
    "`ip -6 route get HOST` on the sending host and on its router",
    "`ip -6 address show` on both routers: an IPv6 device carries 1280 bytes at least (RFC 8200 section 5)",
    "`sysctl net.ipv6.conf.all.forwarding` on both routers",
  ],
  async ask(context) {
    const { left, right, tap, prediction } = context.tunnel;
    await forgetLearnedMtus(context);
    const [fromLeft, fromRight] = await Promise.all([probe(context, left, right), probe(context, right, left)]);
    await forgetLearnedMtus(context);
    if (!tap) return { fromLeft, fromRight, wire: null };
    let probes: readonly SentProbe[] = [];
    const { traffic } = await watchTransit(context, async () => {
      probes = await context.on(hostOf(left).name, (session) =>
        sendEachSize(session, hostOf(right).address, prediction.wireSizes),
      );
    });
    return { fromLeft, fromRight, wire: { traffic, probes } };
  },
  judge(tunnel, { fromLeft, fromRight, wire }) {
    const { left, right, prediction } = tunnel;
    return judgeFacts(
      [
        ...factsOf(tunnel, left, right, fromLeft),
        ...factsOf(tunnel, right, left, fromRight),
        ...(wire ? sizeFacts(tunnel, wire) : []),
      ],
      `${prediction.ipMtuBytes} bytes travel, ${prediction.ipMtuBytes + 1} are refused${wire ? "; every size as predicted" : ""}`,
    );
  },
};

/** A host that learned a smaller MTU would answer for the network. */
async function forgetLearnedMtus({ tunnel, on }: CheckContext): Promise<void> {
  const nodes = [tunnel.left, tunnel.right].flatMap((end) => [end.router, hostOf(end).name]);
  await Promise.all(nodes.map((node) => on(node, (session) => session.run(["ip", "-6", "route", "flush", "cache"]))));
}

async function probe({ on, tunnel }: CheckContext, here: PlannedEnd, there: PlannedEnd): Promise<DirectionObservation> {
  const to = hostOf(there).address;
  const { ipMtuBytes } = tunnel.prediction;
  return on(hostOf(here).name, async (session) => ({
    full: await askEcho(session, { to, ipBytes: ipMtuBytes }),
    oneMore: await askEcho(session, { to, ipBytes: ipMtuBytes + 1 }),
  }));
}

function factsOf(
  { prediction: { ipMtuBytes } }: PlannedTunnel,
  here: PlannedEnd,
  there: PlannedEnd,
  { full, oneMore }: DirectionObservation,
): Fact[] {
  const from = hostOf(here);
  const refusal = oneMore.answers.find((answer) => answer.kind === "fragmentation-needed");
  const way = `${from.name} → ${hostOf(there).name}`;
  return [
    compare(`${ipMtuBytes} bytes over IPv6 ${way}`, "", "answered", answeredOrNot(full)),
    compare(
      `IPv6 MTU told for ${ipMtuBytes + 1} bytes ${way}`,
      "bytes",
      ipMtuBytes,
      refusal?.mtuBytes ?? answeredOrNot(oneMore),
    ),
    compare(`who refuses ${way}`, "", from.gatewayAddress, refusal?.from),
  ];
}

function hostOf({ host }: PlannedEnd): { name: string; address: string; gatewayAddress: string } {
  if (!host?.ipv6) throw new Error("IPv6 is measured between hosts, and a side has none with an IPv6 address");
  return { name: host.name, ...host.ipv6 };
}
