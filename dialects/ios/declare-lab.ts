import type { LabDeclaration, NodeDeclaration } from "../../model/declaration.ts";
import { declareEnd, declareTunnel, routeOver, type DeclaredTunnel } from "./declare-tunnel.ts";
import { isIn, maskOf, networkOf, toAddress, toNumber, type AddressValue, type IosDevice } from "./device.ts";
import type { IosEnd } from "./ends.ts";
import type { LintedIos } from "./lint.ts";
import { outsideOf, type IosPair } from "./pair-ends.ts";
import { iosFinding, type IosFinding, type IosRuleId } from "./rules/catalogue.ts";
import { ipMtuOf } from "./rules/context.ts";

/** The lab that the configurations are, or none; the findings tell what was assumed, and why there is none. */
export interface DeclaredLab {
  readonly lab: LabDeclaration | null;
  readonly findings: readonly IosFinding[];
}

/**
 * The pairs of routers as a lab: their addresses, suites, modes and MTUs, and around them what a lab needs: the provider between them,
 * hosts behind them. What was added is told. A pair whose ends contradict one another is no lab.
 *
 * @param name of the lab
 */
export function declareLab(linted: Pick<LintedIos, "pairs" | "devices" | "findings">, name = "imported"): DeclaredLab {
  const [first] = linted.devices;
  if (!first) return { lab: null, findings: [] };
  const none = (device: IosDevice, line: number | null, what: string): IosFinding =>
    iosFinding("ios/not-declarable", device, line, { what, fix: "mend what the findings tell, or give both ends" });
  if (linted.pairs.length === 0)
    return { lab: null, findings: [none(first, null, "no two ends of a tunnel belong together, so there is no lab")] };
  const told = linted.pairs.map((pair) => ({ pair, ...declareTunnel(pair) }));
  const reasons = told.flatMap(({ pair, reasons: each }) =>
    each.map((reason) =>
      none(
        pair.right.device,
        pair.right.line,
        `${pair.left.device.name} and ${pair.right.device.name} are no lab: ${reason}`,
      ),
    ),
  );
  for (const { ruleId, severity, line, what, device: of } of linted.findings) {
    const device = linted.devices.find((each) => each.name === of);
    if (severity === "error" && contradictions.has(ruleId) && device)
      reasons.push(none(device, line, `there is no lab while ${what}`));
  }
  if (reasons.length > 0) return { lab: null, findings: reasons };
  return new LabBuilder(name, told).build();
}

/** Faults that no lab could show: the tunnel declared would be another one. */
const contradictions: ReadonlySet<IosRuleId> = new Set<IosRuleId>([
  "ios/acl-not-mirrored",
  "ios/acl-reversed",
  "ios/crypto-map-incomplete",
  "ios/peer-mismatch",
  "ios/protection-one-end",
  "ios/psk-mismatch",
  "ios/psk-missing",
  "ios/reference-missing",
  "ios/tunnel-subnet",
]);

interface Port {
  readonly device: IosDevice;
  readonly ios: string;
  readonly address: AddressValue;
  readonly mtuBytes: number;
  eth: string;
  segment: string;
}

class LabBuilder {
  readonly #name: string;
  readonly #told: readonly (DeclaredTunnel & { readonly pair: IosPair })[];
  readonly #devices: readonly IosDevice[];
  readonly #names = new Map<IosDevice, string>();
  readonly #segments: LabDeclaration["segments"] = {};
  readonly #nodes: LabDeclaration["nodes"] = {};
  readonly #findings: IosFinding[] = [];
  readonly #outside = new Map<IosEnd, Port>();
  readonly #ports = new Map<IosDevice, Port[]>();

  constructor(name: string, told: readonly (DeclaredTunnel & { readonly pair: IosPair })[]) {
    this.#name = name;
    this.#told = told;
    this.#devices = [...new Set(told.flatMap(({ pair }) => [pair.left.device, pair.right.device]))];
  }

