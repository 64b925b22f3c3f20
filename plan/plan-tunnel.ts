import type { LabModel, NodeModel, TunnelEndModel, TunnelModel } from "../model/lab-model.ts";
import { largestInnerBytes, wireBytes, type Encapsulation } from "../model/overhead.ts";
import type { PlannedCheck, PlannedEnd, PlannedTunnel, TunnelPrediction } from "../model/plan-document.ts";

/** Everything that will be true of one tunnel, from the validated lab. */
export function planTunnel(lab: LabModel, tunnel: TunnelModel): PlannedTunnel {
  const { end } = tunnel.left;
  return {
    name: tunnel.name,
    order: "gre-over-ipsec",
    left: planEnd(lab, tunnel.left.router, end),
    right: planEnd(lab, tunnel.right.router, tunnel.right.end),
    ikeVersion: end.ikeVersion,
    ike: end.ike,
    esp: end.esp,
    mode: end.mode,
    greKey: end.greKey,
    routing: tunnel.routing,
    tap: findTap(lab, tunnel),
    prediction: predictTunnel(tunnel),
  };
}

function planEnd(lab: LabModel, router: string, end: TunnelEndModel): PlannedEnd {
  return {
    router,
    device: end.name,
    outsideInterface: end.outsideInterface,
    outerAddress: end.localOuterAddress,
    tunnelAddress: `${end.tunnelAddress.address}/${end.tunnelAddress.prefixLength}`,
    ipMtuBytes: end.ipMtuBytes,
    tcpMssBytes: end.tcpMssBytes,
    protection: end.protection,
    host: findHost(lab, router),
  };
}

/** The first host that shares a segment with the router, and the router's address there: who answers when a packet is too big. */
function findHost(lab: LabModel, routerName: string): PlannedEnd["host"] {
  const router = lab.nodes.find((n) => n.name === routerName);
  for (const host of lab.nodes.filter((n) => n.role === "host"))
    for (const { segment, address } of host.interfaces) {
      const gateway = router?.interfaces.find((i) => i.segment === segment);
      if (gateway) return { name: host.name, address, gatewayAddress: gateway.address };
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

/** Small, middle and full: sizes that OSPF's own packets do not have. */
const probedInnerBytes = (ipMtuBytes: number) => [200, Math.min(1000, ipMtuBytes - 64), ipMtuBytes];

function predictTunnel({ left, pathMtuBytes }: TunnelModel): TunnelPrediction {
  const { end } = left;
  const encapsulation: Encapsulation = {
    order: "gre-over-ipsec",
    outerFamily: "ipv4",
    gre: { key: end.greKey !== null, checksum: false, sequence: false },
    esp: end.esp,
    mode: end.mode,
    natTraversal: false,
  };
  return {
    pathMtuBytes,
    largestInnerBytes: largestInnerBytes(pathMtuBytes, encapsulation),
    ipMtuBytes: end.ipMtuBytes,
    tcpMssBytes: end.tcpMssBytes,
    wireSizes: probedInnerBytes(end.ipMtuBytes).map((innerBytes) => ({
      innerBytes,
      wireBytes: wireBytes(innerBytes, encapsulation),
    })),
  };
}

/** How long each state may take to come, from the routers' own timers; a wait ends as soon as the state is seen. */
const settle = {
  /** ARP and the first packet. */
  underlayMs: 15_000,
  /** strongSwan retransmits after 4, 7 and 13 s: three tries. */
  ikeMs: 30_000,
  tunnelMs: 10_000,
  /** Hello, two-way, database exchange with one lost packet each. */
  ospfMs: 45_000,
  pathMtuMs: 20_000,
  wireMs: 20_000,
} as const;

/** The checks of one tunnel in the order a network engineer would ask, each with what it needs. */
export function listChecks(tunnel: PlannedTunnel): PlannedCheck[] {
  const id = (what: string) => `${tunnel.name}/${what}`;
  const between = `${tunnel.left.router} and ${tunnel.right.router}`;
  const checks: PlannedCheck[] = [
    {
      kind: "underlay",
      id: id("underlay"),
      tunnel: tunnel.name,
      title: `outer addresses of ${between} reach one another`,
      needs: [],
      settleTimeoutMs: settle.underlayMs,
    },
    {
      kind: "ike-sa",
      id: id("ike-sa"),
      tunnel: tunnel.name,
      title: `IKE SA between ${between}`,
      needs: [id("underlay")],
      settleTimeoutMs: settle.ikeMs,
    },
    {
      kind: "child-sa",
      id: id("child-sa"),
      tunnel: tunnel.name,
      title: `CHILD SA between ${between}`,
      needs: [id("ike-sa")],
      settleTimeoutMs: settle.ikeMs,
    },
    {
      kind: "tunnel-up",
      id: id("tunnel-up"),
      tunnel: tunnel.name,
      title: `${tunnel.name} up at both ends`,
      needs: [id("child-sa")],
      settleTimeoutMs: settle.tunnelMs,
    },
  ];
  if (tunnel.routing === "ospf")
    checks.push({
      kind: "ospf-full",
      id: id("ospf-full"),
      tunnel: tunnel.name,
      title: `OSPF neighbours over ${tunnel.name}`,
      needs: [id("tunnel-up")],
      settleTimeoutMs: settle.ospfMs,
    });
  const routed = tunnel.routing === "ospf" ? id("ospf-full") : id("tunnel-up");
  if (tunnel.left.host && tunnel.right.host)
    checks.push({
      kind: "path-mtu",
      id: id("path-mtu"),
      tunnel: tunnel.name,
      title: `tunnel MTU between ${tunnel.left.host.name} and ${tunnel.right.host.name}`,
      needs: [routed],
      settleTimeoutMs: settle.pathMtuMs,
    });
  if (tunnel.tap)
    checks.push({
      kind: "wire",
      id: id("wire"),
      tunnel: tunnel.name,
      title: `packets on the wire at ${tunnel.tap.node}`,
      needs: [routed],
      settleTimeoutMs: settle.wireMs,
    });
  return checks;
}
