import { contains, isPrefix, parsePrefix } from "../../model/addresses.ts";
import { parseGreOptions, printGreChange } from "./gre-options.ts";
import { parseInterfaceSet, type DeviceSet, type InterfaceSet } from "./interface-set.ts";

/**
 * The `ip -batch` file that leads a running router from one `interfaces` section to another with the least disturbance;
 * empty when they are the same. The way back is `changeBatch(after, before)`; an empty text stands for nothing at all.
 *
 * First what goes (routes, tunnels, addresses), then what comes or differs, in the order of `after`. A tunnel's parameters
 * are changed in place. What the kernel takes away on its own is put back: with an address go the other addresses of its
 * subnet (`promote_secondaries` is off), with a device's last address every route over it.
 * @see ip-link(8), ip-route(8), Linux net/ipv4/devinet.c `__inet_del_ifa`, net/ipv4/fib_frontend.c `fib_disable_ip`
 */
export function changeBatch(before: string, after: string): string {
  const from = parseInterfaceSet(before);
  const to = parseInterfaceSet(after);
  const disturbed: string[] = [];
  const lines = [...goneRoutes(from, to), ...goneObjects(from, to, disturbed)];
  for (const [name, device] of to.devices) lines.push(...comeDevice(name, keptDevice(from, to, name), device));
  for (const [destination, path] of to.routes)
    if (from.routes.get(destination) !== path || hangsOn(path, disturbed))
      lines.push(`route replace ${destination} ${path}`);
  return lines.map((line) => `${line}\n`).join("");
}

/** The device as it was, when it can be led to what it is to be; undefined when it is made anew. */
function keptDevice(from: InterfaceSet, to: InterfaceSet, name: string): DeviceSet | undefined {
  const was = from.devices.get(name);
  const is = to.devices.get(name);
  if (was === undefined || is === undefined) return undefined;
  if (was.gre === is.gre) return was;
  return isChangeable(was.gre) && isChangeable(is.gre) ? was : undefined;
}

function isChangeable(gre: string | null): boolean {
  return gre !== null && parseGreOptions(gre) !== undefined;
}

function goneRoutes(from: InterfaceSet, to: InterfaceSet): string[] {
  return [...from.routes]
    .filter(([destination]) => !to.routes.has(destination))
    .map(([destination, path]) => `route delete ${destination} ${path}`);
}

/** Devices and addresses that go; notes every address (and `dev NAME`) over which the kernel then loses routes. */
function goneObjects(from: InterfaceSet, to: InterfaceSet, disturbed: string[]): string[] {
  const lines: string[] = [];
  for (const [name, was] of from.devices) {
    const is = keptDevice(from, to, name) && to.devices.get(name);
    const gone = is ? was.addresses.filter((address) => !is.addresses.includes(address)) : was.addresses;
    if (!is && was.gre !== null) lines.push(`link delete dev ${name}`);
    else {
      lines.push(...gone.map((address) => `address delete ${address} dev ${name}`));
      if (!is) lines.push(`link set dev ${name} down`);
    }
    if (!is || gone.length > 0 || (was.up && !is.up)) disturbed.push(`dev ${name}`, ...was.addresses);
  }
  return lines;
}

function comeDevice(name: string, was: DeviceSet | undefined, is: DeviceSet): string[] {
  const lines: string[] = [];
  if (is.gre !== null && was === undefined) lines.push(`link add name ${name} type gre ${is.gre}`);
  const changed = was !== undefined && is.gre !== null && was.gre !== is.gre ? parseGreOptions(is.gre) : undefined;
  if (changed) lines.push(`link set dev ${name} type gre ${printGreChange(changed)}`);
  if (is.addressGenerationOff !== (was?.addressGenerationOff ?? false))
    lines.push(`link set dev ${name} addrgenmode ${is.addressGenerationOff ? "none" : "eui64"}`);
  // A change of the parameters lets the kernel choose the MTU anew, so ours is said again.
  if (is.mtuBytes !== null && (changed ?? (was?.mtuBytes !== is.mtuBytes || was.up !== is.up)))
    lines.push(`link set dev ${name} mtu ${is.mtuBytes} ${is.up ? "up" : "down"}`);
  const gone = was?.addresses.filter((address) => !is.addresses.includes(address)) ?? [];
  for (const address of is.addresses)
    if (!was?.addresses.includes(address)) lines.push(`address add ${address} dev ${name}`);
    else if (gone.some((other) => inSubnet(other, hostPart(address))))
      lines.push(`address replace ${address} dev ${name}`);
  return lines;
}

function hangsOn(path: string, disturbed: readonly string[]): boolean {
  const via = /^via (\S+)/.exec(path)?.[1];
  const device = /\bdev \S+/.exec(path)?.[0];
  return disturbed.some((item) => item === device || (via !== undefined && inSubnet(item, via)));
}

function inSubnet(network: string, address: string): boolean {
  const prefix = parsePrefix(network);
  return isPrefix(prefix) && contains(prefix, address);
}

function hostPart(address: string): string {
  return address.slice(0, address.indexOf("/"));
}
