/** What can be cut in a lab with a reserve, where that is done, and who is to notice: a provider, a whole hub, a link behind it. */
import type { Liveness } from "../model/detection.ts";
import type { Impairment } from "../model/impairment.ts";
import type { LabPlan, PlannedDetection, PlannedTunnel } from "../model/plan-document.ts";
import { nothingPasses, transitUnder, type CutPlace, type TunnelSide } from "./cut-place.ts";

/** The tunnel that is used, and the one that waits. */
export interface TunnelPair {
  readonly primary: PlannedTunnel;
  readonly backup: PlannedTunnel;
}

/** What is done where, and whose eyes are on it. */
export interface CutPlan {
  readonly at: CutPlace;
  readonly left: WatchedEnd;
  readonly right: WatchedEnd;
  /** Packets go from this host at a steady rate. */
  readonly sender: { readonly node: string; readonly to: string };
  /** The primary is used again within this after everything is back, in milliseconds. */
  readonly returnPatienceMs: number;
}

/** One side: whose way to the far site is watched, and which router tells that something is gone. */
export interface WatchedEnd {
  readonly router: string;
  /** The far site's. */
  readonly network: string;
  /** The router's devices toward it. */
  readonly devices: { readonly primary: string; readonly backup: string };
  readonly notices: Notice;
}

/** Who is the first at this side to notice, and how. */
export interface Notice {
  readonly router: string;
  /** The tunnel's device, or the interface on a link. */
  readonly device: string;
  readonly liveness: Liveness;
}

/** What goes silent: the first provider, the first hub with all its interfaces, or the link behind it. */
export type Victim = "provider" | "hub" | "link";

/** The cut that makes it silent for both ends. */
export function cutOf(victim: Victim, plan: LabPlan, pair: TunnelPair): CutPlan {
  switch (victim) {
    case "provider":
      return cutProvider(pair, ["left", "right"]);
    case "hub":
      return cutHub(plan, pair);
    case "link":
      return cutLink(pair);
  }
}

/** Nothing passes the first provider toward these ends. */
export function cutProvider(pair: TunnelPair, toward: readonly TunnelSide[]): CutPlan {
  return cutAt(pair, transitUnder(pair.primary, toward), {
    left: overTunnel(pair, "left"),
    right: overTunnel(pair, "right"),
  });
}

/** Nothing passes any interface of the first hub: to all others it is dead, and it comes back as it was. */
export function cutHub(plan: LabPlan, pair: TunnelPair): CutPlan {
  const { router } = pair.primary.right;
  const { far, detection } = linkOf(pair);
  const interfaces = plan.nodes.find(({ name }) => name === router)?.interfaces ?? [];
  const at = { node: router, impairments: interfaces.flatMap(({ name }) => bothWays(name)) };
  const right = { router: far.router, device: far.interface, liveness: quickest(detection) };
  return cutAt(pair, at, { left: overTunnel(pair, "left"), right });
}

/** Nothing passes the link between the first hub and the router behind it. */
export function cutLink(pair: TunnelPair): CutPlan {
  const { near, far, detection } = linkOf(pair);
  const notice = ({ router, interface: device }: typeof near): Notice => ({
    router,
    device,
    liveness: quickest(detection),
  });
  return cutAt(
    pair,
    { node: near.router, impairments: bothWays(near.interface) },
    { left: notice(near), right: notice(far) },
  );
}

function cutAt(pair: TunnelPair, at: CutPlace, notices: Readonly<Record<TunnelSide, Notice>>): CutPlan {
  const { left, right } = pair.primary;
  if (!left.host || !right.host) throw new Error("a steady rate needs a host at each side");
  const detection = [left, right, ...left.links, ...right.links].flatMap((each) => each.detection);
  return {
    at,
    left: watchedEnd(pair, "left", notices.left),
    right: watchedEnd(pair, "right", notices.right),
    sender: { node: left.host.name, to: right.host.address },
    returnPatienceMs: 30_000 + 2 * Math.max(0, ...detection.map(({ recoveryMostMs }) => recoveryMostMs ?? 0)),
  };
}

/** The router next to the host: the tunnel's, or the last one on the links. */
function watchedEnd({ primary, backup }: TunnelPair, side: TunnelSide, notices: Notice): WatchedEnd {
  const [network] = primary[side === "left" ? "right" : "left"].site;
  if (network === undefined) throw new Error("the far router has no network behind it");
  const seenFrom = (tunnel: PlannedTunnel): { router: string; device: string } => {
    const last = tunnel[side].links.at(-1)?.far;
    return last
      ? { router: last.router, device: last.interface }
      : { router: tunnel[side].router, device: tunnel[side].device ?? tunnel.name };
  };
  const [first, second] = [seenFrom(primary), seenFrom(backup)];
  if (first.router !== second.router)
    throw new Error(`${primary.name} and ${backup.name} do not lead to one router at the ${side}`);
  return { router: first.router, network, devices: { primary: first.device, backup: second.device }, notices };
}

function overTunnel({ primary }: TunnelPair, side: TunnelSide): Notice {
  const { router, device, detection } = primary[side];
  return { router, device: device ?? primary.name, liveness: quickest(detection) };
}

function linkOf({ primary }: TunnelPair): PlannedTunnel["right"]["links"][number] {
  const [link] = primary.right.links;
  if (!link) throw new Error(`behind ${primary.right.router} there is no link that could be cut`);
  return link;
}

const quickest = ([first]: readonly PlannedDetection[]): Liveness => first?.liveness ?? { kind: "none" };

const bothWays = (device: string): Impairment[] => [nothingPasses(device, "in"), nothingPasses(device, "out")];
