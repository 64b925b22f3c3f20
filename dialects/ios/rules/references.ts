import type { IosDevice, Said } from "../device.ts";
import { appliedTo, isForSites, type IosEnd } from "../ends.ts";
import { iosFinding, type IosFinding } from "./catalogue.ts";
import { inInterface, type LintContext, type Rule } from "./context.ts";

/** What is named and not defined, what is defined and not used. */
export const referenceRules: readonly Rule[] = [missing, notApplied, incomplete, onTunnel];

function missing({ devices }: LintContext): IosFinding[] {
  return devices.flatMap((device) => {
    const found: IosFinding[] = [];
    const ask = (said: Said<string> | null, noun: string, isThere: (name: string) => boolean, byWhom: string): void => {
      if (!said || isThere(said.value)) return;
      found.push(
        iosFinding("ios/reference-missing", device, said.line, {
          what: `${byWhom} names the ${noun} ${said.value}, which is not defined`,
          fix: `define the ${noun} ${said.value}, or name one that is`,
          seen: said.value,
        }),
      );
    };
    const isList = (name: string): boolean => device.accessLists.has(name);
    for (const each of device.interfaces.values()) {
      const profile = each.tunnelProtection;
      ask(
        profile && { value: profile.value.profile, line: profile.line },
        "IPsec profile",
        (name) => device.ipsecProfiles.has(name),
        each.name,
      );
      ask(each.cryptoMap, "crypto map", (name) => device.cryptoMaps.has(name), each.name);
      ask(each.vrf, "VRF", (name) => device.vrfs.has(name), each.name);
      ask(each.tunnelVrf, "VRF", (name) => device.vrfs.has(name), each.name);
    }
    for (const map of device.cryptoMaps.values())
      for (const entry of map.entries) {
        ask(entry.matchAddress, "access list", isList, `crypto map ${map.name} ${entry.sequence}`);
        protection(device, entry, `crypto map ${map.name} ${entry.sequence}`, ask);
      }
    for (const profile of device.ipsecProfiles.values())
      protection(device, profile, `IPsec profile ${profile.name}`, ask);
    for (const profile of device.isakmpProfiles.values())
      ask(profile.keyring, "keyring", (name) => device.keyrings.has(name), `ISAKMP profile ${profile.name}`);
    for (const profile of device.ikev2Profiles.values())
      ask(profile.keyring, "IKEv2 keyring", (name) => device.ikev2Keyrings.has(name), `IKEv2 profile ${profile.name}`);
    for (const policy of device.ikev2Policies.values())
      for (const proposal of policy.proposals)
        ask(
          proposal,
          "IKEv2 proposal",
          (name) => name === "default" || device.ikev2Proposals.has(name),
          `IKEv2 policy ${policy.name}`,
        );
    for (const { acl, routeMap, line } of device.nat) {
      ask(acl === null ? null : { value: acl, line }, "access list", isList, "ip nat inside source");
      ask(
        routeMap === null ? null : { value: routeMap, line },
        "route map",
        (name) => device.routeMaps.has(name),
        "ip nat inside source",
      );
    }
    return found;
  });
}

type Ask = (said: Said<string> | null, noun: string, isThere: (name: string) => boolean, byWhom: string) => void;

function protection(
  device: IosDevice,
  {
    transformSets,
    ikev2Profile,
    isakmpProfile,
  }: {
    readonly transformSets: Said<readonly string[]> | null;
    readonly ikev2Profile: Said<string> | null;
    readonly isakmpProfile: Said<string> | null;
  },
  byWhom: string,
  ask: Ask,
): void {
  for (const value of transformSets?.value ?? [])
    ask({ value, line: transformSets?.line ?? 0 }, "transform set", (name) => device.transformSets.has(name), byWhom);
  ask(ikev2Profile, "IKEv2 profile", (name) => device.ikev2Profiles.has(name), byWhom);
  ask(isakmpProfile, "ISAKMP profile", (name) => device.isakmpProfiles.has(name), byWhom);
}

function notApplied({ devices, ends }: LintContext): IosFinding[] {
  return devices.flatMap((device) =>
    [...device.cryptoMaps.values()]
      .filter(
        ({ name, entries }) =>
          !name.startsWith("dynamic ") && entries.length > 0 && appliedTo(device, name).length === 0,
      )
      .map((map) => {
        const place = outside(
          device,
          ends.filter((end) => end.device === device && end.protection?.map === map),
          ends,
        );
        return iosFinding("ios/crypto-map-not-applied", device, map.line, {
          what: `crypto map ${map.name} is applied to no interface`,
          fix:
            place === null
              ? `say crypto map ${map.name} on the interface that faces the peer`
              : `say crypto map ${map.name} on ${place}`,
          edits: place === null ? [] : [inInterface(device, place, `crypto map ${map.name}`)],
        });
      }),
  );
}

/** Where the packets of the map's ends leave: the source of the tunnel, or the interface of the way to the peer. */
function outside(device: IosDevice, own: readonly IosEnd[], ends: readonly IosEnd[]): string | null {
  const source =
    own.find((end) => end.sourceInterface !== null)?.sourceInterface ??
    ends.find((end) => end.device === device && end.tunnel && end.sourceInterface)?.sourceInterface;
  if (source != null && !source.startsWith("Loopback")) return source;
  const [nat, ...others] = [...device.interfaces.values()].filter((each) => each.nat?.value === "outside");
  return nat && others.length === 0 ? nat.name : null;
}

function incomplete({ devices }: LintContext): IosFinding[] {
  return devices.flatMap((device) =>
    [...device.cryptoMaps.values()].flatMap((map) =>
      map.entries
        .filter(({ kind }) => kind === "static")
        .flatMap((entry) => {
          const lacks = [
            ...(entry.peers.length === 0 ? ["set peer"] : []),
            ...(entry.transformSets ? [] : ["set transform-set"]),
            ...(entry.matchAddress ? [] : ["match address"]),
          ];
          if (lacks.length === 0) return [];
          return [
            iosFinding("ios/crypto-map-incomplete", device, entry.line, {
              what: `crypto map ${map.name} ${entry.sequence} has no ${lacks.join(" and no ")}`,
              fix: `say ${lacks.join(" and ")}`,
            }),
          ];
        }),
    ),
  );
}

function onTunnel({ ends }: LintContext): IosFinding[] {
  return ends
    .filter(({ order, protection: guard }) => order === "ipsec-over-gre" && guard !== null)
    .map((end) => {
      const entry = end.protection?.profile;
      const isSites = entry !== undefined && "matchAddress" in entry && isForSites(end.device, entry);
      return iosFinding("ios/crypto-map-on-tunnel", end.device, end.tunnel?.cryptoMap?.line ?? end.line, {
        what: `${end.name} has the crypto map: IPsec over GRE${isSites ? ", for the traffic of the sites" : ""}`,
        fix: "nothing, if this is meant; for GRE over IPsec the map belongs on the outside interface, or tunnel protection on the tunnel",
      });
    });
}
