import type { NodeModel, OspfInterfaceModel, TunnelEndModel } from "../../../model/lab-model.ts";
import { protectsSites } from "../../../model/overhead.ts";
import { parsePrefix, isPrefix } from "../../../model/addresses.ts";
import { maskOf, toAddress, toNumber } from "../device.ts";
import { renderCrypto, type CryptoNames } from "./render-crypto.ts";
import { versionOf, type IosRenderOptions } from "./render-options.ts";

/** One EIGRP process is enough for a lab; its number is the same everywhere, else there are no neighbours. */
const eigrpNumber = 100;
const defaultHelloSeconds = 10;

/** What is declared and Linux does not do, so that the model has it not. */
export interface DeclaredForIos {
  /** Tunnels that EIGRP runs on. */
  readonly eigrp: ReadonlySet<string>;
  /** By router and tunnel, `r1 tunnel0`. */
  readonly keepalives: ReadonlyMap<string, { readonly periodSeconds: number; readonly retryCount: number }>;
}

/** A router's whole configuration: stanzas in the order in which `show running-config` prints them, `!` between them, and `end`. */
export function renderRouter(
  node: NodeModel,
  { eigrp, keepalives }: DeclaredForIos,
  options: IosRenderOptions,
): string {
  const ends = [...node.tunnels].sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = new Map(ends.map((end, at) => [end.name, namesOf(end, at, options)]));
  const crypto = renderCrypto(ends, names, options);
  const stanzas = [
    [`version ${versionOf(options)}`],
    [`hostname ${node.name}`],
    ...(node.interfaces.some(({ address6 }) => address6) ? [["ipv6 unicast-routing"]] : []),
    // Without GRE the DF bit is ESP's to copy, which is IOS's default.
    ...(ends.some(({ order, pathMtuDiscovery }) => order === "ipsec" && !pathMtuDiscovery)
      ? [["crypto ipsec df-bit clear"]]
      : []),
    ...crypto.policies,
    ...crypto.profiles,
    ...crypto.maps,
    ...ends
      .filter(({ order }) => order !== "ipsec")
      .map((end) => tunnelLines(node, end, keepalives.get(`${node.name} ${end.name}`), names, options)),
    ...node.interfaces.map((each) => interfaceLines(node, each, ends, names, options)),
    ...eigrpLines(node, ends, eigrp),
    ...ospfLines(node, options),
    ...staticRoutes(node),
    ...crypto.lists,
  ];
  return [...stanzas.filter((lines) => lines.length > 0).flatMap((lines) => ["!", ...lines]), "!", "end", ""].join(
    "\n",
  );
}

function namesOf({ name }: TunnelEndModel, at: number, { dialect }: IosRenderOptions): CryptoNames {
  return {
    set: `${name}-esp`,
    profile: `${name}-profile`,
    map: "TUNNELS",
    sequence: (at + 1) * 10,
    list: `${name}-traffic`,
    ike: `${name}-ike`,
    dialect,
  };
}

/** GigabitEthernet0/0 on classic routers, GigabitEthernet1 on virtual IOS-XE ones; an image has management before its data. */
export function interfaceOf(eth: string, { dialect, dataInterface }: IosRenderOptions): string {
  const number = Number(eth.slice(3));
  if (dataInterface) return dataInterface(number + 1);
  return dialect === "classic" ? `GigabitEthernet0/${number}` : `GigabitEthernet${number + 1}`;
}

/** `tunnel0` is Tunnel0; a name without a number gets its place among the router's tunnels. */
export function tunnelInterface(name: string, tunnels: readonly { readonly name: string }[]): string {
  const number = /^tunnel(\d+)$/.exec(name)?.[1];
  return `Tunnel${number ?? tunnels.findIndex((each) => each.name === name)}`;
}

function protectionOf(
  end: TunnelEndModel,
  { protection }: IosRenderOptions,
): "tunnel-protection" | "crypto-map" | "none" {
  if (end.order === "gre") return "none";
  return protectsSites(end.order) ? "crypto-map" : (protection ?? end.protection);
}

function tunnelLines(
  node: NodeModel,
  end: TunnelEndModel,
  keepalive: { readonly periodSeconds: number; readonly retryCount: number } | undefined,
  names: ReadonlyMap<string, CryptoNames>,
  options: IosRenderOptions,
): string[] {
  const { tunnelAddress: address, tunnelAddress6: six } = end;
  const ospf = node.ospf?.interfaces.find(({ name }) => name === end.name);
  const own = names.get(end.name);
  return [
    `interface ${tunnelInterface(end.name, node.tunnels)}`,
    ...(address ? [` ip address ${address.address} ${maskOf(address.prefixLength)}`] : []),
    ` ip mtu ${end.ipMtuBytes}`,
    ` ip tcp adjust-mss ${end.tcpMssBytes}`,
    ...(ospf ? ospfInterfaceLines(ospf) : []),
    ...(six ? [` ipv6 address ${six.address}/${six.prefixLength}`] : []),
    ...(keepalive ? [` keepalive ${keepalive.periodSeconds} ${keepalive.retryCount}`] : []),
    ` tunnel source ${interfaceOf(end.outsideInterface, options)}`,
    ` tunnel destination ${end.remoteOuterAddress}`,
    ...(end.greKey === null ? [] : [` tunnel key ${end.greKey}`]),
    ...(end.greSequence ? [" tunnel sequence-datagrams"] : []),
    ...(end.greChecksum ? [" tunnel checksum"] : []),
    ...(end.pathMtuDiscovery ? [" tunnel path-mtu-discovery"] : []),
    ...(own && protectionOf(end, options) === "tunnel-protection"
      ? [` tunnel protection ipsec profile ${own.profile}`]
      : []),
    ...(own && end.order === "ipsec-over-gre" ? [` crypto map ${own.map}-${end.name}`] : []),
  ];
}