  build(): DeclaredLab {
    for (const device of this.#devices) this.#names.set(device, this.#nodeName(device));
    for (const { pair, assumptions } of this.#told) {
      for (const end of [pair.left, pair.right]) this.#outsidePort(end);
      for (const what of assumptions) this.#assume(pair.left.device, what);
    }
    for (const device of this.#devices) this.#insidePorts(device);
    const isInvented = this.#inventSites();
    for (const device of this.#devices) this.#nameInterfaces(device);
    const ways = this.#linkOutsides();
    for (const device of this.#devices) this.#router(device, ways);
    for (const device of this.#devices) this.#hosts(device);
    const tunnels = this.#tunnels(isInvented);
    return {
      lab: { name: this.#name, segments: this.#segments, nodes: this.#nodes, tunnels },
      findings: this.#findings,
    };
  }

  #assume(device: IosDevice, what: string): void {
    this.#findings.push(
      iosFinding("ios/assumed", device, null, { what, fix: "say it in the text where it is otherwise" }),
    );
  }

  #nodeName(device: IosDevice): string {
    const plain = device.name
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, "-")
      .replace(/^[^a-z]+/, "")
      .slice(0, 20)
      .replace(/-+$/, "");
    return unusedName(plain === "" ? "router" : plain, [...this.#names.values(), "isp"]);
  }

  #outsidePort(end: IosEnd): void {
    const { device } = end;
    const name = outsideOf(end) ?? "outside";
    const known = this.#ports.get(device)?.find(({ ios }) => ios === name);
    const found = device.interfaces.get(name);
    const address = found?.address?.value ?? {
      address: end.sourceAddress ?? "0.0.0.0",
      prefixLength: shortestLink(end.sourceAddress ?? "0.0.0.0"),
    };
    if (!found?.address)
      this.#assume(device, `the network of ${name} is not said: ${address.address}/${address.prefixLength} is taken`);
    const port = known ?? { device, ios: name, address, mtuBytes: ipMtuOf(found), eth: "", segment: "" };
    if (!known) this.#ports.set(device, [...(this.#ports.get(device) ?? []), port]);
    this.#outside.set(end, port);
  }

  #insidePorts(device: IosDevice): void {
    const ports = this.#ports.get(device) ?? [];
    for (const { name, address, shutdown, vrf } of device.interfaces.values()) {
      const isSite =
        address &&
        !name.startsWith("Tunnel") &&
        shutdown?.value !== true &&
        vrf === null &&
        address.value.prefixLength <= 30;
      if (!isSite || ports.some(({ ios }) => ios === name)) continue;
      if (name.startsWith("Loopback")) this.#assume(device, `${name} stands for a site`);
      ports.push({ device, ios: name, address: address.value, mtuBytes: 1500, eth: "", segment: "" });
    }
  }

  /** A lab without sites has no hosts, and nothing to send: each router is given one. */
  #inventSites(): boolean {
    if (this.#devices.some((device) => this.#inside(device).length > 0)) return false;
    const taken = [...this.#ports.values()].flat().map(({ address }) => address);
    const tunnels = this.#devices.flatMap((device) =>
      [...device.interfaces.values()].flatMap(({ address }) => address?.value ?? []),
    );
    let third = 10;
    for (const device of this.#devices) {
      while (
        [...taken, ...tunnels].some(
          (each) =>
            isIn(`192.168.${third}.1`, each) || isIn(each.address, { address: `192.168.${third}.1`, prefixLength: 24 }),
        )
      )
        third += 10;
      const address = { address: `192.168.${third}.1`, prefixLength: 24 };
      this.#ports
        .get(device)
        ?.push({ device, ios: `site of ${device.name}`, address, mtuBytes: 1500, eth: "", segment: "" });
      this.#assume(device, `no network behind ${device.name} is in the text: 192.168.${third}.0/24 is taken`);
      third += 10;
    }
    return true;
  }

  #inside(device: IosDevice): Port[] {
    const outside = [...this.#outside.values()];
    return (this.#ports.get(device) ?? []).filter((port) => !outside.includes(port));
  }

  /** GigabitEthernet0/0 is eth0 where all interfaces are named so; else the outside ones come first. */
  #nameInterfaces(device: IosDevice): void {
    const outside = [...this.#outside.values()].filter(
      (port, at, all) => port.device === device && all.indexOf(port) === at,
    );
    const ports = [...outside, ...this.#inside(device)];
    const numbers = ports.map(({ ios }) =>
      Number(
        /^GigabitEthernet0\/(\d{1,2})$/.exec(ios)?.[1] ??
          Number(/^GigabitEthernet([1-9]\d?)$/.exec(ios)?.[1] ?? NaN) - 1,
      ),
    );
    const isNumbered = numbers.every((number) => Number.isInteger(number)) && new Set(numbers).size === numbers.length;
    for (const [at, port] of ports.entries()) port.eth = `eth${isNumbered ? (numbers[at] ?? at) : at}`;
    for (const [at, port] of this.#inside(device).entries()) {
      port.segment = `${this.#names.get(device) ?? ""}-inside${at === 0 ? "" : at + 1}`;
      this.#segments[port.segment] = {};
    }
  }

  /** Outsides of one network are on one link; several links are joined by a provider. Gives the next hop of each outside. */
  #linkOutsides(): ReadonlyMap<Port, string> {
    const ports = [...new Set(this.#outside.values())];
    const groups = new Map<string, Port[]>();
    for (const port of ports) {
      const key = `${networkOf(port.address)}/${port.address.prefixLength}`;
      groups.set(key, [...(groups.get(key) ?? []), port]);
    }
    const isDirect = groups.size === 1;
    const ways = new Map<Port, string>();
    const interfaces: NodeDeclaration["interfaces"] = {};
    const sides = ["left", "right"];
    for (const [at, group] of [...groups.values()].entries()) {
      const [port] = group;
      if (!port) continue;
      const segment = isDirect ? "between" : `isp-${groups.size === 2 ? (sides[at] ?? at) : at + 1}`;
      const mtuBytes = Math.min(...group.map((each) => each.mtuBytes));
      this.#segments[segment] = mtuBytes === 1500 ? {} : { mtuBytes };
      for (const each of group) each.segment = segment;
      if (isDirect) continue;
      const address = this.#providerAddress(group);
      interfaces[`eth${at}`] = { segment, address: `${address}/${port.address.prefixLength}` };
      for (const each of group) ways.set(each, address);
    }
    if (!isDirect) this.#nodes.isp = { role: "transit", interfaces };
    return ways;
  }

  /** The next hop that a route names, else an address nobody has. */
  #providerAddress(group: readonly Port[]): string {
    const [port] = group;
    if (!port) return "0.0.0.0";
    const said = group.flatMap(({ device }) =>
      device.routes.flatMap(({ via }) => (via !== null && isIn(via, port.address) ? [via] : [])),
    );
    const free = freeAddress(
      port.address,
      group.map(({ address }) => address.address),
    );
    if (said[0] === undefined)
      this.#assume(
        port.device,
        `no route of ${port.device.name} names its next hop outside: ${free} is taken, with a default route to it`,
      );
    return said.find((via) => !group.some(({ address }) => address.address === via)) ?? free;
  }

  #router(device: IosDevice, ways: ReadonlyMap<Port, string>): void {
    const ports = (this.#ports.get(device) ?? []).toSorted((a, b) => Number(a.eth.slice(3)) - Number(b.eth.slice(3)));
    const via = ports.flatMap((port) => ways.get(port) ?? [])[0];
    this.#nodes[this.#names.get(device) ?? ""] = {
      role: "router",
      interfaces: Object.fromEntries(
        ports.map(({ eth, segment, address, ios }) => [
          eth,
          { segment, address: `${address.address}/${address.prefixLength}`, ...withIpv6(device, ios, segment) },
        ]),
      ),
      ...(via !== undefined && { routes: [{ destination: "0.0.0.0/0", via }] }),
    };
  }

  #hosts(device: IosDevice): void {
    for (const { segment, address, ios } of this.#inside(device)) {
      const host = freeAddress(address, [address.address], 10);
      const six = device.interfaces.get(ios)?.address6?.value;
      const name = unusedName(
        `h${Object.values(this.#nodes).filter(({ role }) => role === "host").length + 1}`,
        Object.keys(this.#nodes),
      );
      this.#nodes[name] = {
        role: "host",
        interfaces: {
          eth0: {
            segment,
            address: `${host}/${address.prefixLength}`,
            ...(six !== undefined && { address6: nextHost6(six) }),
          },
        },
        routes: [{ destination: "0.0.0.0/0", via: address.address }],
      };
    }
  }

