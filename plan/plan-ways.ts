/** Which ways the packets between two sites take, what is in reserve, and when a router's death is noticed. */
import {
  detectionWindow,
  firstToNotice,
  recoveryMostMs,
  type DetectionWindow,
  type Liveness,
} from "../model/detection.ts";
import type { LabModel, TunnelModel } from "../model/lab-model.ts";
import { oncePer } from "../model/once-per.ts";
import type { PlannedDetection, PlannedLink, PlannedSiteRoute } from "../model/plan-document.ts";
import { devicesToward, distanceBetween, shortestWay, waySteps } from "../model/shortest-ways.ts";
import { findSite, linkSteps, type Site } from "./find-site.ts";

/** True when another way between the two sites costs less by OSPF, or another static route between the same routers is preferred. */
export function isStandby(lab: LabModel, tunnel: TunnelModel): boolean {
  return standbys(lab).has(tunnel);
}

/** The tunnels of a lab that wait. */
export const standbys = oncePer(
  (lab: LabModel): ReadonlySet<TunnelModel> => new Set(lab.tunnels.filter((tunnel) => waits(lab, tunnel))),
);

function waits(lab: LabModel, tunnel: TunnelModel): boolean {
  if (tunnel.routing !== "ospf")
    return lab.tunnels.some((other) => isBetween(other, tunnel) && other.preference < tunnel.preference);
  const steps = waySteps(lab);
  const { left, right, preference } = tunnel;
  const from = findSite(lab, left.router)?.router ?? left.router;
  const to = findSite(lab, right.router)?.router ?? right.router;
  const through = distanceBetween(steps, from, left.router) + preference + distanceBetween(steps, right.router, to);
  return through > distanceBetween(steps, from, to);
}

function isBetween({ left, right }: TunnelModel, tunnel: TunnelModel): boolean {
  const routers = [tunnel.left.router, tunnel.right.router];
  return routers.includes(left.router) && routers.includes(right.router);
}

/** The links from a tunnel's end to the router that its host is behind. */
export function linksToward(lab: LabModel, from: string, to: string): PlannedLink[] {
  return shortestWay(linkSteps(lab), from, to).flatMap((step) => {
    const link = lab.links.find(({ segment }) => segment === step.link);
    const near = link?.ends.find((end) => end.router === step.from && end.interface === step.device);
    const far = link?.ends.find(({ router }) => router === step.to);
    if (!link || !near || !far) return [];
    return [
      {
        segment: link.segment,
        near,
        far,
        cost: link.cost,
        detection: link.liveness.map(planDetection),
      },
    ];
  });
}

/** Each router on the way and the devices by which it sends to the far host's network, both ways; none where no link is on the way. */
export function siteRoutes(lab: LabModel, tunnel: TunnelModel): PlannedSiteRoute[] {
  const left = findSite(lab, tunnel.left.router);
  const right = findSite(lab, tunnel.right.router);
  if (!left || !right || tunnel.routing !== "ospf" || isStandby(lab, tunnel)) return [];
  if (left.router === tunnel.left.router && right.router === tunnel.right.router) return [];
  const steps = waySteps(lab);
  const toward = (from: Site, { router: target, network }: Site): PlannedSiteRoute[] =>
    shortestWay(steps, from.router, target).map(({ from: router }) => ({
      router,
      network,
      devices: devicesToward(steps, router, target),
    }));
  return [...toward(left, right), ...toward(right, left)];
}

/** When the router dies: the first of the far end of the tunnel and its neighbours on links. */
export function whenGone(lab: LabModel, router: string, tunnelName: string): DetectionWindow | null {
  const links = lab.links.filter(({ ends }) => ends.some((end) => end.router === router));
  if (links.length === 0) return null;
  const tunnel = lab.tunnels.find(({ name }) => name === tunnelName);
  if (!tunnel) return null;
  const far = tunnel.left.router === router ? tunnel.right : tunnel.left;
  return firstToNotice([
    detectionWindow(far.end.liveness[0]),
    ...links.map(({ liveness }) => detectionWindow(liveness[0])),
  ]);
}

/** A way to notice with its windows. */
export function planDetection(liveness: Liveness): PlannedDetection {
  return { liveness, ...detectionWindow(liveness), recoveryMostMs: recoveryMostMs(liveness) };
}
