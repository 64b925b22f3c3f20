import { parseAclEntry } from "./access-list.ts";
import type { CommandName } from "./command-table.ts";
import {
  interfaceName,
  isAddress,
  maskLength,
  type AccessList,
  type IosDevice,
  type RoutingProcess,
} from "./device.ts";
import { globalCrypto } from "./extract-crypto-global.ts";
import { said, type Current, type Handler } from "./extraction.ts";

const passive: Handler = ({ process }, args, { line, negated }) => {
  const name = interfaceName(args.interface ?? "");
  if (!process) return;
  if (negated) process.active.push(name);
  else process.passive.push({ value: name, line });
};
const passiveDefault: Handler = ({ process }, _, { negated }) => {
  if (process) process.passiveDefault = !negated;
};
const network: Handler = ({ process }, args, { line, negated }) => {
  const { address = "0.0.0.0", wildcard = null, mask, area = null } = args;
  if (!process) return;
  const same = process.networks.findIndex((each) => each.address === address && each.area === area);
  if (negated && same >= 0) process.networks.splice(same, 1);
  if (!negated)
    process.networks.push({
      address,
      wildcard: wildcard ?? (mask === undefined ? null : complement(mask)),
      area,
      line,
    });
};

export const routingHandlers = {
  global: {
    ...globalCrypto,
    "access-list": (current, args, { line, negated }) => {
      const name = args.number ?? "";
      const number = Number(name);
      const kind = number <= 99 || (number >= 1300 && number <= 1999) ? "standard" : "extended";
      if (negated) current.device.accessLists.delete(name);
      else addEntry(enterList(current.device, name, kind, line), args.entry ?? "", line);
    },
    "ip-access-list": (current, args, { line, negated }) => {
      const name = args.name ?? "";
      if (negated) current.device.accessLists.delete(name);
      current.accessList = negated
        ? null
        : enterList(current.device, name, args.kind === "standard" ? "standard" : "extended", line);
    },
    "ip-route": ({ device }, args, { line, negated }) => {
      const prefixLength = maskLength(args.mask ?? "");
      if (prefixLength === undefined) return;
      const destination = args.destination ?? "";
      const vrf = args.vrf ?? null;
      if (negated) {
        const at = device.routes.findIndex(
          (each) => each.destination === destination && each.prefixLength === prefixLength && each.vrf === vrf,
        );
        if (at >= 0) device.routes.splice(at, 1);
        return;
      }
      device.routes.push({ destination, prefixLength, vrf, line, ...nextHop(args.via ?? "") });
    },
    "ipv6-route": ({ device }, args, { line, negated }) => {
      if (!negated) device.routes6.push({ destination: args.destination ?? "", via: args.via ?? "", line });
    },
    ospf: (current, args, { line, negated }) => enterProcess(current, "ospf", args.process ?? "", line, negated),
    eigrp: (current, args, { line, negated }) => enterProcess(current, "eigrp", args.name ?? "", line, negated),
    bgp: (current, args, { line, negated }) => enterProcess(current, "bgp", args.as ?? "", line, negated),
    nat: ({ device }, args, { line, negated }) => {
      if (!negated)
        device.nat.push({
          acl: args.acl ?? null,
          routeMap: args.map ?? null,
          interface: args.interface === undefined ? null : interfaceName(args.interface),
          line,
        });
    },
    "route-map": (current, args, { line, negated }) => {
      if (negated) return;
      const entry = { action: args.action === "deny" ? ("deny" as const) : ("permit" as const), line, acls: [] };
      const entries = current.device.routeMaps.get(args.name ?? "") ?? [];
      entries.push(entry);
      current.device.routeMaps.set(args.name ?? "", entries);
      current.routeMapEntry = entry;
    },
    "ip-sla": (current, args, { line, negated }) => {
      if (negated) return;
      const number = Number(args.number);
      const sla = current.device.slas.get(number) ?? { line, target: null, isScheduled: false };
      current.device.slas.set(number, sla);
      current.sla = sla;
    },
    "ip-sla-schedule": ({ device }, args, { negated }) => {
      const sla = device.slas.get(Number(args.number));
      if (sla) sla.isScheduled = !negated;
    },
    track: ({ device }, args, { line, negated }) => {
      if (!negated)
        device.tracks.set(Number(args.number), { line, sla: args.sla === undefined ? null : Number(args.sla) });
    },
    vrf: ({ device }, args, { line, negated }) => {
      if (negated) device.vrfs.delete(args.name ?? "");
      else device.vrfs.set(args.name ?? "", line);
    },
  } satisfies Readonly<Record<CommandName<"global">, Handler>>,
  acl: {
    entry: ({ accessList }, args, { line, negated }) => {
      if (accessList && !negated) addEntry(accessList, `${args.action ?? ""} ${args.rest ?? ""}`, line);
    },
  } satisfies Readonly<Record<CommandName<"acl">, Handler>>,
  ospf: {
    "router-id": ({ process }, args, at) => {
      if (process) process.routerId = said(args.address ?? "", at);
    },
    network,
    passive,
    "passive-default": passiveDefault,
  } satisfies Readonly<Record<CommandName<"ospf">, Handler>>,
  eigrp: {
    network,
    passive,
    "passive-default": passiveDefault,
    "address-family": ({ process }, args) => {
      if (process) process.autonomousSystem = Number(args.as);
    },
  } satisfies Readonly<Record<CommandName<"eigrp">, Handler>>,
  "eigrp-family": { network } satisfies Readonly<Record<CommandName<"eigrp-family">, Handler>>,
  bgp: {
    network,
    neighbor: ({ process }, args, at) => {
      const neighbor = said(args.address ?? "", at);
      if (neighbor) process?.neighbors.push(neighbor);
    },
    "update-source": () => undefined,
    "router-id": ({ process }, args, at) => {
      if (process) process.routerId = said(args.address ?? "", at);
    },
    "address-family": () => undefined,
  } satisfies Readonly<Record<CommandName<"bgp">, Handler>>,
  "bgp-family": { network } satisfies Readonly<Record<CommandName<"bgp-family">, Handler>>,
  "route-map": {
    "match-address": ({ routeMapEntry }, args, { line }) => {
      for (const acl of (args.acls ?? "").split(" ")) routeMapEntry?.acls.push({ value: acl, line });
    },
  } satisfies Readonly<Record<CommandName<"route-map">, Handler>>,
  "ip-sla": {
    echo: ({ sla }, args) => {
      if (sla) sla.target = args.target ?? null;
    },
    frequency: () => undefined,
    timeout: () => undefined,
    threshold: () => undefined,
  } satisfies Readonly<Record<CommandName<"ip-sla">, Handler>>,
  track: { delay: () => undefined } satisfies Readonly<Record<CommandName<"track">, Handler>>,
  vrf: { rd: () => undefined } satisfies Readonly<Record<CommandName<"vrf">, Handler>>,
};

