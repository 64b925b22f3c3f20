import { classifyBetween, type OuterTraffic } from "../capture/classify.ts";
import { readCapture } from "../capture/read-capture.ts";
import type { Session } from "../model/session.ts";
import type { CheckContext } from "./check-kind.ts";

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
  return (await capture.stop(captureDeadlineMs)).stdout;
}

/** What passes between the outer addresses at the tunnel's tap while the work is done. */
export async function watchTransit(context: CheckContext, work: () => Promise<void>): Promise<OuterTraffic> {
  const { tap, left, right } = context.tunnel;
  if (!tap) throw new Error("the lab has no transit to capture on");
  const filter = ["host", left.outerAddress, "and", "host", right.outerAddress];
  return context.on(tap.node, async (session) => {
    const bytes = await captureDuring(session, { interfaceName: tap.interface, filter, signal: context.signal }, work);
    return classifyBetween(readCapture(bytes), left.outerAddress, right.outerAddress);
  });
}

/** GRE that could be read, and records that could not: with any of these nobody knows that nothing was seen. */
export function clearGre({ counts, unreadable }: OuterTraffic): string {
  const unread = unreadable.length > 0 ? `, ${unreadable.length} unreadable` : "";
  return `${counts["gre-in-clear"]}${unread}`;
}
