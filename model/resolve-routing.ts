/** What a node of a sound lab knows of the ways: static routes, and OSPF. */
import type { LabDeclaration, NodeDeclaration } from "./declaration.ts";
import { groupBy } from "./group-by.ts";
import type { OspfInterfaceModel, OspfModel, RouteModel, TunnelEndModel, TunnelModel } from "./lab-model.ts";
import { insideInterfaces, routersOn } from "./links.ts";
import { defaultOspfCost, ospfSettings } from "./ospf-settings.ts";
import { oncePer } from "./once-per.ts";
import { bare6, must, prefix6Of, prefixOf } from "./resolved.ts";

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
    const transits = transitAddresses(lab).get(segment ?? "") ?? [];
    const destination = `${end.peerAddress}/32`;
    const [via] = transits;
    if (via === undefined || (node.routes ?? []).some((route) => transits.includes(route.via))) return [];
    return [{ destination, via }];
  });
}

/** The addresses of transits on each segment. */
const transitAddresses = oncePer(({ nodes }: LabDeclaration) => {
  const plugs = Object.values(nodes)
    .filter(({ role }) => role === "transit")
    .flatMap(({ interfaces }) => Object.values(interfaces));
  return new Map(
    [...groupBy(plugs, ({ segment }) => segment)].map(([segment, on]) => [
      segment,
      on.map(({ address }) => prefixOf(address).address),
    ]),
  );
});

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

/** `null` where no tunnel and no link of the router speaks it. */
export function resolveOspf(
  lab: LabDeclaration,
  name: string,
  node: NodeDeclaration,
  ends: readonly { readonly tunnel: TunnelModel; readonly end: TunnelEndModel }[],
): OspfModel | null {
  const speaking = ends.filter(({ tunnel }) => tunnel.routing === "ospf");
  const inside = node.role === "router" ? insideInterfaces(lab, name) : [];
  const isLink = ([, { segment }]: (typeof inside)[number]): boolean => lab.segments[segment]?.ospf !== undefined;
  if (speaking.length === 0 && !inside.some(isLink)) return null;
  const routingOf = (tunnelName: string | undefined) => {
    const routing = lab.tunnels[tunnelName ?? ""]?.routing;
    return routing?.protocol === "ospf" ? routing : undefined;
  };
  const insideArea = routingOf(speaking[0]?.tunnel.name)?.area ?? 0;
  const id = inside[0]?.[1].address ?? node.interfaces[speaking[0]?.end.outsideInterface ?? ""]?.address;
  return {
    routerId: prefixOf(must(id)).address,
    interfaces: [
      ...inside.map((each) => (isLink(each) ? linkInterface(lab, each) : passiveInterface(each[0], insideArea))),
      ...speaking.map(({ tunnel }) => {
        const routing = routingOf(tunnel.name);
        const area = routing?.area ?? 0;
        return { name: tunnel.name, area, passive: false, pointToPoint: true, ...ospfSettings(routing) };
      }),
    ],
  };
}

function passiveInterface(name: string, area: number): OspfInterfaceModel {
  return { name, area, passive: true, pointToPoint: false, ...ospfSettings() };
}

/** In the backbone, whatever the areas of the tunnels. The cost is said: another speed of the device must not change the way. */
function linkInterface(
  lab: LabDeclaration,
  [name, { segment }]: [string, NodeDeclaration["interfaces"][string]],
): OspfInterfaceModel {
  const settings = ospfSettings(lab.segments[segment]?.ospf);
  return {
    name,
    area: 0,
    passive: false,
    // Of two alone: nobody is elected, and nobody waits a dead interval for it.
    pointToPoint: routersOn(lab, segment).length === 2,
    ...settings,
    cost: settings.cost ?? defaultOspfCost,
  };
}
