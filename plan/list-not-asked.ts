import type { CheckKindName, NotAskedCheck, PlannedCheck, PlannedTunnel } from "../model/plan-document.ts";

/** A check that is not made, or is made of the IOS end alone. */
interface NotAsked extends NotAskedCheck {
  readonly isPartlyAsked: boolean;
}

/** What IOS is not asked, and why. What is not here is asked: SAs, tunnel and neighbours by `show` commands, packets of hosts and transits. */
const reasons: Partial<Readonly<Record<CheckKindName, string>>> = {
  clocks: "IOS prints its clock to the second, by a time zone of its own",
  underlay: "a ping from IOS's terminal tells less than the SAs do, which need the same path",
  icmp: "a ping from IOS's terminal is not read yet",
  "fail-closed": "IOS has no firewall rule that could be looked for; the wire check watches the transit",
  keepalive: "IOS counts keepalives in debug output alone",
  "path-mtu": "what an IOS router has learned of the path cannot be taken back before the measurement",
  ipv6: "what an IOS router has learned of the path cannot be taken back before the measurement",
  "drill-sa": "taking something away is done by Linux commands",
  "drill-charon": "IOS has no charon",
  "drill-psk": "taking something away is done by Linux commands",
};

/** Of the tunnel's checks those that are not made because an end is IOS; none where neither is. */
export function listNotAsked(
  tunnel: PlannedTunnel,
  checks: readonly PlannedCheck[],
  ios: ReadonlySet<string>,
): NotAsked[] {
  const { left, right } = tunnel;
  const [linux] = [left.router, right.router].filter((router) => !ios.has(router));
  if (!ios.has(left.router) && !ios.has(right.router)) return [];
  return checks
    .filter((check) => check.tunnel === tunnel.name)
    .flatMap(({ kind, id }) => {
      const not = (why: string, isPartlyAsked = false): NotAsked[] => [{ id, why, isPartlyAsked }];
      const reason = reasons[kind];
      if (reason !== undefined) return not(reason);
      const isSentByHosts = !tunnel.standby && left.host !== null && right.host !== null;
      if (kind === "wire" && !isSentByHosts) return not("no hosts send, and IOS is not asked to ping");
      if (linux === undefined || kind === "wire" || kind === "tcp-mss") return [];
      if (kind === "ends-agree") return not(`${linux} is Linux, and names what it installed in other words than IOS`);
      return not(`${linux} is Linux: the IOS end alone is asked`, true);
    });
}
