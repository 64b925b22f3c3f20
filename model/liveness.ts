/** What a declared tunnel says of its own life, and of its place among others. */
import type { TunnelDeclaration } from "./declaration.ts";
import { detectionWindow, type Liveness } from "./detection.ts";

/** Of two tunnels between the same routers the one with the smaller number is used: OSPF's cost, or a route's distance. */
export function preferenceOf({ routing }: TunnelDeclaration): number {
  if (routing?.protocol === "static") return routing.distance ?? 1;
  return routing?.protocol === "ospf" ? (routing.cost ?? defaultOspfCost) : 1;
}
/** FRR: a reference bandwidth of 100 Gbit/s over a device whose speed nobody told, which counts as 10 Mbit/s. */
const defaultOspfCost = 10;

/** The ways in which one end's routing hears of a dead far end, the quickest first; `none` where there is no way. */
export function livenessOf(
  { routing, deadPeerDetection, ...ends }: TunnelDeclaration,
  here: "left" | "right",
  protocol: "ospf" | "static" | "eigrp" | "none",
): readonly [Liveness, ...Liveness[]] {
  const { keepalive } = ends[here];
  const ways: Liveness[] = [];
  if (keepalive) ways.push({ kind: "keepalive", ...keepalive });
  if (protocol === "ospf") {
    const ospf = routing?.protocol === "ospf" ? routing : undefined;
    const hello = ospf?.helloIntervalSeconds ?? 10;
    ways.push({
      kind: "ospf",
      helloIntervalSeconds: hello,
      deadIntervalSeconds: ospf?.deadIntervalSeconds ?? hello * 4,
    });
    if (ospf?.bfd) ways.push({ kind: "bfd", ...ospf.bfd });
  }
  if (deadPeerDetection?.lineFollowsSa) ways.push({ kind: "dpd", delaySeconds: deadPeerDetection.delaySeconds });
  const latest = (way: Liveness): number => detectionWindow(way).mostMs ?? Infinity;
  const [quickest = { kind: "none" }, ...rest] = ways.sort((a, b) => latest(a) - latest(b));
  return [quickest, ...rest];
}
