import { parsePing, type PingResult } from "../dialects/iproute2/read-ping.ts";
import type { Session } from "../model/session.ts";
import { understood } from "./understood.ts";
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
  const result = parsePing(stdout + stderr);
  const saidSomething = result.transmittedCount > 0 || result.answers.length > 0;
  return understood(session, "ping", saidSomething, stdout + stderr, result);
}

/**
 * At most so many requests for each answer that is wanted. Where a tenth is lost in each direction, an echo is lost with 0.19: four
 * of four in one of 770 cases, and a check that waits asks again; of twelve fewer than three come back in one of 360,000.
 */
const triesForEach = 4;

/** What became of echo requests of which some may be lost on a path that loses packets. */
export interface EchoResult extends PingResult {
  readonly wantedCount: number;
}

/**
 * Sends echo requests until as many are answered as were asked for, but at most four for each: a lost one is no answer, and no
 * proof that there is none. Whoever says why it refuses is believed at once.
 */
export async function askEcho(session: Session, probe: Probe): Promise<EchoResult> {
  const { count: wantedCount = 1 } = probe;
  let all: EchoResult = { wantedCount, transmittedCount: 0, receivedCount: 0, rttMs: null, answers: [] };
  for (let left = triesForEach * wantedCount, next = wantedCount; next > 0;) {
    const more = await ping(session, { ...probe, count: next });
    all = {
      wantedCount,
      transmittedCount: all.transmittedCount + more.transmittedCount,
      receivedCount: all.receivedCount + more.receivedCount,
      rttMs: more.rttMs ?? all.rttMs,
      answers: [...all.answers, ...more.answers],
    };
    left -= next;
    const missing = all.answers.length > 0 ? 0 : Math.max(0, wantedCount - all.receivedCount);
    // All that may follow for one answer at once: silence costs a second, however many are asked.
    next = Math.min(left, missing * (triesForEach - 1));
  }
  return all;
}

/**
 * The same, if it can be judged by.
 * @throws Error when some were answered, yet fewer than are needed: the path loses too much, which is no fault of what is judged.
 */
export function mustSuffice(result: EchoResult): EchoResult {
  const { receivedCount, wantedCount, transmittedCount, answers } = result;
  if (receivedCount > 0 && receivedCount < wantedCount && answers.length === 0)
    throw new Error(
      `${receivedCount} of ${transmittedCount} echo requests were answered, ${wantedCount} are needed: the path loses too many`,
    );
  return result;
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
export function answeredOrNot({ receivedCount, wantedCount, transmittedCount, answers }: EchoResult): string {
  if (receivedCount >= wantedCount) return "answered";
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
