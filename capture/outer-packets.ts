/** What an outsider sees of a capture. */
import type { CaptureRecord } from "./capture-record.ts";
import { dissect } from "./dissect.ts";
import type { Ipv4Packet } from "./packet.ts";

/** The IPv4 packets in the order of capture; what cannot be read, and what is none, is left out. */
export function outerPackets(records: readonly CaptureRecord[]): Ipv4Packet[] {
  return records.flatMap((record) => {
    const network = record.kind === "malformed" ? record : dissect(record).network;
    return network.kind === "ipv4" ? [network] : [];
  });
}
