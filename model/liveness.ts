/** What a declared tunnel says of its own life, and of its place among others. */
import type { OspfDeclaration, TunnelDeclaration } from "./declaration.ts";
import { detectionWindow, type Liveness } from "./detection.ts";
import { defaultOspfCost, ospfSettings } from "./ospf-settings.ts";

/** Of two tunnels between the same routers the one with the smaller number is used: OSPF's cost, or a route's distance. */
export function preferenceOf({ routing }: TunnelDeclaration): number {
  if (routing?.protocol === "static") return routing.distance ?? 1;
  return routing?.protocol === "ospf" ? (routing.cost ?? defaultOspfCost) : 1;
}

/** The ways in which one end's routing hears of a dead far end, the quickest first; `none` where there is no way. */
export function livenessOf(
  { routing, deadPeerDetection, ...ends }: TunnelDeclaration,
  here: "left" | "right",
  protocol: "ospf" | "static" | "eigrp" | "none",
): readonly [Liveness, ...Liveness[]] {
  const { keepalive } = ends[here];
  const ways: Liveness[] = [];
  if (keepalive) ways.push({ kind: "keepalive", ...keepalive });
  if (protocol === "ospf") ways.push(...ospfLiveness(routing?.protocol === "ospf" ? routing : undefined));
  if (deadPeerDetection?.lineFollowsSa) ways.push({ kind: "dpd", delaySeconds: deadPeerDetection.delaySeconds });
  return quickestFirst(ways);
}

/** The ways in which a router on a link hears of a dead neighbour there, the quickest first. */
export function linkLivenessOf(ospf: OspfDeclaration): readonly [Liveness, ...Liveness[]] {
  return quickestFirst(ospfLiveness(ospf));
}

function ospfLiveness(declared: OspfDeclaration | undefined): Liveness[] {
  const { helloIntervalSeconds, deadIntervalSeconds, bfd } = ospfSettings(declared);
  return [
    { kind: "ospf", helloIntervalSeconds, deadIntervalSeconds },
    ...(bfd ? [{ kind: "bfd", ...bfd } as const] : []),
  ];
}

function quickestFirst(ways: readonly Liveness[]): readonly [Liveness, ...Liveness[]] {
  const latest = (way: Liveness): number => detectionWindow(way).mostMs ?? Infinity;
  const [quickest = { kind: "none" }, ...rest] = [...ways].sort((a, b) => latest(a) - latest(b));
  return [quickest, ...rest];
}
