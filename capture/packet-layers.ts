/** A packet as layers with their bytes, from the outside in: the measured counterpart of the model's `layersOf`. */
import type { Layer } from "../model/overhead.ts";
import { dissectByEtherType } from "./dissect-ip.ts";
import type { OpenedEsp } from "./open-esp.ts";
import type { Esp, Gre, IpPacket, Payload } from "./packet.ts";
import type { Malformed } from "./malformed.ts";

/** Opens an ESP packet, or says that nobody can. */
export type EspOpener = (esp: Esp) => OpenedEsp | Malformed | null;

type SeenLayer = Pick<Layer, "name" | "bytes">;

/** The layers of a packet; their sum is its total length. What is sealed is one layer unless the opener opens it. */
export function packetLayers(packet: IpPacket, open: EspOpener = () => null): SeenLayer[] {
  const bodyBytes = packet.totalBytes - packet.headerBytes;
  return [
    { name: packet.kind === "ipv4" ? "IPv4" : "IPv6", bytes: packet.headerBytes },
    ...insideLayers(packet.payload, bodyBytes, open),
  ].filter(({ bytes }) => bytes > 0);
}

function insideLayers(payload: Payload | IpPacket, bytes: number, open: EspOpener): SeenLayer[] {
  switch (payload.kind) {
    case "ipv4":
    case "ipv6":
      return packetLayers(payload, open);
    case "esp":
      return espLayers(payload, bytes, open);
    case "gre":
      return greLayers(payload, bytes, open);
    case "ike":
      return [
        { name: "UDP", bytes: 8 },
        { name: payload.natTraversal ? "non-ESP marker" : "", bytes: payload.natTraversal ? 4 : 0 },
        { name: `IKEv${payload.majorVersion}`, bytes: bytes - 8 - (payload.natTraversal ? 4 : 0) },
      ];
    case "nat-keepalive":
      return [
        { name: "UDP 4500", bytes: 8 },
        { name: "NAT keepalive", bytes: bytes - 8 },
      ];
    case "udp":
      return [
        { name: "UDP", bytes: 8 },
        { name: "payload", bytes: bytes - 8 },
      ];
    case "tcp":
      return [
        { name: "TCP", bytes: payload.headerBytes },
        { name: "payload", bytes: bytes - payload.headerBytes },
      ];
    case "icmp":
      return [{ name: "ICMP", bytes }];
    case "icmpv6":
      return [{ name: "ICMPv6", bytes }];
    case "ospf":
      return [{ name: "OSPF", bytes }];
    case "later-fragment":
      return [{ name: "later fragment", bytes }];
    case "other":
    case "malformed":
      return [{ name: "payload", bytes }];
  }
}

function espLayers(esp: Esp, bytes: number, open: EspOpener): SeenLayer[] {
  const udpBytes = esp.udp === null ? 0 : 8;
  const headers = [
    { name: "UDP 4500", bytes: udpBytes },
    { name: "ESP header", bytes: 8 },
  ];
  const opened = open(esp);
  if (opened?.kind !== "opened") return [...headers, { name: "sealed", bytes: bytes - udpBytes - 8 }];
  return [
    ...headers,
    { name: "ESP IV", bytes: opened.ivBytes },
    ...insideLayers(opened.inside, opened.insideBytes, open),
    { name: "ESP padding", bytes: opened.paddingBytes },
    { name: "ESP trailer", bytes: 2 },
    { name: "ESP ICV", bytes: opened.icvBytes },
  ];
}

function greLayers(gre: Gre, bytes: number, open: EspOpener): SeenLayer[] {
  const inside = dissectByEtherType(gre.passenger, gre.protocolType);
  const insideBytes = bytes - gre.headerBytes;
  const isWhole = (inside.kind === "ipv4" || inside.kind === "ipv6") && inside.totalBytes === insideBytes;
  const layers = isWhole ? packetLayers(inside, open) : [{ name: "payload", bytes: insideBytes }];
  return [{ name: "GRE", bytes: gre.headerBytes }, ...layers];
}
