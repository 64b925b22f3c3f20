/** The ends of tunnels as routers' configurations have them: what each asks of its peer. */
import type { EncapsulationOrder } from "../../model/overhead.ts";
import type { EspTransform } from "../../model/suites.ts";
import { hostSide, verdictOf } from "./access-list.ts";
import { espOf } from "./crypto-words.ts";
import {
  isIn,
  type CryptoMap,
  type CryptoMapEntry,
  type IosDevice,
  type IosInterface,
  type IpsecProfile,
  type PresharedKey,
  type TransformSet,
} from "./device.ts";

/** How an end is protected. */
export interface EndProtection {
  readonly kind: "tunnel-protection" | "crypto-map";
  readonly profile: IpsecProfile | CryptoMapEntry;
  /** Of a crypto map: the map, and the interfaces it is applied to. */
  readonly map: CryptoMap | null;
  readonly appliedTo: readonly string[];
  /** Those that exist, in their order. */
  readonly transformSets: readonly TransformSet[];
  readonly ikeVersion: 1 | 2;
}

/** One end of a tunnel. */
export interface IosEnd {
  readonly device: IosDevice;
  /** Of a GRE tunnel; IPsec alone has none. */
  readonly tunnel: IosInterface | null;
  readonly order: EncapsulationOrder;
  readonly name: string;
  readonly line: number;
  readonly sourceInterface: string | null;
  /** Outer address; `null` when the configuration does not say it. */
  sourceAddress: string | null;
  readonly destination: string | null;
  readonly protection: EndProtection | null;
}

/** All ends that a router has. */
export function findEnds(device: IosDevice): IosEnd[] {
  const tunnels = [...device.interfaces.values()]
    .filter(({ name }) => name.startsWith("Tunnel"))
    .map((tunnel) => tunnelEnd(device, tunnel));
  const used = new Set(tunnels.map(({ protection }) => protection?.profile));
  const alone = [...device.cryptoMaps.values()].flatMap((map) =>
    map.entries
      .filter((entry) => entry.kind === "static" && !used.has(entry) && entry.peers.length > 0)
      .map((entry) => mapEnd(device, map, entry)),
  );
  return [...tunnels, ...alone];
}

function tunnelEnd(device: IosDevice, tunnel: IosInterface): IosEnd {
  const source = tunnel.tunnelSource?.value;
  const sourceInterface = source?.interface ?? (source?.address == null ? null : interfaceWith(device, source.address));
  const sourceAddress = source?.address ?? addressOf(device, source?.interface ?? null);
  const destination = tunnel.tunnelDestination?.value ?? null;
  const guard =
    tunnelProtection(device, tunnel) ??
    mapOn(device, tunnel) ??
    mapAround(device, tunnel, sourceInterface, sourceAddress);
  const isOver = guard?.kind === "crypto-map" && guard.appliedTo.includes(tunnel.name);
  const isIpsec = tunnel.tunnelMode?.value === "ipsec";
  return {
    device,
    tunnel,
    order: isIpsec ? "ipsec" : guard === null ? "gre" : isOver ? "ipsec-over-gre" : "gre-over-ipsec",
    name: tunnel.name,
    line: tunnel.line,
    sourceInterface,
    sourceAddress,
    destination,
    protection: guard,
  };
}

function tunnelProtection(device: IosDevice, tunnel: IosInterface): EndProtection | null {
  const profile = device.ipsecProfiles.get(tunnel.tunnelProtection?.value.profile ?? "");
  return profile ? protectionOf(device, "tunnel-protection", profile, null, []) : null;
}

/** A crypto map on the tunnel interface: ESP inside GRE. */
function mapOn(device: IosDevice, tunnel: IosInterface): EndProtection | null {
  const map = device.cryptoMaps.get(tunnel.cryptoMap?.value ?? "");
  const entry = map?.entries.find(({ kind }) => kind === "static");
  return map && entry ? protectionOf(device, "crypto-map", entry, map, appliedTo(device, map.name)) : null;
}

/** The entry of a crypto map that is for this tunnel's GRE, applied or not: by its list, else by its peer. */
function mapAround(
  device: IosDevice,
  tunnel: IosInterface,
  sourceInterface: string | null,
  sourceAddress: string | null,
): EndProtection | null {
  const destination = tunnel.tunnelDestination?.value;
  if (destination === undefined || tunnel.tunnelProtection) return null;
  const found = [...device.cryptoMaps.values()].flatMap((map) =>
    map.entries
      .filter(
        (entry) =>
          entry.kind === "static" &&
          (takesGre(device, entry, sourceAddress, destination) ||
            entry.peers.some(({ value }) => value === destination)),
      )
      .map((entry) => ({ map, entry, applied: appliedTo(device, map.name) })),
  );
  const [best] = found.toSorted((a, b) => rank(b) - rank(a));
  function rank({ entry, applied }: (typeof found)[number]): number {
    return (
      (takesGre(device, entry, sourceAddress, destination ?? "") ? 4 : 0) +
      (sourceInterface !== null && applied.includes(sourceInterface) ? 2 : 0) +
      (applied.length > 0 ? 1 : 0)
    );
  }
  if (!best || isForSites(device, best.entry)) return null;
  return protectionOf(device, "crypto-map", best.entry, best.map, best.applied);
}

function takesGre(device: IosDevice, entry: CryptoMapEntry, source: string | null, destination: string): boolean {
  const list = device.accessLists.get(entry.matchAddress?.value ?? "");
  if (!list) return false;
  const flow = {
    protocol: "gre",
    source: source === null ? null : hostSide(source),
    destination: hostSide(destination),
  };
  if (flow.source) return verdictOf(list, { ...flow, source: flow.source }).action === "permit";
  return list.entries.some(({ protocol, action }) => action === "permit" && protocol === "gre");
}

