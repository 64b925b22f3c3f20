import { contains, contains6, isPrefix, parsePrefix } from "../../model/addresses.ts";
import { greIdentity, parseGreOptions, printGreChange } from "./gre-options.ts";
import { addressLine, isIpv6, parseInterfaceSet, type DeviceSet, type InterfaceSet } from "./interface-set.ts";

/**
 * The `ip -batch` file that leads a running router from one `interfaces` section to another with the least disturbance;
 * empty when they are the same. The way back is `changeBatch(after, before)`; an empty text stands for nothing at all.
 *
 * First what goes (routes, tunnels, addresses), then what comes or differs, in the order of `after`. A tunnel's parameters
 * are changed in place. With a device's last address the kernel drops every route over it; such routes are put back.
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
  if (was.gre === null || is.gre === null || greChange(was.gre, is.gre) === undefined) return undefined;
  // Two devices that trade places cannot do so one after the other.
  return isHeldByAnother(from, name, is.gre) || isHeldByAnother(to, name, was.gre) ? undefined : was;
}

/** What follows `link set dev X type gre`; undefined when the device cannot be changed in place. */
function greChange(was: string, is: string): string | undefined {
  const options = parseGreOptions(is);
  return options && parseGreOptions(was) ? printGreChange(options) : undefined;
}

function isHeldByAnother(set: InterfaceSet, name: string, gre: string): boolean {
  return [...set.devices].some(
    ([other, device]) => other !== name && device.gre !== null && greIdentity(device.gre) === greIdentity(gre),
  );
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
    const gone = was.addresses.slice(is ? keptAddressCount(was, is) : 0);
    if (!is && was.gre !== null) lines.push(`link delete dev ${name}`);
    else {
      // The last first: a subnet's first address would take the others along before their turn.
      lines.push(...gone.toReversed().map((address) => `address delete ${address} dev ${name}`));
      if (!is) lines.push(`link set dev ${name} down`);
    }
    if (!is || gone.length > 0 || (was.up && !is.up)) disturbed.push(`dev ${name}`, ...was.addresses);
  }
  return lines;
}

function comeDevice(name: string, was: DeviceSet | undefined, is: DeviceSet): string[] {
  const lines: string[] = [];
  if (is.gre !== null && was === undefined) lines.push(`link add name ${name} type gre ${is.gre}`);
  const change = was?.gre && is.gre && was.gre !== is.gre ? greChange(was.gre, is.gre) : undefined;
  if (change !== undefined) lines.push(`link set dev ${name} type gre ${change}`);
  if (is.addressGenerationOff !== (was?.addressGenerationOff ?? false))
    lines.push(`link set dev ${name} addrgenmode ${is.addressGenerationOff ? "none" : "eui64"}`);
  // A change of the parameters lets the kernel choose the MTU anew, so ours is said again. Of its own choice it does not tell IPv6
  // (Linux 6.1: net/ipv4/ip_tunnel.c, `ip_tunnel_update`), and what is said twice tells nobody: so first another one.
  if (change !== undefined && is.mtuBytes !== null && is.addresses.some(isIpv6))
    lines.push(`link set dev ${name} mtu ${is.mtuBytes + 1}`);
  if (is.mtuBytes !== null && (change !== undefined || was?.mtuBytes !== is.mtuBytes || was.up !== is.up))
    lines.push(`link set dev ${name} mtu ${is.mtuBytes} ${is.up ? "up" : "down"}`);
  for (const address of is.addresses.slice(was ? keptAddressCount(was, is) : 0)) lines.push(addressLine(name, address));
  return lines;
}

/** How many addresses stay: those before the first difference, since their order tells the kernel which leads its subnet. */
function keptAddressCount(was: DeviceSet, is: DeviceSet): number {
  const first = was.addresses.findIndex((address, index) => address !== is.addresses[index]);
  return first < 0 ? was.addresses.length : first;
}

function hangsOn(path: string, disturbed: readonly string[]): boolean {
  const via = /^via (\S+)/.exec(path)?.[1];
  const device = /\bdev \S+/.exec(path)?.[0];
  return disturbed.some((item) => item === device || (via !== undefined && inSubnet(item, via)));
}

function inSubnet(network: string, address: string): boolean {
  if (isIpv6(network) || isIpv6(address)) return isIpv6(network) && isIpv6(address) && contains6(network, address);
  const prefix = parsePrefix(network);
  return isPrefix(prefix) && contains(prefix, address);
}
