import { protectsSites } from "../model/overhead.ts";
import type { CheckKindName, PlannedCheck, PlannedTunnel, SettleTime } from "../model/plan-document.ts";

/** How long each state may take to come, from the routers' own timers; a wait ends as soon as the state is seen. */
const settleTimes = {
  /** Nothing is waited for: what is asked is true at once or not at all. */
  none: 0,
  /** ARP and the first packet. */
  underlay: 15_000,
  /** charon retransmits after 1.0, 1.8 and 3.2 s: four tries, then the other side's. */
  ike: 30_000,
  tunnel: 10_000,
  /** Two periods of the tunnel's own, and a little. */
  keepalive: 25_000,
  /** Hello, two-way, database exchange with one lost packet each. */
  ospf: 45_000,
  /** A packet that was lost on the way is sent again. */
  packets: 20_000,
} as const;

type SettleName = keyof typeof settleTimes;

/**
 * The checks of one tunnel in the order a network engineer would ask, each with what it needs; the disruptive ones last.
 * The more tunnels the lab has, the longer each state is waited for.
 */
export function listChecks(tunnel: PlannedTunnel, tunnelCount = 1): PlannedCheck[] {
  const { left, right, tap } = tunnel;
  const between = `${left.router} and ${right.router}`;
  const sites = [left, right].map(({ host, router }) => host?.name ?? router).join(" and ");
  const checks: PlannedCheck[] = [];
  const add = (
    kind: CheckKindName,
    title: string,
    settle: SettleName,
    needs: readonly CheckKindName[],
    {
      after = [],
      disruptive = false,
      timeoutMs = settleTimes[settle],
    }: { after?: readonly CheckKindName[]; disruptive?: boolean; timeoutMs?: number } = {},
  ): void => {
    checks.push({
      kind,
      id: `${tunnel.name}/${kind}`,
      title,
      needs: needs.map((need) => `${tunnel.name}/${need}`),
      after: after.map((kind) => `${tunnel.name}/${kind}`),
      settle: { name: settle, timeoutMs: timeoutMs + forOthersMs(settle, tunnelCount) } satisfies SettleTime,
      tunnel: tunnel.name,
      disruptive,
    });
  };
  const isProtected = tunnel.order !== "gre";
  const hasDevice = tunnel.order !== "ipsec";
  // With IPsec over GRE the GRE tunnel is there first, and IKE is spoken through it.
  const isOutside = tunnel.order === "gre-over-ipsec" || !hasDevice;
  const routed: CheckKindName = tunnel.routing === "ospf" ? "ospf-full" : "tunnel-up";
  const hasSiteRoutes = tunnel.siteRoutes.length > 0;
  const ready: CheckKindName[] = [
    ...(hasDevice ? [routed] : []),
    ...(hasSiteRoutes ? (["site-routes"] as const) : []),
    ...(protectsSites(tunnel.order) ? (["child-sa"] as const) : []),
  ];

  add("clocks", `clocks of ${between}`, "none", []);
  add("underlay", `outer addresses of ${between} reach one another`, "underlay", []);
  add("icmp", `ICMP passes between the outer addresses of ${between}`, "underlay", ["underlay"]);
  if (isProtected) {
    const unprotected = protectsSites(tunnel.order) ? "no packet of the sites in clear" : "no GRE in clear";
    add("fail-closed", `${unprotected} between ${between}`, "underlay", ["underlay"]);
    add("ike-sa", `IKE SA between ${between}`, "ike", [isOutside ? "underlay" : "tunnel-up"]);
    add("child-sa", `CHILD SA between ${between}`, "ike", ["ike-sa"]);
    add("ends-agree", `${between} agree on the tunnel`, "ike", ["ike-sa"]);
  }
  if (hasDevice) add("tunnel-up", `${tunnel.name} up at both ends`, "tunnel", [isOutside ? "child-sa" : "underlay"]);
  const periods = [left, right].flatMap(({ keepalive }) => (keepalive ? [keepalive.periodSeconds] : []));
  if (periods.length > 0)
    add("keepalive", `keepalives of ${tunnel.name}`, "keepalive", ["tunnel-up"], {
      // The first is sent a period after the start; one may be lost.
      timeoutMs: (2 * Math.max(...periods) + 5) * 1000,
    });
  if (tunnel.routing === "ospf") add("ospf-full", `OSPF neighbours over ${tunnel.name}`, "ospf", ["tunnel-up"]);
  const links = [...left.links, ...right.links].map(({ near, far }) => `${near.router} and ${far.router}`);
  if (links.length > 0) add("links-full", `OSPF neighbours on the links of ${links.join(", ")}`, "ospf", []);
  if (hasSiteRoutes)
    add("site-routes", `${sites} send to one another by ${tunnel.name}`, "ospf", [routed, "links-full"]);
  // The hosts' packets go by the tunnel that is preferred, and tell of that one.
  if (left.host && right.host && !tunnel.standby) {
    if (isToldAtOnce(tunnel))
      add("path-mtu", `tunnel MTU between ${left.host.name} and ${right.host.name}`, "packets", ready);
    add("tcp-mss", `TCP MSS between ${left.host.name} and ${right.host.name}`, "packets", ready, {
      // A host that has learned a path MTU offers a smaller MSS (Linux: advmss follows the route's MTU).
      after: [...(isToldAtOnce(tunnel) ? (["path-mtu"] as const) : []), ...(tap ? (["wire"] as const) : [])],
    });
  }
  if (!tunnel.standby && left.host?.ipv6 && right.host?.ipv6 && left.tunnelAddress6 && right.tunnelAddress6)
    add("ipv6", `IPv6 between ${left.host.name} and ${right.host.name}`, "packets", ready, {
      // Both weigh packets of the same sizes at the tap.
      after: tap ? ["wire"] : [],
    });
  if (tap) {
    add("wire", `packets on the wire at ${tap.node}`, "packets", ready);
    const drill = (kind: CheckKindName, title: string): void => add(kind, title, "none", ready, { disruptive: true });
    if (isProtected) {
      drill("drill-sa", "the SA is taken away: nothing in clear");
      drill("drill-charon", `charon of ${left.router} is taken away: nothing in clear`);
      drill("drill-psk", `the pre-shared key of ${left.router} is taken away: nothing in clear`);
    }
    if (periods.length > 0) drill("drill-keepalive", `the way over ${tap.node} is cut: the line protocol goes down`);
    if (tunnel.backup !== null && left.host && right.host)
      drill("drill-failover", `the way over ${tap.node} is cut: ${tunnel.backup} takes over`);
  }
  return checks;
}

/** Up to so many routers come up beside one another without being late. */
const unhinderedTunnels = 8;
/** A router needs about four seconds of a core until its neighbours are Full (measured, docs/scale.md), and two cores are the least. */
const perFurtherTunnelMs = 2_000;

/** In a lab of many, each router's turn comes late. */
function forOthersMs(settle: SettleName, tunnelCount: number): number {
  return settle === "none" ? 0 : Math.max(0, tunnelCount - unhinderedTunnels) * perFurtherTunnelMs;
}

/** A packet that does not fit is refused by the router in front of the host, at either end; else the first one is lost on the way. */
function isToldAtOnce({ order, linkMtusBytes, pathMtuDiscovery, prediction }: PlannedTunnel): boolean {
  const ends = [linkMtusBytes[0], linkMtusBytes.at(-1)];
  // Without a device there is no ip mtu that would tell of a narrower link further on.
  const isWhole = order !== "ipsec" && prediction.ipMtuBytes <= prediction.largestInnerBytes;
  return (
    isWhole ||
    (order !== "ipsec" && !pathMtuDiscovery) ||
    ends.every((mtuBytes) => mtuBytes === prediction.pathMtuBytes)
  );
}
