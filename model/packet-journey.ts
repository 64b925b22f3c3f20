/** What `tunnelwright packet` is asked: a tunnel, the way it takes, and packets to send. */
import { z } from "zod";
import type { LearnedMtus, PacketLife, PacketRoad } from "./packet-event.ts";
import { nothingLearned } from "./packet-event.ts";
import { sendPacket, sendUntilDelivered } from "./packet-life.ts";
import { encapsulationOf, parsePacketSpecs, type SpecFault } from "./packet-spec.ts";

const bytes = (least: number) => z.number().int().min(least).max(65_535);

const journeySchema = z.strictObject({
  /** A specification as `predict` takes it. */
  tunnel: z.unknown(),
  /** `ip mtu` of the tunnel. */
  ipMtuBytes: bytes(68).optional(),
  outerDf: z.enum(["clear", "copy", "set"]).default("copy"),
  /** The links between the routers. @default the outer MTU once */
  linkMtusBytes: z.array(bytes(68)).min(1).max(16).optional(),
  filtersIcmp: z.boolean().default(false),
  packets: z
    .array(z.strictObject({ bytes: bytes(28), df: z.boolean().default(true) }))
    .min(1)
    .max(1000),
});

/** A packet to be sent. */
export interface AskedPacket {
  readonly bytes: number;
  readonly df: boolean;
}

/** Either a road and its packets, or every fault of the document. */
export type ParsedJourney =
  { readonly road: PacketRoad; readonly packets: readonly AskedPacket[] } | { readonly faults: readonly SpecFault[] };

/** Reads a journey; a specification of `predict` with `innerBytes` is one too: one packet with DF over one link. */
export function parsePacketJourney(document: unknown): ParsedJourney {
  const isJourney = typeof document === "object" && document !== null && "tunnel" in document;
  const journey = journeySchema.safeParse(isJourney ? document : { tunnel: document, packets: [{ bytes: 1500 }] });
  const parsed = parsePacketSpecs(isJourney ? document.tunnel : document);
  const prefix = isJourney ? "tunnel." : "";
  const faults: SpecFault[] = [
    ...("faults" in parsed ? parsed.faults.map(({ path, what }) => ({ path: `${prefix}${path}`, what })) : []),
    ...(journey.success
      ? []
      : journey.error.issues.map(({ path, message }) => ({ path: path.join(".") || "the document", what: message }))),
  ];
  if (!journey.success || "faults" in parsed) return { faults };
  const [spec] = parsed.specs;
  if (spec === undefined || parsed.isList)
    return { faults: [{ path: `${prefix}tunnel`, what: "one specification is wanted, not a list" }] };
  const encapsulation = encapsulationOf(spec);
  if (encapsulation.outerFamily !== "ipv4")
    return {
      faults: [{ path: `${prefix}outer.family`, what: "the life of a packet is told over IPv4; predict knows IPv6" }],
    };
  const { packets, linkMtusBytes, ipMtuBytes, outerDf, filtersIcmp } = journey.data;
  const [first = spec.outer.mtuBytes, ...others] = linkMtusBytes ?? [];
  return {
    road: {
      platform: spec.platform,
      encapsulation: { ...encapsulation, outerFamily: "ipv4" },
      outerDf,
      filtersIcmp,
      linkMtusBytes: [first, ...others],
      ...(ipMtuBytes !== undefined && { ipMtuBytes }),
    },
    packets: isJourney || spec.innerBytes === undefined ? packets : [{ bytes: spec.innerBytes, df: true }],
  };
}

/** Sends the packets one after the other, each with what the ones before it taught; one with DF again and again as a host does, unless `once`. */
export function travel(
  road: PacketRoad,
  packets: readonly AskedPacket[],
  { once = false }: { readonly once?: boolean } = {},
): { readonly bytes: number; readonly df: boolean; readonly life: PacketLife }[] {
  let learned: LearnedMtus = nothingLearned;
  return packets.flatMap(({ bytes: size, df }) => {
    const lives =
      df && !once ? sendUntilDelivered(road, size, learned) : [sendPacket(road, { bytes: size, df }, learned)];
    learned = lives.at(-1)?.learned ?? learned;
    return lives.map((life) => ({ bytes: sentBytes(life) ?? size, df, life }));
  });
}

function sentBytes({ events: [first] }: PacketLife): number | undefined {
  return first?.kind === "sent" || first?.kind === "refused" ? first.bytes : undefined;
}
