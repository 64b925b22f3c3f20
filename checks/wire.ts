import { outerKinds, type OuterDirection, type OuterKind, type OuterTraffic } from "../capture/classify.ts";
import type { PlannedTunnel } from "../model/plan-document.ts";
import type { Fact } from "../model/run-result.ts";
import type { Session } from "../model/session.ts";
import { tunnelAddressOf } from "./ask-end.ts";
import { compare, judgeFacts, type CheckContext, type CheckKind } from "./check-kind.ts";
import { answeredOrNot, askEcho, mustSuffice, type EchoResult } from "./ping.ts";
import { protectedThing } from "./protected-traffic.ts";
import { watchTransit, type WatchedTransit } from "./watch-transit.ts";

/** Echo requests of one size, and what came of them. */
export interface SentProbe {
  readonly innerBytes: number;
  readonly result: EchoResult;
}
interface Observation extends WatchedTransit {
  readonly probes: readonly SentProbe[];
}

/** Echo requests of each size; each gives one outer packet in each direction. */
export const probeCount = 3;

/** What an outsider on the transit sees: what the order of GRE and IPsec lets him see and nothing else, every packet as heavy as predicted. */
export const wire: CheckKind<Observation> = {
  pollMs: 1000,
  lookAt: [
    "`tcpdump -n -i ethN` on the transit",
    "`iptables-save -c` on both routers: the drops with `-m policy --pol none`",
    "`ip xfrm policy` on both routers",
  ],
  async ask(context) {
    let probes: Observation["probes"] = [];
    const watched = await watchTransit(context, async () => {
      probes = await sendProbes(context);
    });
    return { ...watched, probes };
  },
  judge(tunnel, { traffic, unprotected, probes }) {
    const kinds = tunnel.order === "gre" ? [] : [inClear(tunnel, unprotected)];
    return judgeFacts(
      [...sizeFacts(tunnel, { traffic, probes }), ...kinds, ...otherKinds(tunnel, traffic)],
      agreed(tunnel, traffic),
    );
  },
};

/** Every probe was answered, and each size was seen as often as it was sent, in both directions. */
export function sizeFacts(
  tunnel: PlannedTunnel,
  { traffic, probes }: { readonly traffic: OuterTraffic; readonly probes: readonly SentProbe[] },
): Fact[] {
  const { left, right, prediction } = tunnel;
  const sent = probes.map(({ innerBytes, result }) =>
    compare(`${innerBytes} bytes inside, ${probeCount} times`, "", "answered", answeredOrNot(result)),
  );
  const outerBytes = ({ espTotalBytes, greTotalBytes }: OuterDirection): readonly number[] =>
    espIsOutside(tunnel.order) ? espTotalBytes : greTotalBytes;
  const sizes = prediction.wireSizes.flatMap(({ innerBytes, wireBytes }) =>
    [
      { way: `${left.router} → ${right.router}`, seen: outerBytes(traffic.leftToRight) },
      { way: `${right.router} → ${left.router}`, seen: outerBytes(traffic.rightToLeft) },
    ].map(({ way, seen }) => sizeFact(`${innerBytes} bytes inside, on the wire ${way}`, wireBytes, seen)),
  );
  return [...sent, ...sizes];
}

function inClear(tunnel: PlannedTunnel, unprotected: string): Fact {
  return compare(`${protectedThing(tunnel)} in clear on the transit`, "packets", 0, unprotected);
}

const espIsOutside = (order: PlannedTunnel["order"]): boolean => order === "gre-over-ipsec" || order === "ipsec";

/** What an outsider may see, by its kind; everything else is counted. */
function allowedKinds({ order, natTraversal }: PlannedTunnel): { words: string; kinds: readonly OuterKind[] } {
  if (!espIsOutside(order)) return { words: "GRE and ICMP", kinds: ["gre-in-clear", "icmp"] };
  return natTraversal
    ? { words: "ESP in UDP, IKE and ICMP", kinds: ["esp-in-udp", "nat-keepalive", "ike", "icmp"] }
    : { words: "ESP, IKE and ICMP", kinds: ["esp", "ike", "icmp"] };
}

function otherKinds(tunnel: PlannedTunnel, { counts, unreadable }: OuterTraffic): Fact[] {
  const { words, kinds } = allowedKinds(tunnel);
  // GRE in clear has a line of its own, where it would be what is to be protected.
  const rest = outerKinds.filter(
    (kind) => !kinds.includes(kind) && (kind !== "gre-in-clear" || tunnel.order === "ipsec"),
  );
  const count = rest.reduce((sum, kind) => sum + counts[kind], unreadable.length);
  return [compare(`anything but ${words}`, "packets", 0, count)];
}

function agreed(tunnel: PlannedTunnel, { counts }: OuterTraffic): string {
  const words: Partial<Record<OuterKind, string>> = {
    esp: "ESP",
    "esp-in-udp": "ESP in UDP",
    "gre-in-clear": "GRE",
    ike: "IKE",
    icmp: "ICMP",
  };
  const seen = allowedKinds(tunnel).kinds.flatMap((kind) => (words[kind] ? [`${counts[kind]} ${words[kind]}`] : []));
  return `${seen.join(", ")}, nothing else; every size as predicted`;
}

/** Between the hosts, whose packets go by the tunnel that is preferred, else between the tunnel's addresses. */
async function sendProbes({ tunnel, on }: CheckContext): Promise<Observation["probes"]> {
  const { left, right, standby, prediction } = tunnel;
  const from = (standby ? undefined : left.host?.name) ?? left.router;
  const to = !standby && left.host && right.host ? right.host.address : tunnelAddressOf(right);
  return on(from, (session) => sendEachSize(session, to, prediction.wireSizes));
}

/** @throws Error where so much is lost that no size can be judged. */
export async function sendEachSize(
  session: Session,
  to: string,
  sizes: readonly { readonly innerBytes: number }[],
): Promise<SentProbe[]> {
  return Promise.all(
    sizes.map(async ({ innerBytes }) => ({
      innerBytes,
      result: mustSuffice(await askEcho(session, { to, ipBytes: innerBytes, count: probeCount })),
    })),
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
