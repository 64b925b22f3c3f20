import { isPrefix, parsePrefix, parsePrefix6, quote, type Prefix, type Prefix6 } from "./addresses.ts";
import {
  labDeclarationSchema,
  type LabDeclaration,
  type NodeDeclaration,
  type TunnelDeclaration,
} from "./declaration.ts";
import { hasErrors, type Finding } from "./finding.ts";
import type {
  InterfaceAddress,
  LabModel,
  NodeModel,
  OspfModel,
  RouteModel,
  TunnelEndModel,
  TunnelModel,
} from "./lab-model.ts";
import { largestDeviceMtuBytes, largestInnerBytes, protectsSites, tcpMssFor } from "./overhead.ts";
import { hasNat, outerPath, seenAddress, segmentMtuBytes } from "./path.ts";
import { resolveCrypto } from "./resolve-crypto.ts";
import { checkAddresses } from "./rules/addresses.ts";
import { finding } from "./rules/catalogue.ts";
import { ruleContext, sides } from "./rules/context.ts";
import { checkCrypto } from "./rules/crypto.ts";
import { checkReferences } from "./rules/references.ts";
import { checkTunnels } from "./rules/tunnel.ts";
import { tunnelEncapsulation } from "./tunnel-encapsulation.ts";

/** Either a sound lab with what is worth knowing about it, or all its faults at once. */
export type ValidatedLab =
  | { readonly lab: LabModel; readonly findings: readonly Finding[] }
  | { readonly lab: null; readonly findings: readonly Finding[] };

/**
 * Checks a declaration whole and fills in every default. Faults are collected, not thrown: with any error there is no lab,
 * and the findings tell all of them. Shape comes first (a field of the wrong form cannot be judged further), then everything else together.
 */
export function validateLab(declaration: unknown): ValidatedLab {
  const shape = labDeclarationSchema.safeParse(declaration);
  if (!shape.success)
    return { lab: null, findings: shape.error.issues.map((issue) => shapeFinding(issue, declaration)) };
  const context = ruleContext(shape.data);
  const findings = [
    ...checkReferences(context),
    ...checkAddresses(context),
    ...checkCrypto(context),
    ...checkTunnels(context),
  ];
  if (hasErrors(findings)) return { lab: null, findings };
  return { lab: resolveLab(shape.data), findings };
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly code?: string | undefined;
  /** With the code `unrecognized_keys`. */
  readonly keys?: readonly string[];
  /** With the code `invalid_key`: what is wrong with the key. */
  readonly issues?: readonly { readonly message: string }[];
}

function shapeFinding(issue: Issue, declaration: unknown): Finding {
  const where = issue.path.map(shownStep).join(".") || "the declaration";
  let seen: unknown = declaration;
  for (const step of issue.path)
    seen = typeof seen === "object" && seen !== null ? (seen as Record<PropertyKey, unknown>)[step] : undefined;
  const shown = shownValue(seen);
  return finding("declaration/shape", {
    what: whatIsWrong(issue) ?? `${issue.message} (seen: ${shown})`,
    where,
    fix: "see the field's description",
    seen: shown,
  });
}

/** What is wrong with the names in an object; undefined when it is a value that is wrong. */
function whatIsWrong({ code, keys = [], issues = [], path }: Issue): string | undefined {
  if (code === "unrecognized_keys") {
    const shown = keys.slice(0, 5).map(quote).join(", ");
    return `there is no field ${shown}${keys.length > 5 ? ` and ${keys.length - 5} more` : ""}`;
  }
  if (code === "invalid_key") return `${issues[0]?.message ?? "not a name"} (seen: ${quote(String(path.at(-1)))})`;
  return undefined;
}

/** Names come from outside: one that is not a plain word is quoted. */
function shownStep(step: PropertyKey): string {
  const text = String(step);
  return /^[A-Za-z0-9_-]{1,30}$/.test(text) ? text : quote(text);
}

/** A value of any kind in a few characters, also one that JSON cannot hold. */
function shownValue(value: unknown): string {
  switch (typeof value) {
    case "string":
      return quote(value);
    case "undefined":
      return "nothing";
    case "object":
      return value === null ? "null" : Array.isArray(value) ? "a list" : "an object";
    case "number":
    case "boolean":
      return String(value);
    case "bigint":
    case "function":
    case "symbol":
      return `a ${typeof value}`;
  }
}

/** Only called on a declaration without errors, so what must exist exists. */
function resolveLab(lab: LabDeclaration): LabModel {
  const tunnels = Object.entries(lab.tunnels).map(([name, tunnel]) => resolveTunnel(lab, name, tunnel));
  return {
    name: lab.name,
    segments: Object.keys(lab.segments).map((name) => ({ name, mtuBytes: segmentMtuBytes(lab, name) })),
    nodes: Object.entries(lab.nodes).map(([name, node]) => resolveNode(lab, name, node, tunnels)),
    tunnels,
  };
}

