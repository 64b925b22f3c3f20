import { sideCovers } from "../access-list.ts";
import {
  isAddress,
  isIn,
  networkOf,
  toAddress,
  toNumber,
  type IosDevice,
  type IosInterface,
  type NetworkStatement,
  type RoutingProcess,
} from "../device.ts";
import { addressOf, owns, type IosEnd } from "../ends.ts";
import { farEnd, outsideOf } from "../pair-ends.ts";
import { iosFinding, type IosFinding } from "./catalogue.ts";
import { insertAfter, isWholeText, tunnelName, type LintContext, type Rule } from "./context.ts";

/** Sources, routes, routing protocols, tracked objects. */
export const routingRules: readonly Rule[] = [sources, shutDown, routes, recursion, ospf, tracks];

function sources({ ends, inferred }: LintContext): IosFinding[] {
  return ends.flatMap((end) => {
    const said = end.tunnel?.tunnelSource;
    if (!said) return [];
    const { device } = end;
    const name = said.value.interface;
    const found = device.interfaces.get(name ?? "");
    if (name === null) {
      if (!isWholeText(device) || said.value.address === null || owns(device, said.value.address)) return [];
      return [
        iosFinding("ios/source-address", device, said.line, {
          what: `the source of ${end.name} is ${said.value.address}, which no interface of ${device.name} has`,
          fix: "name an interface, or an address that one of them has",
          seen: said.value.address,
        }),
      ];
    }
    if (found?.addressGiven || addressOf(device, name) !== null) return [];
    const from = inferred.find((each) => each.end === end)?.peer;
    if (!isWholeText(device) && (found === undefined || found.address === null) && found?.shutdown?.value !== true)
      return [
        iosFinding("ios/source-unseen", device, said.line, {
          what: `${name}, the source of ${end.name} of ${device.name}, has no address in the text${from ? `; ${end.sourceAddress ?? ""} is taken, the tunnel destination of ${from.device.name}` : ""}`,
          fix: `give the configuration of ${name} too`,
        }),
      ];
    return [
      iosFinding("ios/source-address", device, said.line, {
        what: found
          ? `${name}, the source of ${end.name}, has no address`
          : `${name}, the source of ${end.name}, is no interface of ${device.name}`,
        fix: `give ${name} an address, or name another source`,
        seen: name,
      }),
    ];
  });
}

function shutDown({ ends }: LintContext): IosFinding[] {
  return ends.flatMap((end) =>
    [end.tunnel, end.device.interfaces.get(outsideOf(end) ?? "")].flatMap((each) =>
      each?.shutdown?.value === true
        ? [
            iosFinding("ios/interface-shutdown", end.device, each.shutdown.line, {
              what: `${each.name} of ${end.device.name} is shut down`,
              fix: "say no shutdown, when it is time",
            }),
          ]
        : [],
    ),
  );
}

interface Way {
  readonly first: number;
  readonly prefixLength: number;
  readonly vrf: string | null;
  readonly interface: string | null;
  readonly line: number;
}

const tables = new WeakMap<IosDevice, readonly Way[]>();

/** The routing table as far as the text says it: the longest match first. */
function wayTo(device: IosDevice, address: string, vrf: string | null): readonly Way[] {
  const table = tables.get(device) ?? routingTable(device);
  tables.set(device, table);
  const wanted = toNumber(address);
  return table.filter(
    (way) => way.vrf === vrf && (way.prefixLength === 0 || (way.first ^ wanted) >>> (32 - way.prefixLength) === 0),
  );
}

function routingTable(device: IosDevice): Way[] {
  const connected = [...device.interfaces.values()].flatMap(({ name, address, shutdown, vrf }) =>
    address && shutdown?.value !== true
      ? [
          {
            first: toNumber(address.value.address),
            prefixLength: address.value.prefixLength,
            vrf: vrf?.value ?? null,
            interface: name,
            line: address.line,
          },
        ]
      : [],
  );
  const fixed = device.routes.map(({ destination, prefixLength, vrf, interface: name, via, line }) => ({
    first: toNumber(destination),
    prefixLength,
    vrf,
    interface: name ?? interfaceToward(device, via),
    line,
  }));
  return [...connected, ...fixed].toSorted((a, b) => b.prefixLength - a.prefixLength);
}