function ospfInterfaceLines({
  helloIntervalSeconds: hello,
  deadIntervalSeconds,
  cost,
  bfd,
  area,
}: OspfInterfaceModel): string[] {
  return [
    ...(hello !== defaultHelloSeconds ? [` ip ospf hello-interval ${hello}`] : []),
    ...(deadIntervalSeconds !== hello * 4 ? [` ip ospf dead-interval ${deadIntervalSeconds}`] : []),
    ...(cost !== null ? [` ip ospf cost ${cost}`] : []),
    ...(bfd ? [" ip ospf bfd"] : []),
    ` ip ospf 1 area ${area}`,
    ...(bfd ? [` bfd interval ${bfd.intervalMs} min_rx ${bfd.intervalMs} multiplier ${bfd.multiplier}`] : []),
  ];
}

function interfaceLines(
  node: NodeModel,
  each: NodeModel["interfaces"][number],
  ends: readonly TunnelEndModel[],
  names: ReadonlyMap<string, CryptoNames>,
  options: IosRenderOptions,
): string[] {
  const ospf = node.ospf?.interfaces.find(({ name }) => name === each.name);
  const guarded = ends.find(
    (end) =>
      end.outsideInterface === each.name &&
      end.order !== "ipsec-over-gre" &&
      protectionOf(end, options) === "crypto-map",
  );
  // IPsec alone has no device to clamp on: the packets of the sites pass the inside.
  const isOutside = ends.some(({ outsideInterface }) => outsideInterface === each.name);
  const alone = isOutside ? undefined : ends.find(({ order }) => order === "ipsec");
  return [
    `interface ${interfaceOf(each.name, options)}`,
    ` ip address ${each.address} ${maskOf(each.prefixLength)}`,
    ...(each.mtuBytes === 1500 ? [] : each.mtuBytes < 1500 ? [` ip mtu ${each.mtuBytes}`] : [` mtu ${each.mtuBytes}`]),
    ...(alone ? [` ip tcp adjust-mss ${alone.tcpMssBytes}`] : []),
    // A tunnel is point-to-point by itself on IOS, a link between routers is not.
    ...(ospf?.pointToPoint ? [" ip ospf network point-to-point"] : []),
    ...(ospf ? ospfInterfaceLines(ospf) : []),
    ...(each.address6 ? [` ipv6 address ${each.address6.address}/${each.address6.prefixLength}`] : []),
    ...(guarded ? [` crypto map ${names.get(guarded.name)?.map ?? ""}`] : []),
    " no shutdown",
  ];
}

function eigrpLines(node: NodeModel, ends: readonly TunnelEndModel[], eigrp: ReadonlySet<string>): string[][] {
  const speaking = ends.filter(({ name }) => eigrp.has(name));
  if (speaking.length === 0) return [];
  const outsides = ends.map(({ outsideInterface }) => outsideInterface);
  const networks = [
    ...node.interfaces.filter(({ name }) => !outsides.includes(name)),
    ...speaking.flatMap(({ tunnelAddress }) => tunnelAddress ?? []),
  ].map(({ address, prefixLength }) => ` network ${wildcarded(address, prefixLength)}`);
  return [[`router eigrp ${eigrpNumber}`, ...networks.sort()]];
}

function wildcarded(address: string, prefixLength: number): string {
  const mask = toNumber(maskOf(prefixLength));
  return `${toAddress((toNumber(address) & mask) >>> 0)} ${toAddress(~mask >>> 0)}`;
}

function ospfLines({ ospf }: NodeModel, options: IosRenderOptions): string[][] {
  if (!ospf) return [];
  const passive = ospf.interfaces
    .filter((each) => each.passive)
    .map(({ name }) => ` passive-interface ${interfaceOf(name, options)}`);
  return [["router ospf 1", ` router-id ${ospf.routerId}`, ...passive]];
}

function staticRoutes({ routes, tunnels, tunnelRoutes }: NodeModel): string[][] {
  const four = routes.flatMap(({ destination, via }) => {
    const prefix = parsePrefix(destination);
    return isPrefix(prefix) ? [`ip route ${toAddress(prefix.first)} ${maskOf(prefix.prefixLength)} ${via}`] : [];
  });
  const six = routes
    .filter(({ destination }) => destination.includes(":"))
    .map(({ destination, via }) => `ipv6 route ${destination} ${via}`);
  // With the interface: the route goes with its line protocol, and another of a larger distance takes its place.
  const over = tunnelRoutes.flatMap(({ destination, via, device, distance }) => {
    const prefix = parsePrefix(destination);
    const floating = distance === 1 ? "" : ` ${distance}`;
    return isPrefix(prefix)
      ? [
          `ip route ${toAddress(prefix.first)} ${maskOf(prefix.prefixLength)} ${tunnelInterface(device, tunnels)} ${via}${floating}`,
        ]
      : [];
  });
  return [[...four, ...over].sort(), six.sort()];
}
