import { tunnelInterface } from "../dialects/ios/render/render-router.ts";
import { guardRules } from "../dialects/iptables/render.ts";
import { detectionWindow, recoveryMostMs } from "../model/detection.ts";
import type { InterfaceAddress, LabModel, NodeModel, TunnelEndModel, TunnelModel } from "../model/lab-model.ts";
import {
  largestDeviceMtuBytes,
  largestInnerBytes,
  protectsSites,
  wireBytes,
  type Encapsulation,
} from "../model/overhead.ts";
import type { PlannedEnd, PlannedTunnel, TunnelPrediction } from "../model/plan-document.ts";

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
    standby: lab.tunnels.some((other) => isBetween(other, tunnel) && other.preference < tunnel.preference),
    tap: findTap(lab, tunnel),
    prediction: predictTunnel(tunnel, isIos),
  };
}

function isBetween({ left, right }: TunnelModel, tunnel: TunnelModel): boolean {
  const routers = [tunnel.left.router, tunnel.right.router];
  return routers.includes(left.router) && routers.includes(right.router);
}

function planEnd(lab: LabModel, router: string, end: TunnelEndModel): PlannedEnd {
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
    keepalive: end.keepalive,
    detection: end.liveness.map((liveness) => ({
      liveness,
      ...detectionWindow(liveness),
      recoveryMostMs: recoveryMostMs(liveness),
    })),
    host: findHost(lab, router),
  };
}

function nodeOf(lab: LabModel, router: string): NodeModel | undefined {
  return lab.nodes.find(({ name }) => name === router);
}

function deviceOf(lab: LabModel, router: string, { name }: TunnelEndModel): string {
  const node = nodeOf(lab, router);
  return node?.platform === "ios" ? tunnelInterface(name, node.tunnels) : name;
}

const withLength = (address: InterfaceAddress | null): string | null =>
  address && `${address.address}/${address.prefixLength}`;

/** The first host that shares a segment with the router, and the router's address there: who answers when a packet is too big. */
function findHost(lab: LabModel, routerName: string): PlannedEnd["host"] {
  const router = lab.nodes.find((n) => n.name === routerName);
  for (const host of lab.nodes.filter((n) => n.role === "host"))
    for (const { name, segment, address, address6, mtuBytes } of host.interfaces) {
      const gateway = router?.interfaces.find((i) => i.segment === segment);
      if (!gateway) continue;
      const ipv6 =
        address6 && gateway.address6 ? { address: address6.address, gatewayAddress: gateway.address6.address } : null;
      return { name: host.name, interface: name, address, mtuBytes, gatewayAddress: gateway.address, ipv6 };
    }
  return null;
}

/** A transit node's interface on the left router's outside segment: there every outer packet passes. */
function findTap(lab: LabModel, tunnel: TunnelModel): PlannedTunnel["tap"] {
  const router = lab.nodes.find((n) => n.name === tunnel.left.router);
  const segment = router?.interfaces.find((i) => i.name === tunnel.left.end.outsideInterface)?.segment;
  const isTransit = (node: NodeModel) => node.role === "transit";
  for (const node of lab.nodes.filter(isTransit)) {
    const port = node.interfaces.find((i) => i.segment === segment);
    if (port) return { node: node.name, interface: port.name };
  }
  return null;
}

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