function interfaceToward(device: IosDevice, via: string | null): string | null {
  if (via === null) return null;
  return [...device.interfaces.values()].find(({ address }) => address && isIn(via, address.value))?.name ?? null;
}

function isLearning({ routing, interfaces }: IosDevice): boolean {
  return (
    routing.length > 0 ||
    [...interfaces.values()].some(({ addressGiven, ospf: { area } }) => addressGiven !== null || area !== null)
  );
}

function routes({ ends }: LintContext): IosFinding[] {
  return ends.flatMap((end) => {
    const { device, destination, tunnel } = end;
    if (!tunnel || destination === null || !isAddress(destination) || !isWholeText(device) || isLearning(device))
      return [];
    if (
      device.text.lines.some(
        ({ status, words }) => status === "ignored" && /^\s*(?:router |ip default-gateway)/.test(words),
      )
    )
      return [];
    if (wayTo(device, destination, tunnel.tunnelVrf?.value ?? null).length > 0) return [];
    return [
      iosFinding("ios/no-route", device, tunnel.tunnelDestination?.line ?? tunnel.line, {
        what: `${device.name} has no route to ${destination}, the destination of ${end.name}`,
        fix: `add ip route ${destination} 255.255.255.255 with the next hop of the outside, or a default route`,
      }),
    ];
  });
}

/** The wildcard of a network statement; a classful network without one. */
function covers({ address, wildcard }: NetworkStatement, of: string): boolean {
  const first = Number(address.split(".")[0]);
  const open =
    wildcard === null ? (first < 128 ? "0.255.255.255" : first < 192 ? "0.0.255.255" : "0.0.0.255") : wildcard;
  // EIGRP takes a mask in the place of a wildcard too.
  const mask = toNumber(open) > 0x7fffffff ? ~toNumber(open) >>> 0 : toNumber(open);
  return sideCovers({ address, wildcard: toAddress(mask), ports: "" }, { address: of, wildcard: "0.0.0.0", ports: "" });
}

/** Whether the routing process speaks of an interface's network, by a network statement or by the interface's own. */
function announces(process: RoutingProcess, found: IosInterface | undefined): boolean {
  if (!found?.address) return false;
  const { address } = found.address.value;
  if (process.protocol === "ospf" && found.ospf.area !== null) return true;
  if (process.protocol === "bgp")
    return process.networks.some(
      (each) =>
        isAddress(each.address) &&
        toNumber(each.address) === toNumber(networkOf(found.address?.value ?? { address, prefixLength: 32 })),
    );
  return process.networks.some((each) => covers(each, address));
}

function recursion(context: LintContext): IosFinding[] {
  return context.ends.flatMap((end) => {
    const { device, destination, tunnel } = end;
    if (!tunnel || destination === null || !isAddress(destination)) return [];
    const [way] = wayTo(device, destination, tunnel.tunnelVrf?.value ?? null);
    if (way?.interface === tunnel.name)
      return [
        iosFinding("ios/recursive-routing", device, way.line, {
          what: `the route to ${destination}, the destination of ${end.name}, leads through ${end.name}`,
          fix: `route ${destination} by way of the outside`,
        }),
      ];
    // In a VRF of its own the outside is apart from what is learned over the tunnel.
    if ((tunnel.tunnelVrf?.value ?? null) !== (tunnel.vrf?.value ?? null)) return [];
    const far = farEnd(context, end);
    const farOutside = far && far.device.interfaces.get(outsideOf(far) ?? "");
    if (!far || !farOutside?.address) return [];
    const learned = far.device.routing.find(
      (process) =>
        announces(process, farOutside) &&
        announces(process, far.tunnel ?? undefined) &&
        device.routing.some((own) => own.protocol === process.protocol && announces(own, tunnel)),
    );
    const { prefixLength } = farOutside.address.value;
    if (!learned || (way && way.prefixLength >= prefixLength)) return [];
    const line =
      learned.networks.find((each) => covers(each, farOutside.address?.value.address ?? ""))?.line ??
      farOutside.ospf.area?.line ??
      learned.line;
    return [
      iosFinding("ios/recursive-routing", far.device, line, {
        what: `${far.device.name} tells ${farOutside.name} (${networkOf(farOutside.address.value)}/${prefixLength}) by ${learned.protocol.toUpperCase()}, which runs over ${far.name}: ${device.name} learns the way to its tunnel destination ${destination} through the tunnel`,
        fix: `leave the network of ${farOutside.name} out of ${learned.protocol.toUpperCase()}, or give ${device.name} a static route to ${destination} of /${prefixLength} or longer`,
      }),
    ];
  });
}

