/** What a tunnel's IPsec protects, and who sends such packets. */
import { protectsSites } from "../model/overhead.ts";
import type { PlannedEnd, PlannedTunnel } from "../model/plan-document.ts";
import { tunnelAddressOf } from "./ask-end.ts";

/** A node, and an address whose packets from there are to be protected. */
export interface Sender {
  readonly node: string;
  readonly to: string;
}

/** In words: `GRE`, or where IPsec selects packets of the sites `site traffic`. */
export function protectedThing({ order }: PlannedTunnel): string {
  return protectsSites(order) ? "site traffic" : "GRE";
}

/**
 * One sender at each end, the left one first: the routers, into the tunnel; where IPsec selects packets of the sites the hosts, since what the routers
 * send themselves is nobody's secret there.
 */
export function senders(tunnel: PlannedTunnel): [Sender, Sender] {
  const { left, right } = tunnel;
  return [senderAt(tunnel, left, right), senderAt(tunnel, right, left)];
}

function senderAt({ order }: PlannedTunnel, here: PlannedEnd, there: PlannedEnd): Sender {
  if (!protectsSites(order)) return { node: here.router, to: tunnelAddressOf(there) };
  if (!here.host || !there.host) throw new Error("hosts send what is protected here, and a side has none");
  return { node: here.host.name, to: there.host.address };
}