  #tunnels(isInvented: boolean): LabDeclaration["tunnels"] {
    const tunnels: LabDeclaration["tunnels"] = {};
    for (const { pair, tunnel } of this.#told) {
      const wanted = pair.left.tunnel ? pair.left.name.toLowerCase() : "ipsec0";
      let name = wanted;
      for (let at = 0; Object.hasOwn(tunnels, name); at += 1) name = `${wanted.replace(/\d+$/, "")}${at}`;
      const end = (each: IosEnd) =>
        declareEnd(each, this.#names.get(each.device) ?? "", this.#outside.get(each)?.eth ?? "eth0");
      const needsRoutes = isInvented && tunnel.routing?.protocol === "none";
      if (needsRoutes)
        this.#assume(pair.left.device, `nothing routes over ${pair.left.name}: static routes to the sites are taken`);
      if (
        !isInvented &&
        tunnel.routing?.protocol === "none" &&
        [pair.left, pair.right].some((each) => routeOver(each, each === pair.left ? pair.right : pair.left))
      )
        this.#assume(pair.left.device, `routes lead over ${pair.left.name} at one end alone: the lab has none`);
      tunnels[name] = {
        ...tunnel,
        ...(needsRoutes && { routing: { protocol: "static" } }),
        left: end(pair.left),
        right: end(pair.right),
      };
    }
    return tunnels;
  }
}

