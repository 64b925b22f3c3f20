import { numberOf, objectsOf, parseJsonObjects, textOf, type JsonObject } from "../json.ts";
import { printGreOptions } from "./gre-options.ts";
import { emptyDevice, isIpv6, parseInterfaceSet, printInterfaceSet, type InterfaceSet } from "./interface-set.ts";
import { parseLinkStates, type GreState } from "./read-link.ts";

/** What `ip -json` printed: `-details link show`, `address show`, `route show table main`, and the last of IPv6. */
export interface LiveInterfaces {
  readonly links: string;
  readonly addresses: string;
  readonly routes: string;
  /** @default - none were asked for */
  readonly routes6?: string;
}

/**
 * The live state in the form of the `interfaces` section: no drift is the same text, drift is a difference in lines.
 * Only what is ours is told: the devices that `expected` names, other GRE devices (nobody else makes any), and the static
 * routes over ours. What is gone is left out, what differs has its live value, what came beside it is a line more.
 * @see ip(8) `-json`; a route without `protocol` is one of `ip route add` (iproute2 ip/iproute.c `print_route`)
 */
export function readInterfaces(live: LiveInterfaces, expected: string): string {
  const wanted = parseInterfaceSet(expected);
  const links = new Map(parseLinkStates(live.links).map((link) => [link.name, link]));
  const addresses = addressesByDevice(live.addresses);
  const found: InterfaceSet = { devices: new Map(), routes: new Map() };
  const extra = [...links.values()].filter(
    (link) => link.gre?.remote !== "any" && link.gre && !wanted.devices.has(link.name),
  );
  for (const name of [...wanted.devices.keys(), ...extra.map((link) => link.name)]) {
    const link = links.get(name);
    if (link === undefined) continue;
    found.devices.set(name, {
      ...emptyDevice(),
      gre: link.gre && asWanted(greText(link.gre), wanted.devices.get(name)?.gre),
      // On an interface that is not a tunnel the mode is nobody's business.
      addressGenerationOff: link.gre !== null && link.addressGenerationOff,
      mtuBytes: link.mtuBytes,
      up: link.up,
      addresses: addresses.get(name) ?? [], // in the kernel's order, which tells the first of a subnet
    });
  }
  const routes = new Map([
    ...parseJsonObjects(live.routes).flatMap((route) => staticRoute(route, found, "0.0.0.0/0")),
    ...parseJsonObjects(live.routes6 ?? "[]").flatMap((route) => staticRoute(route, found, "::/0")),
  ]);
  for (const destination of inOrder([...routes.keys()], [...wanted.routes.keys()]))
    found.routes.set(destination, routes.get(destination) ?? "");
  return printInterfaceSet(found);
}

/** Every data interface and tunnel in the form of the `interfaces` section, whoever set it up, for a router that is taken over. */
export function readAllInterfaces(live: LiveInterfaces): string {
  const names = parseLinkStates(live.links)
    .filter(({ name, gre }) => /^eth\d+$/.test(name) || (gre && gre.remote !== "any"))
    .map(({ name }) => name);
  const all: InterfaceSet = {
    devices: new Map(names.map((name) => [name, { ...emptyDevice(), mtuBytes: 0 }])),
    routes: new Map(),
  };
  return readInterfaces(live, printInterfaceSet(all));
}

/** The words that were wanted, where they say the same: Linux sets DF (`pmtudisc`) when nothing is said of it. */
function asWanted(live: string, wanted: string | null | undefined): string {
  return typeof wanted === "string" && `${wanted} pmtudisc` === live ? wanted : live;
}

function greText(gre: GreState): string {
  return [printGreOptions(gre), ...gre.extras].join(" ");
}

function addressesByDevice(json: string): Map<string, string[]> {
  return new Map(
    parseJsonObjects(json).map((device) => [
      textOf(device, "ifname") ?? "",
      objectsOf(device.addr_info)
        .filter((info) => textOf(info, "family") === "inet" || textOf(info, "scope") === "global")
        .map((info) => `${textOf(info, "local") ?? ""}/${numberOf(info, "prefixlen") ?? 32}`),
    ]),
  );
}

/** A route of `ip route add` over one of our devices; those with a number of a nexthop object (FRR's zebra makes them) are the routing daemon's. */
function staticRoute(route: JsonObject, found: InterfaceSet, everywhere: string): [string, string][] {
  const protocol = textOf(route, "protocol") ?? "boot";
  const device = textOf(route, "dev") ?? "";
  const destination = textOf(route, "dst");
  if (route.nhid !== undefined) return [];
  if (destination === undefined || !["boot", "static"].includes(protocol) || !found.devices.has(device)) return [];
  const gateway = textOf(route, "gateway");
  return [[canonicalDestination(destination, everywhere), gateway === undefined ? `dev ${device}` : `via ${gateway}`]];
}

function canonicalDestination(destination: string, everywhere: string): string {
  if (destination === "default") return everywhere;
  return destination.includes("/") ? destination : `${destination}/${isIpv6(destination) ? 128 : 32}`;
}

/** The items, those of `order` first and in its order. */
function inOrder(items: readonly string[], order: readonly string[]): string[] {
  return [...order.filter((item) => items.includes(item)), ...items.filter((item) => !order.includes(item))];
}
