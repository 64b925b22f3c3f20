/** What a tunnel's IPsec protects, and who sends such packets. */
import type { PlannedEnd, PlannedTunnel } from "../model/plan-document.ts";
import { bareAddress } from "./ask-end.ts";

/** A node, and an address whose packets from there are to be protected. */
export interface Sender {
  readonly node: string;
  readonly to: string;
}

/** In words: `GRE`, or with IPsec over GRE `site traffic`. */
export function protectedThing({ order }: PlannedTunnel): string {
  return order === "ipsec-over-gre" ? "site traffic" : "GRE";
}

/**
 * One sender at each end, the left one first: the routers, into the tunnel; with IPsec over GRE the hosts, since what the routers
 * send themselves is nobody's secret there.
 */
export function senders(tunnel: PlannedTunnel): [Sender, Sender] {
  const { left, right } = tunnel;
  return [senderAt(tunnel, left, right), senderAt(tunnel, right, left)];
}

function senderAt({ order }: PlannedTunnel, here: PlannedEnd, there: PlannedEnd): Sender {
  if (order !== "ipsec-over-gre") return { node: here.router, to: bareAddress(there.tunnelAddress) };
  if (!here.host || !there.host)
    throw new Error("with IPsec over GRE hosts send what is protected, and a side has none");
  return { node: here.host.name, to: there.host.address };
}
