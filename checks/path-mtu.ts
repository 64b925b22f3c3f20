import type { PlannedEnd, PlannedTunnel } from "../model/plan-document.ts";
import type { Fact } from "../model/run-result.ts";
import { compare, judgeFacts, type CheckContext, type CheckKind } from "./check-kind.ts";
import { answeredOrNot, askEcho, type EchoResult } from "./ping.ts";

interface DirectionObservation {
  readonly full: EchoResult;
  readonly oneMore: EchoResult;
}
interface Observation {
  readonly fromLeft: DirectionObservation;
  readonly fromRight: DirectionObservation;
}

/** From host to host: the largest packet travels with DF set, and one byte more is refused by the router in front, which names the MTU (ICMP type 3 code 4). */
export const pathMtu: CheckKind<Observation> = {
  pollMs: 1000,
  lookAt: [
    "`ip route get HOST` on the sending host: has it learned an MTU?",
    "`ip -statistics link show TUNNEL` on the sending router",
    "`ip route show cache` on both routers",
  ],
  async ask(context) {
    const { left, right } = context.tunnel;
    await forgetLearnedMtus(context);
    // What one host learns does not touch the other: side by side.
    const [fromLeft, fromRight] = await Promise.all([probe(context, left, right), probe(context, right, left)]);
    await forgetLearnedMtus(context);
    return { fromLeft, fromRight };
  },
  judge(tunnel, { fromLeft, fromRight }) {
    const { left, right } = tunnel;
    return judgeFacts(
      [...factsOf(tunnel, left, right, fromLeft), ...factsOf(tunnel, right, left, fromRight)],
      `${tunnel.prediction.hostMtuBytes} bytes travel, ${tunnel.prediction.hostMtuBytes + 1} are refused by the router that knows`,
    );
  },
};

/** A host or router that learned a smaller MTU would answer for the network. */
async function forgetLearnedMtus({ tunnel, on }: CheckContext): Promise<void> {
  const nodes = [tunnel.left, tunnel.right].flatMap((end) => [end.router, ...(end.host ? [end.host.name] : [])]);
  await Promise.all(nodes.map((node) => on(node, (session) => session.run(["ip", "route", "flush", "cache"]))));
}

async function probe({ on, tunnel }: CheckContext, here: PlannedEnd, there: PlannedEnd): Promise<DirectionObservation> {
  const { from, to } = hosts(here, there);
  return on(from.name, async (session) => ({
    full: await askEcho(session, { to: to.address, ipBytes: tunnel.prediction.hostMtuBytes }),
    oneMore: await askEcho(session, { to: to.address, ipBytes: tunnel.prediction.hostMtuBytes + 1 }),
  }));
}

function factsOf(
  { prediction: { hostMtuBytes } }: PlannedTunnel,
  here: PlannedEnd,
  there: PlannedEnd,
  { full, oneMore }: DirectionObservation,
): Fact[] {
  const { from, to } = hosts(here, there);
  const refusal = oneMore.answers.find((answer) => answer.kind === "fragmentation-needed");
  const way = `${from.name} → ${to.name}`;
  return [
    compare(`${hostMtuBytes} bytes with DF ${way}`, "", "answered", answeredOrNot(full)),
    compare(
      `tunnel MTU told for ${hostMtuBytes + 1} bytes ${way}`,
      "bytes",
      hostMtuBytes,
      refusal?.mtuBytes ?? answeredOrNot(oneMore),
    ),
    compare(`who refuses ${way}`, "", from.gatewayAddress, refusal?.from),
  ];
}

function hosts(
  here: PlannedEnd,
  there: PlannedEnd,
): { from: NonNullable<PlannedEnd["host"]>; to: NonNullable<PlannedEnd["host"]> } {
  if (!here.host || !there.host) throw new Error("the path MTU is measured between hosts, and a side has none");
  return { from: here.host, to: there.host };
}
