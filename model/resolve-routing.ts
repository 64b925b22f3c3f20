/** What a node of a sound lab knows of the ways: static routes, and OSPF. */
import type { LabDeclaration, NodeDeclaration } from "./declaration.ts";
import type { OspfModel, RouteModel, TunnelEndModel, TunnelModel } from "./lab-model.ts";
import { bare6, must, prefix6Of, prefixOf } from "./resolved.ts";
import { sides } from "./rules/context.ts";

/** The kernel holds the route by itself: nothing takes the tunnel's line down, and no other route competes. */
export function isPlainStatic({ routing, preference, left, right }: TunnelModel): boolean {
  const canGoDown = [left.end, right.end].some(({ keepalive, lineFollowsSa }) => keepalive !== null || lineFollowsSa);
  return routing === "static" && preference === 1 && !canGoDown;
}

/**
 * The way to the far end of a tunnel whose outside is not where the router sends everything: by the transit on that link, and by no
 * other, so that the tunnel ends with its link.
 */
export function outerRoutes(
  lab: LabDeclaration,
  node: NodeDeclaration,
  ends: readonly { readonly tunnel: TunnelModel; readonly end: TunnelEndModel }[],
): RouteModel[] {
  return ends.flatMap(({ end }) => {
    const segment = node.interfaces[end.outsideInterface]?.segment;
    const transits = Object.values(lab.nodes)
      .filter(({ role }) => role === "transit")
      .flatMap(({ interfaces }) => Object.values(interfaces).filter((each) => each.segment === segment))
      .map(({ address }) => prefixOf(address).address);
    const destination = `${end.peerAddress}/32`;
    const [via] = transits;
    if (via === undefined || (node.routes ?? []).some((route) => transits.includes(route.via))) return [];
    return [{ destination, via }];
  });
}

/** With static routing: the networks behind the other router, by way of its tunnel address. */
export function staticRoutes(
  lab: LabDeclaration,
  tunnel: TunnelModel,
  here: string,
  end: TunnelEndModel,
): RouteModel[] {
  const there = tunnel.left.router === here ? tunnel.right : tunnel.left;
  return insideInterfaces(lab, there.router).map(([, { address }]) => ({
    destination: prefixOf(address).network,
    via: must(end.remoteTunnelAddress ?? undefined),
  }));
}

/** IPv6 is routed by hand, whatever routes IPv4: a host sends all to its router, a router the far site's to its tunnel. */
export function routes6(
  lab: LabDeclaration,
  here: string,
  node: NodeDeclaration,
  ends: readonly { readonly tunnel: TunnelModel; readonly end: TunnelEndModel }[],
): RouteModel[] {
  if (node.role === "host") {
    const segments = Object.values(node.interfaces).flatMap((each) => (each.address6 ? [each.segment] : []));
    const routers = Object.values(lab.nodes).filter(({ role }) => role === "router");
    const gateway = routers
      .flatMap(({ interfaces }) => Object.values(interfaces))
      .find(({ segment, address6 }) => address6 !== undefined && segments.includes(segment));
    const via = bare6(gateway?.address6)?.address;
    return via === undefined ? [] : [{ destination: "::/0", via }];
  }
  return ends.flatMap(({ tunnel, end }) => {
    const there = tunnel.left.router === here ? tunnel.right : tunnel.left;
    const via = end.remoteTunnelAddress6;
    if (via === null) return [];
    return insideInterfaces(lab, there.router).flatMap(([, { address6 }]) =>
      address6 === undefined ? [] : [{ destination: prefix6Of(address6).network, via }],
    );
  });
}

/** The interfaces of a router on which no tunnel ends. */
export function insideInterfaces(
  lab: LabDeclaration,
  router: string,
): [string, NodeDeclaration["interfaces"][string]][] {
  const outsides = Object.values(lab.tunnels).flatMap((t) =>
    sides.flatMap((side) => (t[side].router === router ? [t[side].interface] : [])),
  );
  return Object.entries(lab.nodes[router]?.interfaces ?? {}).filter(([name]) => !outsides.includes(name));
}

/** `null` where no tunnel of the router speaks it. */
export function resolveOspf(
  lab: LabDeclaration,
  name: string,
  node: NodeDeclaration,
  ends: readonly { readonly tunnel: TunnelModel; readonly end: TunnelEndModel }[],
): OspfModel | null {
  const speaking = ends.filter(({ tunnel }) => tunnel.routing === "ospf");
  const first = speaking[0];
  if (!first) return null;
  const declared = (tunnelName: string) => {
    const routing = lab.tunnels[tunnelName]?.routing;
    const ospf = routing?.protocol === "ospf" ? routing : undefined;
    const helloIntervalSeconds = ospf?.helloIntervalSeconds ?? 10;
    return {
      area: ospf?.area ?? 0,
      helloIntervalSeconds,
      deadIntervalSeconds: ospf?.deadIntervalSeconds ?? helloIntervalSeconds * 4,
      cost: ospf?.cost ?? null,
      bfd: ospf?.bfd ?? null,
    };
  };
  const inside = insideInterfaces(lab, name);
  const insideArea = declared(first.tunnel.name).area;
  const id = inside[0]?.[1].address ?? node.interfaces[first.end.outsideInterface]?.address;
  return {
    routerId: prefixOf(must(id)).address,
    interfaces: [
      ...inside.map(([interfaceName]) => ({
        name: interfaceName,
        area: insideArea,
        passive: true,
        pointToPoint: false,
        helloIntervalSeconds: 10,
        deadIntervalSeconds: 40,
        cost: null,
        bfd: null,
      })),
      ...speaking.map(({ tunnel }) => ({
        name: tunnel.name,
        passive: false,
        pointToPoint: true,
        ...declared(tunnel.name),
      })),
    ],
  };
}
