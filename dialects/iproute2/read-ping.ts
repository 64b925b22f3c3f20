/** What a ping was told on the way: by a router, or by the sender's own kernel. */
export type PingAnswer =
  | {
      /** ICMP type 3 code 4: the packet had DF and did not fit (RFC 792, RFC 1191); of IPv6 packet too big (RFC 4443 section 3.2). */
      readonly kind: "fragmentation-needed";
      readonly from: string;
      readonly sequence: number;
      /** The MTU of the next hop, as the answer says. */
      readonly mtuBytes: number;
    }
  /** Any other ICMP error, in ping's words: `Destination Host Unreachable`, `Time to live exceeded`, `Packet filtered`. */
  | { readonly kind: "icmp-error"; readonly from: string; readonly sequence: number; readonly text: string }
  /** The sender's own kernel knew that the packet does not fit: it was never sent. */
  | { readonly kind: "local-too-long"; readonly mtuBytes: number }
  /** The sender's own kernel refused for another reason: `Network is unreachable`. */
  | { readonly kind: "local-error"; readonly text: string };

/** What `ping` saw. */
export interface PingResult {
  readonly transmittedCount: number;
  readonly receivedCount: number;
  /** `null` when nothing came back. */
  readonly rttMs: { readonly min: number; readonly average: number; readonly max: number } | null;
  /** In the order they came. */
  readonly answers: readonly PingAnswer[];
}

/**
 * Reads standard output and standard error of ping(8) together; ping writes its local errors to standard error.
 * A ping that ended before its statistics counts as nothing sent.
 * @see iputils ping/ping.c (`pr_icmph`), ping/ping_common.c (`finish`); seen with iputils 20221126
 */
export function parsePing(output: string): PingResult {
  const counts = /(\d+) packets transmitted, (\d+) received/.exec(output);
  const rtt = /^rtt min\/avg\/max\/mdev = ([\d.]+)\/([\d.]+)\/([\d.]+)\//m.exec(output);
  return {
    transmittedCount: Number(counts?.[1] ?? 0),
    receivedCount: Number(counts?.[2] ?? 0),
    rttMs: rtt ? { min: Number(rtt[1]), average: Number(rtt[2]), max: Number(rtt[3]) } : null,
    answers: output.split("\n").flatMap((line) => parseAnswer(line) ?? []),
  };
}

function parseAnswer(line: string): PingAnswer | undefined {
  const far = /^From (\S+)(?: \(\S+\))?:? icmp_seq=(\d+) (.+)$/.exec(line);
  if (far) {
    const [, from = "", sequence, text = ""] = far;
    const mtu = /^(?:Frag needed and DF set \(mtu = |Packet too big: mtu=)(\d+)/.exec(text)?.[1];
    return mtu === undefined
      ? { kind: "icmp-error", from, sequence: Number(sequence), text: text.trim() }
      : { kind: "fragmentation-needed", from, sequence: Number(sequence), mtuBytes: Number(mtu) };
  }
  const tooLong = /[Mm]essage too long, mtu[=: ]+(\d+)/.exec(line)?.[1];
  if (tooLong !== undefined) return { kind: "local-too-long", mtuBytes: Number(tooLong) };
  const local = /^ping: (?:connect|bind|sendmsg|local error): (.+)$/.exec(line)?.[1];
  return local === undefined ? undefined : { kind: "local-error", text: local };
}
