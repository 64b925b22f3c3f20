/**
 * How long each way to notice a dead tunnel takes, from its own parameters: the time between the loss of the path and the moment
 * the router says so. What routing then does with the news comes on top.
 */

/** A way to notice that the far end of a tunnel is gone. */
export type Liveness =
  | { readonly kind: "keepalive"; readonly periodSeconds: number; readonly retryCount: number }
  | { readonly kind: "ospf"; readonly helloIntervalSeconds: number; readonly deadIntervalSeconds: number }
  | { readonly kind: "bfd"; readonly intervalMs: number; readonly multiplier: number }
  | { readonly kind: "dpd"; readonly delaySeconds: number }
  | { readonly kind: "none" };

/** The window in which a loss is noticed, counted from the loss. */
export interface DetectionWindow {
  /** Not sooner than this, in milliseconds. */
  readonly leastMs: number;
  /** Not later than this, in milliseconds; `null`: never. */
  readonly mostMs: number | null;
  /** Where the two numbers come from, in one line. */
  readonly why: string;
  /** RFC, vendor document or source. */
  readonly source: string;
}

/**
 * charon's retransmissions as the router image sets them (images/router/files/strongswan.conf): the first after
 * `timeoutSeconds`, each next one after `base` times as long, `tries` of them; then the peer is dead.
 */
export const ikeRetransmission = { timeoutSeconds: 1, base: 1.8, tries: 5 } as const;

/** Seconds from an IKE request that nobody answers to the moment charon gives the peer up: 41.3 with the image's values. */
export function ikeGiveUpSeconds({ timeoutSeconds, base, tries } = ikeRetransmission): number {
  return Array.from({ length: tries + 1 }, (_, attempt) => timeoutSeconds * base ** attempt).reduce((a, b) => a + b);
}

/**
 * When a loss is noticed.
 *
 * @example
 * ```ts
 * detectionWindow({ kind: "keepalive", periodSeconds: 20, retryCount: 3 }).mostMs; // 80000
 * ```
 */
export function detectionWindow(liveness: Liveness): DetectionWindow {
  switch (liveness.kind) {
    case "keepalive": {
      const { periodSeconds, retryCount } = liveness;
      return {
        leastMs: retryCount * periodSeconds * 1000,
        mostMs: (retryCount + 1) * periodSeconds * 1000,
        why: `${retryCount} keepalives unanswered, ${periodSeconds} s apart, and down when the next is due: ${retryCount} to ${retryCount + 1} periods`,
        source: "Cisco document 118370",
      };
    }
    case "ospf": {
      const { helloIntervalSeconds, deadIntervalSeconds } = liveness;
      return {
        leastMs: (deadIntervalSeconds - helloIntervalSeconds) * 1000,
        mostMs: deadIntervalSeconds * 1000,
        why: `dead ${deadIntervalSeconds} s after the last hello, which came up to ${helloIntervalSeconds} s before the loss`,
        source: "RFC 2328 section 9.5, appendix C.3",
      };
    }
    case "bfd": {
      const { intervalMs, multiplier } = liveness;
      return {
        leastMs: (multiplier - 1) * intervalMs,
        mostMs: multiplier * intervalMs,
        why: `${multiplier} times ${intervalMs} ms after the last packet, which came up to ${intervalMs} ms before the loss`,
        source: "RFC 5880 sections 6.8.4 and 6.8.7",
      };
    }
    case "dpd": {
      const giveUpMs = Math.round(ikeGiveUpSeconds() * 1000);
      return {
        leastMs: Math.max(0, liveness.delaySeconds - 1) * 1000 + giveUpMs,
        mostMs: (liveness.delaySeconds + 1) * 1000 + giveUpMs,
        why: `asked ${liveness.delaySeconds} s after the peer's last packet, a second more or less by charon's clock of whole seconds, and given up ${(giveUpMs / 1000).toFixed(1)} s later; sooner where the tunnel was idle before`,
        source: "RFC 3706; strongswan.conf(5) charon.retransmit_*",
      };
    }
    case "none":
      return {
        leastMs: 0,
        mostMs: null,
        why: "nobody asks whether the far end is there",
        source: "Cisco document 118361",
      };
  }
}

/**
 * Where several notice, each by itself: the window of the first. With OSPF its news is enough for all, since a way is taken only where
 * both ends of every link on it still tell of one another (RFC 2328 section 16.1 (2) (b)).
 */
export function firstToNotice(windows: readonly [DetectionWindow, ...DetectionWindow[]]): DetectionWindow {
  const latest = ({ mostMs }: DetectionWindow): number => mostMs ?? Infinity;
  const first = windows.reduce((one, other) => (latest(other) < latest(one) ? other : one));
  const least = windows.filter(({ mostMs }) => mostMs !== null).map(({ leastMs }) => leastMs);
  return { ...first, leastMs: Math.min(first.leastMs, ...least) };
}

/** How long after the path is back the tunnel is used again at the latest, in milliseconds; `null` where nothing was noticed. */
export function recoveryMostMs(liveness: Liveness): number | null {
  switch (liveness.kind) {
    case "keepalive":
      // The next keepalive is answered, and the first answer counts.
      return liveness.periodSeconds * 1000;
    case "ospf":
      // A hello of each side, and the exchange of the databases.
      return 2 * liveness.helloIntervalSeconds * 1000;
    case "bfd":
      // A session that is down sends no more often than once a second (RFC 5880 section 6.8.3), three packets bring it up.
      return 3 * 1000;
    case "dpd":
      // Whoever tries at that moment waits for its longest retransmission.
      return Math.round(ikeRetransmission.timeoutSeconds * ikeRetransmission.base ** ikeRetransmission.tries * 1000);
    case "none":
      return null;
  }
}
