/** A step that sends a packet as its life was predicted, again and again as a host does that is told smaller sizes. */
import type { DemoRow, DemoStep } from "../model/demo-result.ts";
import type { PacketLife } from "../model/packet-event.ts";
import { travel } from "../model/packet-journey.ts";
import { sightingsOf, summaryOf } from "../model/packet-life.ts";
import { roadOf } from "../model/packet-road.ts";
import type { PlannedTunnel } from "../model/plan-document.ts";
import { row, tunnelOf, type DemoContext } from "./demo.ts";
import { hostsOf, sendAndWatch, type WatchedPacket } from "./send-and-watch.ts";

/** What is sent, through which tunnel, and what is said of it. */
export interface Journey {
  readonly tunnel: string;
  readonly title: string;
  readonly explanation: string;
  readonly bytes: number;
  readonly df: boolean;
  /** Give up after so many packets: where nobody is told, all are lost. @default 20 */
  readonly mostPackets?: number;
}

/** Predicts the life of each packet, sends it, and holds every link against it. */
export async function journeyStep(context: DemoContext, journey: Journey): Promise<DemoStep> {
  const tunnel = tunnelOf(context, journey.tunnel);
  const { bytes, df, mostPackets = 20 } = journey;
  const predict = (platform: "linux" | "ios") =>
    travel(roadOf(context.plan, tunnel, platform), [{ bytes, df }]).slice(0, mostPackets);
  const told = predict("linux");
  await forgetLearnedMtus(context, tunnel);
  const rows: DemoRow[] = [];
  const captures: string[] = [];
  const name = namesIn(tunnel);
  for (const [index, each] of told.entries()) {
    const packetName = `${tunnel.name}-${bytes}-${index + 1}`;
    const watched = await sendAndWatch(context, tunnel, { bytes: each.bytes, df, name: packetName });
    rows.push(...rowsOf(`packet ${index + 1}, ${each.bytes} bytes`, each.life, watched, name));
    captures.push(...watched.captures);
  }
  await forgetLearnedMtus(context, tunnel);
  const say = (platform: "linux" | "ios") => predict(platform).map((each) => name(summaryOf(each)));
  const { title, explanation } = journey;
  return { title, explanation, rows, worlds: { ios: say("ios"), linux: say("linux") }, captures };
}

function rowsOf(packet: string, life: PacketLife, watched: WatchedPacket, name: (text: string) => string): DemoRow[] {
  const predicted = new Map([...sightingsOf(life)].map(([link, sizes]) => [name(link), sizes]));
  const sizes = (list: readonly number[] | undefined): string => (list?.length ? list.join(" + ") : "nothing");
  const links = [...watched.sightings].map(([link, seen]) =>
    row(`${packet}, ${link}`, sizes(predicted.get(link)), sizes(seen)),
  );
  const joins = [...watched.joined].map(([node, count]) => {
    const expected = life.events.filter((event) => event.kind === "reassembled" && name(event.at) === node).length;
    return { node, expected, count };
  });
  const answer = watched.answer.answers.find(({ kind }) => kind === "fragmentation-needed");
  const icmp = life.events.find((event) => event.kind === "icmp" && event.to === "h1");
  return [
    ...links,
    ...joins
      .filter(({ expected, count }) => expected + count > 0)
      .map(({ node, expected, count }) => row(`${packet}, joined by ${node}`, expected, count)),
    row(
      `${packet}, MTU told`,
      icmp?.kind === "icmp" ? icmp.nextHopMtuBytes : "none",
      answer?.kind === "fragmentation-needed" ? answer.mtuBytes : "none",
    ),
    row(`${packet}, arrived`, life.delivered ? "yes" : "no", watched.answer.receivedCount > 0 ? "yes" : "no"),
  ];
}

/** The prediction speaks of h1, r1, isp1, … : the lab's own names in their place. */
function namesIn(tunnel: PlannedTunnel): (text: string) => string {
  const { from, to } = hostsOf(tunnel);
  const names = new Map([
    ["h1", from.name],
    ["r1", tunnel.left.router],
    ["r2", tunnel.right.router],
    ["h2", to.name],
    ...tunnel.transits.map((transit, index) => [`isp${index + 1}`, transit] as const),
  ]);
  return (text) => text.replaceAll(/\b(?:h1|h2|r1|r2|isp\d+)\b/g, (place) => names.get(place) ?? place);
}

/** Each journey begins with nobody knowing anything. */
async function forgetLearnedMtus({ on }: DemoContext, tunnel: PlannedTunnel): Promise<void> {
  const { from, to } = hostsOf(tunnel);
  const nodes = [from.name, tunnel.left.router, tunnel.right.router, to.name];
  await Promise.all(nodes.map((node) => on(node, (session) => session.run(["ip", "route", "flush", "cache"]))));
}
