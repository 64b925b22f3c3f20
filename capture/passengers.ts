/** What GRE carries: with IPsec over GRE the passengers are what an outsider sees. */
import { contains, isPrefix, parsePrefix } from "../model/addresses.ts";
import type { CaptureRecord } from "./capture-record.ts";
import { dissectByEtherType } from "./dissect-ip.ts";
import { ipProtocols } from "./dissect-payload.ts";
import { outerPackets } from "./outer-packets.ts";
import type { Ipv4Packet } from "./packet.ts";

/** The IPv4 packets in GRE, in the order of capture. */
export function passengers(records: readonly CaptureRecord[]): Ipv4Packet[] {
  return outerPackets(records).flatMap(({ payload }) => {
    if (payload.kind !== "gre") return [];
    const { protocolType, passenger } = payload;
    const inside = dissectByEtherType(passenger, protocolType);
    return inside.kind === "ipv4" ? [inside] : [];
  });
}

/** IPv4 packets from or to one of the networks that are not ESP, in GRE or by themselves: they should have been. */
export function sitePacketsInClear(
  records: readonly CaptureRecord[],
  order: "ipsec-over-gre" | "ipsec",
  networks: readonly string[],
): Ipv4Packet[] {
  const prefixes = networks.map(parsePrefix).filter(isPrefix);
  const isInside = (address: string): boolean => prefixes.some((prefix) => contains(prefix, address));
  const packets = order === "ipsec-over-gre" ? passengers(records) : outerPackets(records);
  return packets.filter(
    ({ protocol, source, destination }) => protocol !== ipProtocols.esp && (isInside(source) || isInside(destination)),
  );
}
