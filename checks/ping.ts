import { parsePing, type PingResult } from "../dialects/iproute2/read-ping.ts";
import type { Session } from "../model/session.ts";
import type { LiveContext } from "./check-kind.ts";
import type { Sender } from "./protected-traffic.ts";

/** IPv4 header and ICMP echo header: what `ping -s` does not count. */
const headerBytes = { ipv4: 28, ipv6: 48 } as const;

/** An echo request. */
export interface Probe {
  readonly to: string;
  /** Source address. @default - the node's choice */
  readonly from?: string;
  /** Bytes of the whole IP packet. @default 84 */
  readonly ipBytes?: number;
  /** @default 1 */
  readonly count?: number;
  /** Whether DF is set; without it the sender may cut the request itself. @default true */
  readonly df?: boolean;
}

/** Sends echo requests and waits a second for each answer. */
export async function ping(
  session: Session,
  { to, from, ipBytes = 84, count = 1, df = true }: Probe,
): Promise<PingResult> {
  const source = from === undefined ? [] : ["-I", from];
  const { stdout, stderr } = await session.run(
    [
      "ping",
      "-n",
      "-M",
      df ? "do" : "dont",
      "-c",
      String(count),
      "-i",
      "0.2",
      "-W",
      "1",
      "-s",
      String(ipBytes - headerBytes[to.includes(":") ? "ipv6" : "ipv4"]),
      ...source,
      to,
    ],
    { timeoutMs: 5_000 + count * 1_500 },
  );
  return parsePing(stdout + stderr);
}

const stopTimeoutMs = 10_000;
const againMs = 200;

/** Sends echo requests five times a second for as long as the work takes. */
export async function pingWhile(
  { on, signal }: LiveContext,
  { node, to }: Sender,
  work: () => Promise<void>,
): Promise<PingResult> {
  return on(node, async (session) => {
    const running = await session.start(["ping", "-n", "-i", "0.2", "-W", "1", to], { signal });
    try {
      await work();
    } catch (error) {
      await running.stop(stopTimeoutMs).catch(() => undefined);
      throw error;
    }
    const { stdout, stderr } = await running.stop(stopTimeoutMs);
    return parsePing(new TextDecoder().decode(stdout) + stderr);
  });
}

/** Asks until there is an answer, or the time is over. */
export async function untilAnswered(
  { on, clock, signal }: LiveContext,
  { node, to }: Sender,
  timeoutMs: number,
): Promise<boolean> {
  const deadlineMs = clock.nowMs() + timeoutMs;
  return on(node, async (session) => {
    while (clock.nowMs() < deadlineMs) {
      const { stdout } = await session.run(["ping", "-n", "-c", "1", "-W", "1", to]);
      if (parsePing(stdout).receivedCount > 0) return true;
      await clock.wait(againMs, signal);
    }
    return false;
  });
}

/** `answered`, or what was seen instead. */
export function answeredOrNot({ receivedCount, transmittedCount, answers }: PingResult): string {
  if (receivedCount > 0 && receivedCount === transmittedCount) return "answered";
  const said = answers[0];
  switch (said?.kind) {
    case undefined:
      return transmittedCount === 0 ? "not sent" : "no answer";
    case "fragmentation-needed":
      return `fragmentation needed, mtu ${said.mtuBytes}, from ${said.from}`;
    case "local-too-long":
      return `too long for the sender, mtu ${said.mtuBytes}`;
    case "icmp-error":
      return `${said.text}, from ${said.from}`;
    case "local-error":
      return said.text;
  }
}
