import type { Encapsulation } from "./overhead.ts";
import type { PacketRoad } from "./packet-event.ts";
import type { LabPlan, PlannedTunnel } from "./plan-document.ts";

/** What a planned tunnel does to a packet. */
export function plannedEncapsulation(tunnel: PlannedTunnel): Encapsulation & { readonly outerFamily: "ipv4" } {
  const { order, greKey, greChecksum, greSequence, esp, mode, natTraversal } = tunnel;
  const gre = { key: greKey !== null, checksum: greChecksum, sequence: greSequence };
  return { order, outerFamily: "ipv4", gre, esp, mode, natTraversal };
}

/** The way of a packet from the left host to the right one through a tunnel of a plan, as the platform would carry it. */
export function roadOf(plan: LabPlan, tunnel: PlannedTunnel, platform: PacketRoad["platform"]): PacketRoad {
  const hosts = [tunnel.left.host, tunnel.right.host].flatMap((host) => (host ? [host.mtuBytes] : []));
  const onTheWay = plan.nodes.filter(({ name }) => tunnel.transits.includes(name));
  return {
    platform,
    encapsulation: { ...plannedEncapsulation(tunnel), platform },
    ipMtuBytes: tunnel.prediction.ipMtuBytes,
    outerDf: tunnel.pathMtuDiscovery ? "copy" : "clear",
    linkMtusBytes: tunnel.linkMtusBytes,
    filtersIcmp: onTheWay.some(({ texts }) => texts.firewall.includes("--icmp-type 3/4 -j DROP")),
    ...(hosts.length > 0 && { hostLinkMtuBytes: Math.min(...hosts) }),
  };
}