/** What OSPF says on a tunnel. */
export interface OspfSpeech {
  readonly area: string;
  readonly network: string;
  readonly hello: number;
  readonly dead: number;
  readonly line: number;
}

/** What OSPF says on a tunnel, with IOS's defaults: point-to-point, 10 s, four times the hello. */
export function ospfOn({ device, tunnel }: IosEnd): OspfSpeech | undefined {
  if (!tunnel) return undefined;
  const process = device.routing.find((each) => each.protocol === "ospf" && announces(each, tunnel));
  const statement = process?.networks.find((each) => tunnel.address && covers(each, tunnel.address.value.address));
  const area = tunnel.ospf.area?.value ?? statement?.area ?? undefined;
  if (area === undefined) return undefined;
  const hello =
    tunnel.ospf.hello?.value ??
    (tunnel.ospf.network?.value === "non-broadcast" || tunnel.ospf.network?.value === "point-to-multipoint" ? 30 : 10);
  return {
    area: areaNumber(area),
    network: tunnel.ospf.network?.value ?? "point-to-point",
    hello,
    dead: tunnel.ospf.dead?.value ?? hello * 4,
    line: tunnel.ospf.area?.line ?? statement?.line ?? tunnel.line,
  };
}

/** Whether EIGRP runs on the tunnel. */
export function speaksEigrp({ device, tunnel }: IosEnd): boolean {
  return device.routing.some((each) => each.protocol === "eigrp" && announces(each, tunnel ?? undefined));
}

function areaNumber(area: string): string {
  return isAddress(area) ? String(toNumber(area)) : area;
}

function ospf({ pairs }: LintContext): IosFinding[] {
  return pairs.flatMap((pair) => {
    const [a, b] = [ospfOn(pair.left), ospfOn(pair.right)];
    if (!a || !b) return [];
    const differ = (["area", "network", "hello", "dead"] as const).filter((field) => a[field] !== b[field]);
    if (differ.length === 0) return [];
    const shown = (speech: OspfSpeech): string => differ.map((field) => `${field} ${speech[field]}`).join(", ");
    return [
      iosFinding("ios/ospf-mismatch", pair.right.device, b.line, {
        what: `OSPF on ${tunnelName(pair)} has ${shown(a)} at ${pair.left.device.name} and ${shown(b)} at ${pair.right.device.name}`,
        fix: "say the same at both ends",
        seen: shown(b),
        allowed: shown(a),
      }),
    ];
  });
}

function tracks({ devices }: LintContext): IosFinding[] {
  return devices.flatMap((device) => {
    const found: IosFinding[] = [];
    for (const route of device.routes)
      if (route.track !== null && !device.tracks.has(route.track))
        found.push(
          iosFinding("ios/track-broken", device, route.line, {
            what: `the route to ${route.destination} waits for track ${route.track}, which is not defined`,
            fix: `define track ${route.track}`,
          }),
        );
    for (const [number, { sla, line }] of device.tracks) {
      if (sla === null) continue;
      const tracked = device.slas.get(sla);
      if (tracked?.isScheduled) continue;
      found.push(
        iosFinding("ios/track-broken", device, line, {
          what: tracked
            ? `track ${number} follows IP SLA ${sla}, which is not scheduled`
            : `track ${number} follows IP SLA ${sla}, which is not defined`,
          fix: tracked
            ? `say ip sla schedule ${sla} life forever start-time now`
            : `define ip sla ${sla}, and schedule it`,
          edits: tracked
            ? [insertAfter(device, line, `ip sla schedule ${sla} life forever start-time now`, "config", 0)]
            : [],
        }),
      );
    }
    return found;
  });
}
