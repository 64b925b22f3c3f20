import { tunnelInterface } from "../dialects/ios/render/render-router.ts";
import { guardRules } from "../dialects/iptables/render.ts";
import type { InterfaceAddress, LabModel, NodeModel, TunnelEndModel, TunnelModel } from "../model/lab-model.ts";
import { groupBy } from "../model/group-by.ts";
import { oncePer } from "../model/once-per.ts";
import {
  largestDeviceMtuBytes,
  largestInnerBytes,
  protectsSites,
  wireBytes,
  type Encapsulation,
} from "../model/overhead.ts";
import type { PlannedEnd, PlannedTunnel, TunnelPrediction } from "../model/plan-document.ts";
import { findSite } from "./find-site.ts";
import { isStandby, linksToward, planDetection, siteRoutes, standbys, whenGone } from "./plan-ways.ts";

/** Everything that will be true of one tunnel, from the validated lab. */
export function planTunnel(lab: LabModel, tunnel: TunnelModel): PlannedTunnel {
  const { end } = tunnel.left;
  const isIos = [tunnel.left, tunnel.right].some(({ router }) => nodeOf(lab, router)?.platform === "ios");
  return {
    name: tunnel.name,
    order: end.order,
    left: planEnd(lab, tunnel.left.router, end),
    right: planEnd(lab, tunnel.right.router, tunnel.right.end),
    ikeVersion: end.ikeVersion,
    ike: end.ike,
    esp: end.esp,
    mode: end.mode,
    ikeLifetimeSeconds: end.ikeLifetimeSeconds,
    espLifetimeSeconds: end.espLifetimeSeconds,
    greKey: end.greKey,
    greChecksum: end.greChecksum,
    greSequence: end.greSequence,
    pathMtuDiscovery: end.pathMtuDiscovery,
    natTraversal: tunnel.natTraversal,
    linkMtusBytes: tunnel.linkMtusBytes,
    transits: tunnel.transits,
    routing: tunnel.routing,
    standby: isStandby(lab, tunnel),
    backup: backupOf(lab, tunnel),
    siteRoutes: siteRoutes(lab, tunnel),
    tap: findTap(lab, tunnel),
    prediction: predictTunnel(tunnel, isIos),
  };
}

function planEnd(lab: LabModel, router: string, end: TunnelEndModel): PlannedEnd {
  const site = findSite(lab, router);
  return {
    router,
    device: end.order === "ipsec" ? null : deviceOf(lab, router, end),
    outsideInterface: end.outsideInterface,
    outerAddress: end.localOuterAddress,
    peerAddress: end.peerAddress,
    tunnelAddress: withLength(end.tunnelAddress),
    tunnelAddress6: withLength(end.tunnelAddress6),
    ipMtuBytes: end.ipMtuBytes,
    tcpMssBytes: end.tcpMssBytes,
    protection: end.protection,
    selectors: { local: end.selectors.local.map(asTold), remote: end.selectors.remote.map(asTold) },
    guards: nodeOf(lab, router)?.platform === "ios" ? [] : guardRules(end),
    site: end.sites.local,
    links: site ? linksToward(lab, router, site.router) : [],
    death: whenGone(lab, router, end.name),
    keepalive: end.keepalive,
    detection: end.liveness.map(planDetection),
    host: site?.host ?? null,
  };
}

const nodesByName = oncePer(({ nodes }: LabModel) => new Map(nodes.map((node) => [node.name, node])));

function nodeOf(lab: LabModel, router: string): NodeModel | undefined {
  return nodesByName(lab).get(router);
}

function deviceOf(lab: LabModel, router: string, { name }: TunnelEndModel): string {
  const node = nodeOf(lab, router);
  return node?.platform === "ios" ? tunnelInterface(name, node.tunnels) : name;
}

const withLength = (address: InterfaceAddress | null): string | null =>
  address && `${address.address}/${address.prefixLength}`;

/** A transit node's interface on the left router's outside segment: there every outer packet passes. */
function findTap(lab: LabModel, tunnel: TunnelModel): PlannedTunnel["tap"] {
  const router = nodeOf(lab, tunnel.left.router);
  const segment = router?.interfaces.find((i) => i.name === tunnel.left.end.outsideInterface)?.segment;
  return tapsBySegment(lab).get(segment ?? "")?.[0]?.tap ?? null;
}

const tapsBySegment = oncePer(({ nodes }: LabModel) =>
  groupBy(
    nodes
      .filter(({ role }) => role === "transit")
      .flatMap((node) =>
        node.interfaces.map(({ segment, name }) => ({ segment, tap: { node: node.name, interface: name } })),
      ),
    ({ segment }) => segment,
  ),
);

/** Charon writes a single address as a prefix of 32 bits. */
const asTold = (selector: string): string => selector.replace(/^([0-9.]+)(\[|$)/, "$1/32$2");

/** Small, middle and full: sizes that OSPF's own packets do not have. */
const probedInnerBytes = (mtuBytes: number) => [200, Math.min(1000, mtuBytes - 64), mtuBytes];

function predictTunnel({ left, pathMtuBytes, natTraversal }: TunnelModel, isIos: boolean): TunnelPrediction {
  const { end } = left;
  const encapsulation: Encapsulation = {
    order: end.order,
    outerFamily: "ipv4",
    gre: { key: end.greKey !== null, checksum: end.greChecksum, sequence: end.greSequence },
    esp: end.esp,
    mode: end.mode,
    natTraversal,
    ...(isIos && { platform: "ios" }),
  };
  const deviceFits = largestDeviceMtuBytes(pathMtuBytes, encapsulation);
  // What leaves the tunnel whole: the device's own limit, and the path's.
  const largestWhole =
    end.order === "ipsec-over-gre"
      ? largestInnerBytes(pathMtuBytes - Math.max(0, deviceFits - end.ipMtuBytes), encapsulation)
      : Math.min(end.ipMtuBytes, deviceFits);
  return {
    pathMtuBytes,
    largestInnerBytes: largestInnerBytes(pathMtuBytes, encapsulation),
    ipMtuBytes: end.ipMtuBytes,
    tcpMssBytes: end.tcpMssBytes,
    hostMtuBytes: end.pathMtuDiscovery || protectsSites(end.order) ? largestWhole : end.ipMtuBytes,
    wireSizes: probedInnerBytes(largestWhole).map((innerBytes) => ({
      innerBytes,
      wireBytes: wireBytes(innerBytes, encapsulation),
    })),
  };
}

/** Of the tunnels between the same sites that wait, the next in preference. */
function backupOf(lab: LabModel, tunnel: TunnelModel): string | null {
  if (isStandby(lab, tunnel)) return null;
  const sites = sitesOf(tunnel);
  const next = [...standbys(lab)]
    .filter((other) => other !== tunnel && sites !== "" && sitesOf(other) === sites)
    .sort((a, b) => a.preference - b.preference)[0];
  return next?.name ?? null;
}

/** Both sites in words that compare; empty where a side has none. */
function sitesOf({ left, right }: TunnelModel): string {
  const sides = [left.end.sites.local, right.end.sites.local];
  return sides.some((site) => site.length === 0)
    ? ""
    : sides
        .map((site) => [...site].sort().join(" "))
        .sort()
        .join(" and ");
}
