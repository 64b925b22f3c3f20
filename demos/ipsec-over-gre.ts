import { ipProtocols } from "../capture/dissect-payload.ts";
import { dissect } from "../capture/dissect.ts";
import { passengers, sitePacketsInClear } from "../capture/passengers.ts";
import type { Ipv4Packet } from "../capture/packet.ts";
import { readCapture } from "../capture/read-capture.ts";
import { ping } from "../checks/ping.ts";
import { captureDuring } from "../checks/watch-transit.ts";
import type { DemoStep } from "../model/demo-result.ts";
import { row, tunnelOf, type Demo, type DemoContext } from "./demo.ts";
import { journeyStep } from "./journey.ts";
import { hostsOf } from "./send-and-watch.ts";

/** Long enough for hellos of both routers, with an interval of a second. */
const echoCount = 15;
const { ospf, esp, udp } = ipProtocols;

/** What an outsider can read of IPsec over GRE. */
export const ipsecOverGre: Demo = {
  labs: ["ipsec-over-gre"],
  title: "ESP inside GRE: the sites' packets hidden, the routers' own in clear",
  async *steps(context) {
    yield await eavesdrop(context);
    yield await journeyStep(context, {
      tunnel: "tunnel0",
      bytes: 1500,
      df: true,
      title: "What is left for a packet of the sites",
      explanation:
        "GRE leaves 1476 of 1500, ESP leaves 1422 of those: r1 asks ESP before it thinks of GRE, and tells the host at once.",
    });
    yield await journeyStep(context, {
      tunnel: "tunnel0",
      bytes: 1500,
      df: false,
      title: "Without DF the ESP packet is cut inside GRE",
      explanation: "Both halves are GRE packets of their own; r2 joins the ESP packet before it can decrypt.",
    });
  },
};

async function eavesdrop(context: DemoContext): Promise<DemoStep> {
  const tunnel = tunnelOf(context, "tunnel0");
  const { from, to } = hostsOf(tunnel);
  const { tap } = tunnel;
  if (!tap) throw new Error("the lab has no transit to listen at");
  const bytes = await context.on(tap.node, (session) =>
    captureDuring(
      session,
      { interfaceName: tap.interface, filter: ["proto", "47"], signal: context.signal },
      async () => {
        await context.on(from.name, (host) => ping(host, { to: to.address, count: echoCount }));
      },
    ),
  );
  const capture = "eavesdropped.pcap";
  await context.keep(capture, bytes);
  const records = readCapture(bytes);
  const inside = passengers(records);
  const hellos = inside.filter((packet) => packet.protocol === ospf);
  const espPackets = inside.filter((packet) => packet.protocol === esp);
  const networks = [...tunnel.left.selectors.local, ...tunnel.left.selectors.remote];
  const some = (number: number): string => (number > 0 ? "some" : "none");
  const unreadable = records.filter((record) => record.kind === "malformed" || dissect(record).network.kind !== "ipv4");
  return {
    title: "Listening at the provider",
    explanation: `h1 and h2 exchange ${echoCount} echoes through the tunnel while the provider records every GRE packet and looks into it.`,
    rows: [
      row("OSPF packets that can be read", "some", some(hellos.length)),
      row(
        "routers that say hello",
        "172.16.0.1, 172.16.0.2",
        [...new Set(hellos.map(({ source }) => source))].sort().join(", "),
      ),
      row("hello and dead interval that can be read", "1 s, 4 s", intervals(hellos)),
      row("ESP packets of the hosts", 2 * echoCount, new Set(espPackets.map(identity)).size),
      row("packets of the hosts in clear", 0, sitePacketsInClear(records, "ipsec-over-gre", networks).length),
      row(
        "anything else but IKE",
        0,
        inside.filter(({ protocol }) => ![ospf, esp, udp].some((known) => known === protocol)).length,
      ),
      row("records that could not be read", 0, unreadable.length),
    ],
    worlds: null,
    captures: [capture],
  };
}

function intervals(packets: readonly Ipv4Packet[]): string {
  const seen = packets.flatMap(({ payload }) =>
    payload.kind === "ospf" && payload.hello
      ? [`${payload.hello.helloIntervalSeconds} s, ${payload.hello.deadIntervalSeconds} s`]
      : [],
  );
  return [...new Set(seen)].join("; ");
}

/** A user-mode kernel shows a capture what it sends twice. */
function identity({ payload }: Ipv4Packet): string {
  return payload.kind === "esp" ? `${payload.spi} ${payload.sequence}` : "not ESP";
}
