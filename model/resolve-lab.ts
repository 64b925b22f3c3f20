/** From a declaration without faults to the lab with every default filled in. */
import type { LabDeclaration, NodeDeclaration, TunnelDeclaration } from "./declaration.ts";
import { groupBy } from "./group-by.ts";
import type { InterfaceAddress, LabModel, NodeModel, TunnelEndModel, TunnelModel } from "./lab-model.ts";
import { iosRelease } from "./ios-release.ts";
import { largestDeviceMtuBytes, largestInnerBytes, protectsSites, tcpMssFor } from "./overhead.ts";
import { networksBehind, resolveLinks } from "./links.ts";
import { livenessOf, preferenceOf } from "./liveness.ts";
import { overlayOverheadBytes } from "./overlay.ts";
import { hasNat, outerPath, seenAddress, segmentMtuBytes } from "./path.ts";
import { bare, bare6, must, prefixOf } from "./resolved.ts";
import { resolveCrypto } from "./resolve-crypto.ts";
import { isPlainStatic, outerRoutes, resolveOspf, routes6, staticRoutes } from "./resolve-routing.ts";
import { tunnelEncapsulation, widestPlatform } from "./tunnel-encapsulation.ts";

/** Only called on a declaration without errors, so what must exist exists. */
export function resolveLab(lab: LabDeclaration): LabModel {
  const tunnels = Object.entries(lab.tunnels).map(([name, tunnel]) => resolveTunnel(lab, name, tunnel));
  const ends = groupBy(
    tunnels.flatMap((tunnel) => [tunnel.left, tunnel.right].map(({ router, end }) => ({ tunnel, router, end }))),
    ({ router }) => router,
  );
  return {
    name: lab.name,
    segments: Object.entries(lab.segments).map(([name, { overlay }]) => ({
      name,
      mtuBytes: segmentMtuBytes(lab, name),
      ...(overlay && { overlay: { ...overlay, overheadBytes: overlayOverheadBytes } }),
    })),
    nodes: Object.entries(lab.nodes).map(([name, node]) => resolveNode(lab, name, node, ends.get(name) ?? [])),
    tunnels,
    links: resolveLinks(lab),
  };
}

/** What charon is told where nothing is declared. */
const defaultDpdDelaySeconds = 10;