function enterList(device: IosDevice, name: string, kind: "standard" | "extended", line: number): AccessList {
  const list = device.accessLists.get(name) ?? { name, line, kind, entries: [], isPartial: false };
  device.accessLists.set(name, list);
  return list;
}

function addEntry(list: AccessList, text: string, line: number): void {
  if (/^remark\b/i.test(text.trim())) return;
  const entry = parseAclEntry(text, list.kind, line);
  if (entry) list.entries.push(entry);
  else list.isPartial = true;
}

function enterProcess(
  current: Current,
  protocol: RoutingProcess["protocol"],
  id: string,
  line: number,
  negated: boolean,
): void {
  const { routing } = current.device;
  const at = routing.findIndex((each) => each.protocol === protocol && each.id === id);
  current.process = null;
  if (negated) {
    if (at >= 0) routing.splice(at, 1);
    return;
  }
  const process = routing[at] ?? {
    protocol,
    id,
    line,
    networks: [],
    passive: [],
    passiveDefault: false,
    active: [],
    routerId: null,
    neighbors: [],
    autonomousSystem: /^\d+$/.test(id) ? Number(id) : null,
  };
  if (at < 0) routing.push(process);
  current.process = process;
}

/** `[interface] [next hop] [distance] [name x] [track n] [permanent]`. */
function nextHop(text: string): {
  via: string | null;
  interface: string | null;
  distance: number | null;
  track: number | null;
} {
  const words = text.split(/\s+/);
  const first = words[0] ?? "";
  const isInterface =
    /^[A-Za-z][A-Za-z-]*\d/.test(first) ||
    (/^[A-Za-z]/.test(first) && /^\d[\d/.:]*$/.test(words[1] ?? "") && !isAddress(words[1] ?? ""));
  let at = 0;
  let name: string | null = null;
  if (isInterface) {
    const isWhole = /\d$/.test(first);
    name = interfaceName(isWhole ? first : `${first}${words[1] ?? ""}`);
    at = isWhole ? 1 : 2;
  }
  const via = isAddress(words[at] ?? "") ? (words[at] ?? null) : null;
  if (via !== null) at += 1;
  const distance = /^\d{1,3}$/.test(words[at] ?? "") ? Number(words[at]) : null;
  const track = words.indexOf("track");
  return { via, interface: name, distance, track: track >= 0 ? Number(words[track + 1]) : null };
}

function complement(mask: string): string {
  return mask
    .split(".")
    .map((part) => 255 - Number(part))
    .join(".");
}
