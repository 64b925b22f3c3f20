import type { OuterTraffic } from "../capture/classify.ts";
import type { PingResult } from "../dialects/iproute2/read-ping.ts";
import type { Fact } from "../model/run-result.ts";
import { bareAddress } from "./ask-end.ts";
import { compare, judgeFacts, type CheckContext, type CheckKind } from "./check-kind.ts";
import { answeredOrNot, ping } from "./ping.ts";
import { watchTransit } from "./watch-transit.ts";

interface Observation {
  readonly traffic: OuterTraffic;
  readonly probes: readonly { readonly innerBytes: number; readonly result: PingResult }[];
}

/** Echo requests of each size; each gives one ESP packet in each direction. */
const probeCount = 3;

/** What an outsider on the transit sees: ESP, IKE and ICMP alone, and every packet as heavy as predicted. */
export const wire: CheckKind<Observation> = {
  pollMs: 1000,
  lookAt: [
    "`tcpdump -n -i ethN` on the transit",
    "`iptables-save -c` on both routers: the drop of unprotected GRE",
    "`ip xfrm policy` on both routers",
  ],
  async ask(context) {
    let probes: Observation["probes"] = [];
    const traffic = await watchTransit(context, async () => {
      probes = await sendProbes(context);
    });
    return { probes, traffic };
  },
  judge(tunnel, { traffic, probes }) {
    const { left, right, prediction } = tunnel;
    const sent = probes.map(({ innerBytes, result }) =>
      compare(`${innerBytes} bytes inside, ${probeCount} times`, "", "answered", answeredOrNot(result)),
    );
    const sizes = prediction.wireSizes.flatMap(({ innerBytes, wireBytes }) => [
      sizeFact(
        `${innerBytes} bytes inside, on the wire ${left.router} → ${right.router}`,
        wireBytes,
        traffic.leftToRight.espTotalBytes,
      ),
      sizeFact(
        `${innerBytes} bytes inside, on the wire ${right.router} → ${left.router}`,
        wireBytes,
        traffic.rightToLeft.espTotalBytes,
      ),
    ]);
    const facts = [...sent, ...sizes, ...kindFacts(traffic)];
    return judgeFacts(
      facts,
      `${traffic.counts.esp} ESP packets, ${traffic.counts.ike} IKE, ${traffic.counts.icmp} ICMP, nothing else; every size as predicted`,
    );
  },
};

/** Between the hosts where there are some, else between the tunnel's addresses. */
async function sendProbes({ tunnel, on }: CheckContext): Promise<Observation["probes"]> {
  const { left, right, prediction } = tunnel;
  const from = left.host?.name ?? left.router;
  const to = left.host && right.host ? right.host.address : bareAddress(right.tunnelAddress);
  return on(from, (session) =>
    Promise.all(
      prediction.wireSizes.map(async ({ innerBytes }) => ({
        innerBytes,
        result: await ping(session, { to, ipBytes: innerBytes, count: probeCount }),
      })),
    ),
  );
}

/** The predicted size must be there as often as it was sent; else the sizes that were there are told. */
function sizeFact(quantity: string, predictedBytes: number, seenBytes: readonly number[]): Fact {
  const found = seenBytes.filter((size) => size === predictedBytes).length >= probeCount;
  return compare(
    quantity,
    "bytes",
    predictedBytes,
    found ? predictedBytes : [...new Set(seenBytes)].sort((a, b) => a - b).join(" "),
  );
}

function kindFacts({ counts, unreadable }: OuterTraffic): Fact[] {
  const others =
    counts.other +
    counts.fragment +
    counts.malformed +
    counts["esp-in-udp"] +
    counts["nat-keepalive"] +
    unreadable.length;
  return [
    compare("GRE in clear on the transit", "packets", 0, counts["gre-in-clear"]),
    compare("anything but ESP, IKE and ICMP", "packets", 0, others),
  ];
}