function resolveTunnel(lab: LabDeclaration, name: string, tunnel: TunnelDeclaration): TunnelModel {
  const path = must(outerPath(lab, outside(lab, tunnel, "left").segment, outside(lab, tunnel, "right").segment));
  const own = (side: "left" | "right"): string => prefixOf(outside(lab, tunnel, side).address).address;
  const seen = {
    left: seenAddress(lab, path.nodes, own("left")),
    right: seenAddress(lab, path.nodes.toReversed(), own("right")),
  };
  const isTranslated = hasNat(lab, path, own("left"), own("right"));
  const encapsulation = tunnelEncapsulation(tunnel, isTranslated, widestPlatform(lab, tunnel));
  const { order, natTraversal } = encapsulation;
  const ipMtuBytes = tunnel.ipMtuBytes ?? largestDeviceMtuBytes(path.mtuBytes, encapsulation);
  const hostMtuBytes =
    order === "ipsec-over-gre"
      ? largestInnerBytes(
          path.mtuBytes - largestDeviceMtuBytes(path.mtuBytes, encapsulation) + ipMtuBytes,
          encapsulation,
        )
      : ipMtuBytes;
  // A NAT changes the addresses outside of ESP: in tunnel mode GRE's own are inside.
  const isGreHidden = order === "gre-over-ipsec" && resolveCrypto(tunnel).mode === "tunnel";
  const greAddress = (side: "left" | "right"): string => (isGreHidden ? own(side) : seen[side]);
  const tunnelAddress = (side: "left" | "right"): InterfaceAddress | null => {
    const text = tunnel[side].address;
    return text === undefined ? null : bare(prefixOf(text));
  };
  const ikeAddress = (side: "left" | "right", address: string): string =>
    order === "ipsec-over-gre" ? must(tunnelAddress(side)?.address) : address;
  const siteOf = (side: "left" | "right"): string[] => networksBehind(lab, tunnel[side].router);
  const selectorsOf = (side: "left" | "right", address: string): string[] =>
    protectsSites(order) ? siteOf(side) : [`${address}[gre]`];
  const protocol = tunnel.routing?.protocol ?? (order === "ipsec" ? "none" : "ospf");
  const end = (here: "left" | "right", there: "left" | "right"): TunnelEndModel => ({
    name,
    outsideInterface: tunnel[here].interface,
    order,
    localOuterAddress: own(here),
    remoteOuterAddress: greAddress(there),
    peerAddress: seen[there],
    ikeAddresses: { local: ikeAddress(here, own(here)), remote: ikeAddress(there, seen[there]) },
    ikeIdentities: { local: ikeAddress(here, own(here)), remote: ikeAddress(there, own(there)) },
    sites: { local: siteOf(here), remote: siteOf(there) },
    selectors: { local: selectorsOf(here, own(here)), remote: selectorsOf(there, greAddress(there)) },
    tunnelAddress: tunnelAddress(here),
    remoteTunnelAddress: tunnelAddress(there)?.address ?? null,
    tunnelAddress6: bare6(tunnel[here].address6),
    remoteTunnelAddress6: bare6(tunnel[there].address6)?.address ?? null,
    greKey: tunnel.greKey ?? null,
    greChecksum: tunnel.greChecksum ?? false,
    greSequence: tunnel.greSequence ?? false,
    ipMtuBytes,
    tcpMssBytes: tunnel.tcpMssBytes ?? tcpMssFor(hostMtuBytes),
    pathMtuDiscovery: tunnel.pathMtuDiscovery ?? true,
    protection: tunnel[here].protection ?? "tunnel-protection",
    ...resolveCrypto(tunnel),
    ikeLifetimeSeconds: tunnel.ikeLifetimeSeconds ?? 86400,
    espLifetimeSeconds: tunnel.espLifetimeSeconds ?? 3600,
    perfectForwardSecrecy: tunnel.perfectForwardSecrecy ?? false,
    dpdDelaySeconds: tunnel.deadPeerDetection?.delaySeconds ?? defaultDpdDelaySeconds,
    lineFollowsSa: tunnel.deadPeerDetection?.lineFollowsSa ?? false,
    // The left end may be behind a NAT, where nobody but it can begin; IOS begins when there is something to send.
    restartsLostSa: here === "left" || isIos(lab, tunnel[there].router),
    keepalive: tunnel[here].keepalive ?? null,
    ...(isIos(lab, tunnel[there].router) && { keyIsText: true }),
    liveness: livenessOf(tunnel, here, protocol),
  });
  return {
    name,
    left: { router: tunnel.left.router, end: end("left", "right") },
    right: { router: tunnel.right.router, end: end("right", "left") },
    routing: protocol === "eigrp" ? "none" : protocol,
    preference: preferenceOf(tunnel),
    pathMtuBytes: path.mtuBytes,
    linkMtusBytes: path.segments.map((segment) => segmentMtuBytes(lab, segment)) as [number, ...number[]],
    transits: path.nodes,
    natTraversal,
  };
}

function resolveNode(
  lab: LabDeclaration,
  name: string,
  node: NodeDeclaration,
  ends: readonly { readonly tunnel: TunnelModel; readonly end: TunnelEndModel }[],
): NodeModel {
  return {
    name,
    role: node.role,
    platform: node.platform ?? "linux",
    ...(node.ios && { ios: { kind: node.ios.kind, image: node.ios.image, release: must(iosRelease(node.ios)) } }),
    interfaces: Object.entries(node.interfaces).map(([interfaceName, { segment, address, address6 }]) => ({
      name: interfaceName,
      segment,
      mtuBytes: segmentMtuBytes(lab, segment),
      ...bare(prefixOf(address)),
      address6: bare6(address6),
    })),
    routes: [
      ...(node.routes ?? []),
      ...outerRoutes(lab, node, ends),
      ...ends.flatMap(({ tunnel, end }) => (isPlainStatic(tunnel) ? staticRoutes(lab, tunnel, name, end) : [])),
      ...routes6(lab, name, node, ends),
    ],
    tunnels: ends.map(({ end }) => end),
    tunnelRoutes: ends
      .filter(({ tunnel }) => tunnel.routing === "static" && !isPlainStatic(tunnel))
      .flatMap(({ tunnel, end }) =>
        staticRoutes(lab, tunnel, name, end).map((route) => ({
          ...route,
          device: end.name,
          distance: tunnel.preference,
        })),
      ),
    nat: (node.nat ?? []).map((entry) => ({
      ...entry,
      outsideAddress: prefixOf(must(node.interfaces[entry.interface]).address).address,
    })),
    filters: node.filters ?? [],
    ospf: resolveOspf(lab, name, node, ends),
  };
}

function isIos({ nodes }: LabDeclaration, router: string): boolean {
  return nodes[router]?.platform === "ios";
}

function outside(
  lab: LabDeclaration,
  tunnel: TunnelDeclaration,
  side: "left" | "right",
): { segment: string; address: string } {
  return must(lab.nodes[tunnel[side].router]?.interfaces[tunnel[side].interface]);
}