function resolveTunnel(lab: LabDeclaration, name: string, tunnel: TunnelDeclaration): TunnelModel {
  const path = must(outerPath(lab, outside(lab, tunnel, "left").segment, outside(lab, tunnel, "right").segment));
  const own = (side: "left" | "right"): string => prefixOf(outside(lab, tunnel, side).address).address;
  const seen = {
    left: seenAddress(lab, path.nodes, own("left")),
    right: seenAddress(lab, path.nodes.toReversed(), own("right")),
  };
  const isTranslated = hasNat(lab, path, own("left"), own("right"));
  const encapsulation = tunnelEncapsulation(tunnel, isTranslated);
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
  const selectorsOf = (side: "left" | "right", address: string): string[] =>
    protectsSites(order)
      ? insideInterfaces(lab, tunnel[side].router).map(([, inside]) => prefixOf(inside.address).network)
      : [`${address}[gre]`];
  const end = (here: "left" | "right", there: "left" | "right"): TunnelEndModel => ({
    name,
    outsideInterface: tunnel[here].interface,
    order,
    localOuterAddress: own(here),
    remoteOuterAddress: greAddress(there),
    peerAddress: seen[there],
    ikeAddresses: { local: ikeAddress(here, own(here)), remote: ikeAddress(there, seen[there]) },
    ikeIdentities: { local: ikeAddress(here, own(here)), remote: ikeAddress(there, own(there)) },
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
  });
  const protocol = tunnel.routing?.protocol ?? (order === "ipsec" ? "none" : "ospf");
  return {
    name,
    left: { router: tunnel.left.router, end: end("left", "right") },
    right: { router: tunnel.right.router, end: end("right", "left") },
    routing: protocol === "eigrp" ? "none" : protocol,
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
  tunnels: readonly TunnelModel[],
): NodeModel {
  const ends = tunnels.flatMap((t) =>
    [t.left, t.right].filter((side) => side.router === name).map((side) => ({ tunnel: t, end: side.end })),
  );
  return {
    name,
    role: node.role,
    platform: node.platform ?? "linux",
    interfaces: Object.entries(node.interfaces).map(([interfaceName, { segment, address, address6 }]) => ({
      name: interfaceName,
      segment,
      mtuBytes: segmentMtuBytes(lab, segment),
      ...bare(prefixOf(address)),
      address6: bare6(address6),
    })),
    routes: [
      ...(node.routes ?? []),
      ...ends.flatMap(({ tunnel, end }) => (tunnel.routing === "static" ? staticRoutes(lab, tunnel, name, end) : [])),
      ...routes6(lab, name, node, ends),
    ],
    tunnels: ends.map(({ end }) => end),
    nat: (node.nat ?? []).map((entry) => ({
      ...entry,
      outsideAddress: prefixOf(must(node.interfaces[entry.interface]).address).address,
    })),
    filters: node.filters ?? [],
    ospf: resolveOspf(lab, name, node, ends),
  };
}

/** With static routing: the networks behind the other router, by way of its tunnel address. */
function staticRoutes(lab: LabDeclaration, tunnel: TunnelModel, here: string, end: TunnelEndModel): RouteModel[] {
  const there = tunnel.left.router === here ? tunnel.right : tunnel.left;
  return insideInterfaces(lab, there.router).map(([, { address }]) => ({
    destination: prefixOf(address).network,
    via: must(end.remoteTunnelAddress ?? undefined),
  }));
}

/** IPv6 is routed by hand, whatever routes IPv4: a host sends all to its router, a router the far site's to its tunnel. */
function routes6(
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

function insideInterfaces(lab: LabDeclaration, router: string): [string, NodeDeclaration["interfaces"][string]][] {
  const outsides = Object.values(lab.tunnels).flatMap((t) =>
    sides.flatMap((side) => (t[side].router === router ? [t[side].interface] : [])),
  );
  return Object.entries(lab.nodes[router]?.interfaces ?? {}).filter(([name]) => !outsides.includes(name));
}

function resolveOspf(
  lab: LabDeclaration,
  name: string,
  node: NodeDeclaration,
  ends: readonly { readonly tunnel: TunnelModel; readonly end: TunnelEndModel }[],
): OspfModel | null {
  const speaking = ends.filter(({ tunnel }) => tunnel.routing === "ospf");
  const first = speaking[0];
  if (!first) return null;
  const area = (tunnelName: string): { area: number; hello: number; dead: number } => {
    const routing = lab.tunnels[tunnelName]?.routing;
    const ospf = routing?.protocol === "ospf" ? routing : undefined;
    const hello = ospf?.helloIntervalSeconds ?? 10;
    return { area: ospf?.area ?? 0, hello, dead: ospf?.deadIntervalSeconds ?? hello * 4 };
  };
  const inside = insideInterfaces(lab, name);
  const insideArea = area(first.tunnel.name).area;
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
      })),
      ...speaking.map(({ tunnel }) => {
        const { area: tunnelArea, hello, dead } = area(tunnel.name);
        return {
          name: tunnel.name,
          area: tunnelArea,
          passive: false,
          pointToPoint: true,
          helloIntervalSeconds: hello,
          deadIntervalSeconds: dead,
        };
      }),
    ],
  };
}

function outside(
  lab: LabDeclaration,
  tunnel: TunnelDeclaration,
  side: "left" | "right",
): { segment: string; address: string } {
  return must(lab.nodes[tunnel[side].router]?.interfaces[tunnel[side].interface]);
}

function prefixOf(text: string): Prefix {
  const prefix = parsePrefix(text);
  if (!isPrefix(prefix)) throw new Error(`an address that was checked does not parse: ${text}`);
  return prefix;
}

function prefix6Of(text: string): Prefix6 {
  const prefix = parsePrefix6(text);
  if (!isPrefix(prefix)) throw new Error(`an address that was checked does not parse: ${text}`);
  return prefix;
}

function bare6(text: string | undefined): InterfaceAddress | null {
  return text === undefined ? null : { address: prefix6Of(text).address, prefixLength: prefix6Of(text).prefixLength };
}

function bare({ address, prefixLength }: Prefix): InterfaceAddress {
  return { address, prefixLength };
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a reference that was checked is missing");
  return value;
}