/** The list names networks behind the routers, not the routers' own GRE. */
export function isForSites(device: IosDevice, entry: CryptoMapEntry): boolean {
  const list = device.accessLists.get(entry.matchAddress?.value ?? "");
  return (
    list !== undefined &&
    list.entries.length > 0 &&
    list.entries.every(
      ({ protocol, source, destination }) =>
        protocol !== "gre" && (source.wildcard !== "0.0.0.0" || destination.wildcard !== "0.0.0.0"),
    )
  );
}

function mapEnd(device: IosDevice, map: CryptoMap, entry: CryptoMapEntry): IosEnd {
  const applied = appliedTo(device, map.name);
  const sourceInterface = map.localAddress?.value ?? applied[0] ?? null;
  return {
    device,
    tunnel: null,
    order: "ipsec",
    name: `crypto map ${map.name} ${entry.sequence}`,
    line: entry.line,
    sourceInterface,
    sourceAddress: addressOf(device, sourceInterface),
    destination: entry.peers[0]?.value ?? null,
    protection: protectionOf(device, "crypto-map", entry, map, applied),
  };
}

function protectionOf(
  device: IosDevice,
  kind: EndProtection["kind"],
  profile: IpsecProfile | CryptoMapEntry,
  map: CryptoMap | null,
  applied: readonly string[],
): EndProtection {
  return {
    kind,
    profile,
    map,
    appliedTo: applied,
    transformSets: (profile.transformSets?.value ?? []).flatMap((name) => device.transformSets.get(name) ?? []),
    ikeVersion: profile.ikev2Profile ? 2 : 1,
  };
}

/** The interfaces that a crypto map is applied to. */
export function appliedTo(device: IosDevice, map: string): string[] {
  return [...device.interfaces.values()].filter(({ cryptoMap }) => cryptoMap?.value === map).map(({ name }) => name);
}

/** The address of an interface, its own or the one it borrows. */
export function addressOf(device: IosDevice, name: string | null): string | null {
  const found = device.interfaces.get(name ?? "");
  const lender = found?.unnumbered ? device.interfaces.get(found.unnumbered.value) : undefined;
  return found?.address?.value.address ?? lender?.address?.value.address ?? null;
}

const byAddress = new WeakMap<IosDevice, ReadonlyMap<string, string>>();

/** The interface that has the address. The router must be read to its end. */
export function interfaceWith(device: IosDevice, address: string): string | null {
  let known = byAddress.get(device);
  if (!known) {
    const all = [...device.interfaces.values()].flatMap((each) =>
      [each.address, ...each.secondaries].flatMap((said) => (said ? [[said.value.address, each.name] as const] : [])),
    );
    // Of two interfaces with one address the first is taken.
    known = new Map(all.reverse());
    byAddress.set(device, known);
  }
  return known.get(address) ?? null;
}

/** True when the router has the address on an interface. */
export function owns(device: IosDevice, address: string): boolean {
  return interfaceWith(device, address) !== null;
}

/** The first set's ESP, which is the one that is offered first. */
export function espOfEnd({ protection }: IosEnd): EspTransform | undefined {
  const set = protection?.transformSets[0];
  return set && espOf(set.transforms);
}

/** The mode that is asked for; packets of others are in tunnel mode whatever the set says. */
export function modeOfEnd(end: IosEnd): "tunnel" | "transport" {
  const set = end.protection?.transformSets[0];
  return end.order === "gre-over-ipsec" && set?.mode?.value === "transport" ? "transport" : "tunnel";
}

/** The keys that IKE may use toward a peer: the most exact first, each with its line. */
export function keysToward(
  end: IosEnd,
  peer: string,
): { readonly key: string; readonly type: string; readonly line: number; readonly isForAll: boolean }[] {
  const { device, protection } = end;
  const profile = protection?.profile;
  if (!profile) return [];
  if (profile.ikev2Profile) {
    const ikev2 = device.ikev2Profiles.get(profile.ikev2Profile.value);
    if (ikev2?.localKey) return [{ key: ikev2.localKey.value, type: "0", line: ikev2.localKey.line, isForAll: false }];
    const peers = device.ikev2Keyrings.get(ikev2?.keyring?.value ?? "")?.peers ?? [];
    return peers
      .filter(({ address }) => address && isIn(peer, address.value))
      .toSorted((a, b) => (b.address?.value.prefixLength ?? 0) - (a.address?.value.prefixLength ?? 0))
      .flatMap(({ local, address, type }) =>
        local ? [{ key: local.value, type, line: local.line, isForAll: address?.value.prefixLength === 0 }] : [],
      );
  }
  const isakmp = device.isakmpProfiles.get(profile.isakmpProfile?.value ?? "");
  const keyrings = isakmp?.keyring ? [device.keyrings.get(isakmp.keyring.value)] : [...device.keyrings.values()];
  const keys: PresharedKey[] = [...keyrings.flatMap((ring) => ring?.keys ?? []), ...device.isakmpKeys];
  return keys
    .filter(({ address, prefixLength }) => address !== null && isIn(peer, { address, prefixLength }))
    .toSorted((a, b) => b.prefixLength - a.prefixLength)
    .map(({ key, type, line, prefixLength }) => ({ key, type, line, isForAll: prefixLength === 0 }));
}

/** The address that IKE is spoken with. */
export function ikePeer({ protection, destination }: IosEnd): string | null {
  const profile = protection?.profile;
  return profile && "peers" in profile ? (profile.peers[0]?.value ?? null) : destination;
}
