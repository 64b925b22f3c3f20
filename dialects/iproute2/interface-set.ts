/**
 * The `interfaces` section as objects, and back: an `ip -batch` file with one line an object, in one order.
 * Two such texts differ in exactly the lines in which two routers differ.
 * @see ip(8) `-batch`, ip-link(8), ip-address(8), ip-route(8)
 */

/** A device with everything that hangs on it. */
export interface DeviceSet {
  /** What follows `type gre`; `null` for an interface that is there without us. */
  gre: string | null;
  /** No IPv6 link-local address is generated: a router solicitation in a capture is noise. */
  addressGenerationOff: boolean;
  mtuBytes: number | null;
  up: boolean;
  /** With prefix length, those of IPv6 last. */
  addresses: string[];
}

/** All devices by name and all static routes (what follows the prefix, `via V`) by prefix, each in order. */
export interface InterfaceSet {
  readonly devices: Map<string, DeviceSet>;
  readonly routes: Map<string, string>;
}

/** A device without anything. */
export function emptyDevice(): DeviceSet {
  return { gre: null, addressGenerationOff: false, mtuBytes: null, up: false, addresses: [] };
}

/** Reads what `printInterfaceSet` writes; refuses any other line with its number. */
export function parseInterfaceSet(text: string): InterfaceSet {
  const set: InterfaceSet = { devices: new Map(), routes: new Map() };
  const device = (name: string): DeviceSet => {
    const known = set.devices.get(name) ?? emptyDevice();
    set.devices.set(name, known);
    return known;
  };
  for (const [index, line] of text.split("\n").entries()) {
    if (line === "") continue;
    const [words, name = "", rest = ""] = readLine(line);
    if (words === "link add name") device(name).gre = rest;
    else if (words === "link set dev" && rest === "addrgenmode none") device(name).addressGenerationOff = true;
    else if (words === "link set dev") {
      const [, mtu, state] = /^mtu (\d+) (up|down)$/.exec(rest) ?? [];
      if (mtu === undefined) throw new Error(notUnderstood(index, line));
      Object.assign(device(name), { mtuBytes: Number(mtu), up: state === "up" });
    } else if (words === "address add") device(name).addresses.push(rest);
    else if (words === "route add") set.routes.set(name, rest);
    else throw new Error(notUnderstood(index, line));
  }
  return set;
}

/** Writes the set, one line an object. */
export function printInterfaceSet(set: InterfaceSet): string {
  const lines: string[] = [];
  for (const [name, device] of set.devices) lines.push(...deviceLines(name, device));
  for (const [destination, path] of set.routes) lines.push(`route add ${destination} ${path}`);
  return lines.map((line) => `${line}\n`).join("");
}

function deviceLines(name: string, device: DeviceSet): string[] {
  const lines: string[] = [];
  if (device.gre !== null) lines.push(`link add name ${name} type gre ${device.gre}`);
  if (device.addressGenerationOff) lines.push(`link set dev ${name} addrgenmode none`);
  if (device.mtuBytes !== null) lines.push(`link set dev ${name} mtu ${device.mtuBytes} ${device.up ? "up" : "down"}`);
  return [...lines, ...device.addresses.map((address) => addressLine(name, address))];
}

/** Without duplicate address detection an IPv6 address is of use at once; the declaration has no duplicates. */
export function addressLine(device: string, address: string): string {
  return `address add ${address} dev ${device}${isIpv6(address) ? " nodad" : ""}`;
}

/** Of an address or prefix that was parsed before. */
export function isIpv6(text: string): boolean {
  return text.includes(":");
}

function readLine(line: string): (string | undefined)[] {
  const link = /^(link add name) (\S+) type gre (.+)$/.exec(line) ?? /^(link set dev) (\S+) (.+)$/.exec(line);
  if (link) return [link[1], link[2], link[3]];
  const address = /^(address add) (\S+) dev (\S+?)(?: nodad)?$/.exec(line);
  if (address) return [address[1], address[3], address[2]];
  const route = /^(route add) (\S+) ((?:via|dev) .+)$/.exec(line);
  return route ? [route[1], route[2], route[3]] : [];
}

function notUnderstood(index: number, line: string): string {
  return `line ${index + 1} of the interfaces section is not understood: ${line}`;
}
