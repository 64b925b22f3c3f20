/** One packet from host to host, watched on every link of its way. */
import { captureDuring } from "../checks/watch-transit.ts";
import { ping } from "../checks/ping.ts";
import { ipProtocols } from "../capture/dissect-payload.ts";
import { dissect } from "../capture/dissect.ts";
import { passengers } from "../capture/passengers.ts";
import { readCapture } from "../capture/read-capture.ts";
import type { PingResult } from "../dialects/iproute2/read-ping.ts";
import type { PlannedHost, PlannedTunnel } from "../model/plan-document.ts";
import type { DemoContext } from "./demo.ts";

/** Where to look: a node's interface, and what of it is of interest. */
interface Lookout {
  /** `r1 → isp`. */
  readonly link: string;
  readonly node: string;
  readonly interfaceName: string;
  readonly filter: readonly string[];
}

/** What was seen of one packet. */
export interface WatchedPacket {
  /** Sizes by link, in the order of capture. */
  readonly sightings: ReadonlyMap<string, readonly number[]>;
  readonly answer: PingResult;
  /** How many packets each node joined from fragments meanwhile. */
  readonly joined: ReadonlyMap<string, number>;
  readonly captures: readonly string[];
}

/** The hosts at both ends of a tunnel. */
export function hostsOf({ name, left, right }: PlannedTunnel): {
  readonly from: PlannedHost;
  readonly to: PlannedHost;
} {
  if (!left.host || !right.host) throw new Error(`tunnel ${name} has no hosts at both ends, and the demo needs them`);
  return { from: left.host, to: right.host };
}

/** Sends an echo request through the tunnel, and looks at every link from host to host, one way. */
export async function sendAndWatch(
  context: DemoContext,
  tunnel: PlannedTunnel,
  packet: { readonly bytes: number; readonly df: boolean; readonly name: string },
): Promise<WatchedPacket> {
  const { from, to } = hostsOf(tunnel);
  const places = lookouts(context, tunnel);
  const joiners = [tunnel.right.router, to.name];
  const captures = new Map<string, Uint8Array>();
  let answer: PingResult | undefined;
  const before = await joinedCounts(context, joiners);
  const watch = async ([place, ...rest]: readonly Lookout[]): Promise<void> => {
    if (place === undefined) {
      answer = await context.on(from.name, (session) =>
        ping(session, { to: to.address, ipBytes: packet.bytes, df: packet.df }),
      );
      return;
    }
    const { node, interfaceName, filter } = place;
    const bytes = await context.on(node, (session) =>
      captureDuring(session, { interfaceName, filter, signal: context.signal }, () => watch(rest)),
    );
    captures.set(place.link, bytes);
  };
  await watch(places);
  const after = await joinedCounts(context, joiners);
  const kept = places.map(({ node, interfaceName }) => `${packet.name}-${node}-${interfaceName}.pcap`);
  await Promise.all(
    places.map(({ link }, index) => context.keep(kept[index] ?? "", captures.get(link) ?? new Uint8Array())),
  );
  if (!answer) throw new Error("the packet was never sent");
  return {
    answer,
    sightings: new Map(places.map(({ link }) => [link, sizesIn(captures.get(link) ?? new Uint8Array())])),
    joined: new Map(joiners.map((node) => [node, (after.get(node) ?? 0) - (before.get(node) ?? 0)])),
    captures: kept,
  };
}

/** Every link of the way, seen where its packets arrive: a user-mode kernel shows a capture what it sends twice. */
function lookouts({ plan }: DemoContext, tunnel: PlannedTunnel): Lookout[] {
  const { from, to } = hostsOf(tunnel);
  const { left, right, transits } = tunnel;
  const inside = ["src", "host", from.address, "and", "dst", "host", to.address];
  const outside = ["src", "host", right.peerAddress, "and", "dst", "host", left.peerAddress];
  const way = [from.name, left.router, ...transits, right.router, to.name];
  return way.slice(1).map((node, index) => {
    const previous = way[index] ?? from.name;
    const isInside = index === 0 || node === to.name;
    return {
      link: `${previous} → ${node}`,
      node,
      interfaceName: shared(plan, node, previous),
      filter: isInside ? inside : [...outside, "and", ...outerProtocol(tunnel)],
    };
  });
}

/** What the tunnel's packets are on the wire; a router shows a capture also what it took out of them. */
function outerProtocol({ order, natTraversal }: PlannedTunnel): string[] {
  if (order === "gre" || order === "ipsec-over-gre") return ["proto", "47"];
  return natTraversal ? ["udp", "port", "4500"] : ["proto", "50"];
}

/** The watcher's interface on the segment that it shares with the other. */
function shared(plan: DemoContext["plan"], watcher: string, other: string): string {
  const of = (name: string) => plan.nodes.find((node) => node.name === name)?.interfaces ?? [];
  const segments = of(other).map(({ segment }) => segment);
  const found = of(watcher).find(({ segment }) => segments.includes(segment));
  if (!found) throw new Error(`${watcher} and ${other} share no segment`);
  return found.name;
}

/** UDP for IKE, and OSPF. */
const ownWords: readonly number[] = [ipProtocols.udp, ipProtocols.ospf];

function sizesIn(capture: Uint8Array): number[] {
  return readCapture(capture).flatMap((record) => {
    const network = record.kind === "malformed" ? record : dissect(record).network;
    if (network.kind !== "ipv4" || network.payload.kind === "ike") return [];
    // What the routers say to one another in GRE is nobody's packet here.
    const [inside] = passengers([record]);
    return inside && ownWords.includes(inside.protocol) ? [] : [network.totalBytes];
  });
}

/** `ReasmOKs` of the kernel (RFC 4293 ipReasmOKs), by node. */
async function joinedCounts(context: DemoContext, nodes: readonly string[]): Promise<Map<string, number>> {
  const counts = nodes.map(async (node) => {
    const { stdout } = await context.on(node, (session) => session.run(["cat", "/proc/net/snmp"]));
    const [names = [], values = []] = stdout
      .split("\n")
      .filter((line) => line.startsWith("Ip: "))
      .map((line) => line.split(" "));
    return [node, Number(values[names.indexOf("ReasmOKs")] ?? Number.NaN)] as const;
  });
  return new Map(await Promise.all(counts));
}
