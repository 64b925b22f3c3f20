/** The life of a packet as a story: one line an event, who, what, and who says so. */
import type { LearnedMtus, PacketEvent, PacketLife } from "../model/packet-event.ts";
import type { Layer } from "../model/overhead.ts";
import { renderLayers } from "./packet-picture.ts";

/** A packet with what became of it. */
export interface ToldLife {
  readonly bytes: number;
  readonly df: boolean;
  readonly life: PacketLife;
}

/** The text for a terminal: a story for each packet, and a picture of the largest that went outside. Ends with a newline. */
export function renderLives(title: string, told: readonly ToldLife[]): string {
  const stories = told.map(({ bytes, df, life }, index) =>
    [
      `Packet ${index + 1}: ${bytes} bytes, ${df ? "DF set" : "may be fragmented"}: ${life.delivered ? "delivered" : "lost"}`,
      ...renderEvents(life.events),
    ].join("\n"),
  );
  const layers = layersOnWire(told);
  const picture = layers ? [`On the wire, ${totalOf(layers)} bytes:\n${renderLayers(layers)}`] : [];
  return [title, ...stories, ...picture].join("\n\n") + "\n";
}

/** The layers of the largest packet that went outside whole; undefined when none did. */
export function layersOnWire(told: readonly ToldLife[]): readonly Layer[] | undefined {
  return told
    .flatMap(({ life }) => life.events)
    .flatMap((event) => (event.kind === "encapsulated" ? [event.layers] : []))
    .sort((a, b) => totalOf(b) - totalOf(a))[0];
}

function totalOf(layers: readonly Layer[]): number {
  return layers.reduce((sum, { bytes }) => sum + bytes, 0);
}

function renderEvents(events: readonly PacketEvent[]): string[] {
  const lines = events.map((event) => [...lineOf(event), event.source] as const);
  const placeWidth = Math.max(...lines.map(([place]) => place.length));
  const textWidth = Math.max(...lines.map(([, text]) => text.length));
  return lines.map(([place, text, source]) =>
    `  ${place.padEnd(placeWidth)}  ${text.padEnd(textWidth)}  ${source}`.trimEnd(),
  );
}

const cutNames = { inner: "packet", esp: "ESP packet", outer: "outer packet" } as const;
const learners: Readonly<Record<keyof LearnedMtus, string>> = {
  hostBytes: "the way to h2",
  tunnelBytes: "packets with DF in the tunnel",
  outerBytes: "the way to the peer",
};

function lineOf(event: PacketEvent): [place: string, text: string] {
  switch (event.kind) {
    case "sent":
      return [event.at, `sends ${event.bytes} bytes${event.df ? ", DF" : ""}`];
    case "refused":
      return [event.at, `does not send ${event.bytes} bytes: it knows that ${event.mtuBytes} fit`];
    case "fragmented":
      return [
        event.at,
        `cuts the ${cutNames[event.what]} of ${event.bytes} into ${event.into.map(({ bytes }) => bytes).join(" + ")} (offsets ${event.into.map(({ offsetBytes }) => offsetBytes).join(", ")})`,
      ];
    case "encapsulated":
      return [
        event.at,
        `wraps ${event.innerBytes}: ${event.bytes} bytes${event.df ? ", DF" : ""} = ${event.layers.map(({ bytes }) => bytes).join(" + ")}`,
      ];
    case "crossed":
      return [`${event.at} → ${event.to}`, `${event.bytes.join(" + ")} bytes`];
    case "dropped":
      return [
        event.at,
        `drops ${event.bytes} bytes: ${event.mtuBytes} fit${event.told ? "" : "; the host is not told"}`,
      ];
    case "icmp":
      return [
        `${event.at} → ${event.to}`,
        `ICMP type 3 code 4: fragmentation needed, next-hop MTU ${event.nextHopMtuBytes}`,
      ];
    case "learned":
      return [event.at, `learns for ${event.ageSeconds} s: ${event.isBytes} bytes for ${learners[event.what]}`];
    case "reassembled":
      return [event.at, `joins ${event.fragmentCount} fragments: ${cutNames[event.what]} of ${event.bytes} bytes`];
    case "delivered":
      return [event.at, `has the packet: ${event.bytes} bytes`];
  }
}
