import { classifyBetween, type OuterTraffic } from "../capture/classify.ts";
import { sitePacketsInClear } from "../capture/passengers.ts";
import { readCapture } from "../capture/read-capture.ts";
import { protectsSites } from "../model/overhead.ts";
import type { Session } from "../model/session.ts";
import type { CheckContext } from "./check-kind.ts";
import { understood } from "./understood.ts";

const captureDeadlineMs = 10_000;

/** Captures on a node's interface while the work is done; gives the capture file's bytes. */
export async function captureDuring(
  session: Session,
  { interfaceName, filter, signal }: { interfaceName: string; filter: readonly string[]; signal: AbortSignal },
  work: () => Promise<void>,
): Promise<Uint8Array> {
  // Immediate and unbuffered: else the last packets are still in the kernel when the capture ends.
  const argv = ["tcpdump", "-i", interfaceName, "-n", "-U", "--immediate-mode", "-w", "-", ...filter];
  const capture = await session.start(argv, { signal });
  await capture.waitForStderr("listening on", captureDeadlineMs);
  try {
    await work();
  } catch (error) {
    await capture.stop(captureDeadlineMs).catch(() => undefined);
    throw error;
  }
  const { stdout } = await capture.stop(captureDeadlineMs);
  const [first] = readCapture(stdout);
  const isCapture = !(first?.kind === "malformed" && first.offsetBytes === 0);
  return understood(session, "tcpdump", isCapture, new TextDecoder().decode(stdout.subarray(0, 100)), stdout);
}

/** What passed between the outer addresses, and how many packets of it should have been in IPsec and were not. */
export interface WatchedTransit {
  readonly traffic: OuterTraffic;
  /** A number, and what could not be read: with any of that nobody knows that nothing was seen. */
  readonly unprotected: string;
}

/** What passes between the outer addresses at the tunnel's tap while the work is done. */
export async function watchTransit(context: CheckContext, work: () => Promise<void>): Promise<WatchedTransit> {
  const { tap, left, order } = context.tunnel;
  if (!tap) throw new Error("the lab has no transit to capture on");
  const outer = ["host", left.outerAddress, "and", "host", left.peerAddress];
  const networks = [...left.selectors.local, ...left.selectors.remote];
  // Without GRE around them, packets of the sites that are not protected have the sites' own addresses.
  const filter =
    order === "ipsec" ? ["(", ...outer, ")", ...networks.flatMap((network) => ["or", "net", network])] : outer;
  return context.on(tap.node, async (session) => {
    const bytes = await captureDuring(session, { interfaceName: tap.interface, filter, signal: context.signal }, work);
    const records = readCapture(bytes);
    const traffic = classifyBetween(records, left.outerAddress, left.peerAddress);
    const count = protectsSites(order)
      ? sitePacketsInClear(records, order, networks).length
      : traffic.counts["gre-in-clear"];
    const unread = traffic.unreadable.length > 0 ? `, ${traffic.unreadable.length} unreadable` : "";
    return { traffic, unprotected: `${count}${unread}` };
  });
}