function withIpv6(device: IosDevice, ios: string, segment: string): { address6?: string } {
  const six = device.interfaces.get(ios)?.address6?.value;
  return six !== undefined && segment.includes("-inside") ? { address6: six } : {};
}

/** An address beside the router's in its IPv6 network: the last group counted on. */
function nextHost6(text: string): string {
  const [address = "", length = "64"] = text.split("/");
  const last = /([0-9a-f]*)$/i.exec(address)?.[1] ?? "";
  const value = (parseInt(last === "" ? "0" : last, 16) + 15) & 0xffff;
  return `${address.slice(0, address.length - last.length)}${value.toString(16)}/${length}`;
}

function unusedName(wanted: string, taken: readonly string[]): string {
  let name = wanted;
  for (let at = 2; taken.includes(name); at += 1) name = `${wanted}-${at}`;
  return name;
}

/** The longest prefix in which the address is a host's and leaves room for a neighbour. */
function shortestLink(address: string): number {
  for (let length = 30; length > 8; length -= 1) {
    const size = 2 ** (32 - length);
    const within = toNumber(address) % size;
    if (within !== 0 && within !== size - 1) return length;
  }
  return 24;
}

/** A host address of the network that nobody has; from the given offset on, where there is room. */
function freeAddress(network: AddressValue, taken: readonly string[], from = 1): string {
  const first = toNumber(networkOf(network));
  const count = 2 ** (32 - network.prefixLength);
  const begin = from < count - 1 ? from : 1;
  const least = network.prefixLength === 31 ? 0 : begin;
  for (let at = least; at < count; at += 1) {
    const address = toAddress((first + at) >>> 0);
    if (!taken.includes(address)) return address;
  }
  return maskOf(32);
}
