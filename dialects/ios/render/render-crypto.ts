import type { TunnelEndModel } from "../../../model/lab-model.ts";
import { protectsSites } from "../../../model/overhead.ts";
import { isPrefix, parsePrefix } from "../../../model/addresses.ts";
import { hashWord, ikeCipherWord, transformWords } from "../crypto-words.ts";
import { maskOf, toAddress, toNumber } from "../device.ts";
import type { IosRenderOptions } from "./render-options.ts";

/** What the parts of a tunnel's protection are called. */
export interface CryptoNames {
  readonly set: string;
  readonly profile: string;
  readonly map: string;
  readonly sequence: number;
  readonly list: string;
  readonly ike: string;
  readonly dialect: IosRenderOptions["dialect"];
}

/** Stanzas of `crypto`, in the places where `show running-config` has them. */
interface CryptoStanzas {
  readonly policies: readonly string[][];
  readonly profiles: readonly string[][];
  readonly maps: readonly string[][];
  readonly lists: readonly string[][];
}

/** Everything that protects the tunnels of one router. */
export function renderCrypto(
  ends: readonly TunnelEndModel[],
  names: ReadonlyMap<string, CryptoNames>,
  options: IosRenderOptions,
): CryptoStanzas {
  const guarded = ends
    .filter(({ order }) => order !== "gre")
    .flatMap((end) => {
      const own = names.get(end.name);
      return own ? [{ end, own }] : [];
    });
  const isMapped = ({ order, protection }: TunnelEndModel): boolean =>
    protectsSites(order) || (options.protection ?? protection) === "crypto-map";
  const mapped = guarded.filter(({ end }) => isMapped(end));
  return {
    policies: [
      ...guarded.filter(({ end }) => end.ikeVersion === 2).flatMap(({ end, own }) => ikev2(end, own)),
      ...isakmp(guarded),
    ],
    profiles: guarded.flatMap(({ end, own }) => [
      transformSet(end, own),
      ...(isMapped(end) ? [] : [profile(end, own)]),
    ]),
    maps: mapped.map(({ end, own }) => cryptoMap(end, own)),
    lists: mapped.map(({ end, own }) => list(end, own)),
  };
}

interface Guarded {
  readonly end: TunnelEndModel;
  readonly own: CryptoNames;
}

function key(end: TunnelEndModel): string {
  return `{{psk:${end.name}}}`;
}

/** IOS asks a peer after 10 s at the soonest, and again every 2 to 60 s. */
const leastDpdSeconds = 10;
const dpdRetrySeconds = 3;

/** Of two tunnels with the same policy the router keeps one. */
function isakmp(guarded: readonly Guarded[]): string[][] {
  const first = guarded.filter(({ end }) => end.ikeVersion === 1);
  const policies = first.map(({ end, own }) => [
    // 15.x prints the word cut, IOS-XE of today whole.
    ` ${own.dialect === "classic" ? "encr" : "encryption"} ${ikeCipherWord(end.ike, 1)}`,
    ...(end.ike.integrity === "sha1" ? [] : [` hash ${hashWord(end.ike.integrity, 1)}`]),
    " authentication pre-share",
    ` group ${end.ike.dhGroup}`,
    ...(end.ikeLifetimeSeconds === 86_400 ? [] : [` lifetime ${end.ikeLifetimeSeconds}`]),
  ]);
  const unique = [...new Map(policies.map((lines) => [lines.join("\n"), lines])).values()];
  return [
    ...unique.map((lines, at) => [`crypto isakmp policy ${(at + 1) * 10}`, ...lines]),
    [
      ...first.map(({ end }) => `crypto isakmp key ${key(end)} address ${end.ikeAddresses.remote}`),
      // One for all peers of the router: the most watchful tunnel's.
      ...(first.length === 0
        ? []
        : [
            `crypto isakmp keepalive ${Math.max(leastDpdSeconds, Math.min(...first.map(({ end }) => end.dpdDelaySeconds)))} ${dpdRetrySeconds} periodic`,
          ]),
    ],
  ];
}

function ikev2(end: TunnelEndModel, { ike }: CryptoNames): string[][] {
  return [
    [
      `crypto ikev2 proposal ${ike}`,
      ` encryption ${ikeCipherWord(end.ike, 2)}`,
      ` integrity ${hashWord(end.ike.integrity, 2)}`,
      ` group ${end.ike.dhGroup}`,
    ],
    [`crypto ikev2 policy ${ike}`, ` proposal ${ike}`],
    [
      `crypto ikev2 keyring ${ike}`,
      ` peer ${end.name}`,
      `  address ${end.ikeAddresses.remote}`,
      `  pre-shared-key ${key(end)}`,
    ],
    [
      `crypto ikev2 profile ${ike}`,
      ` match identity remote address ${end.ikeIdentities.remote} 255.255.255.255`,
      " authentication remote pre-share",
      " authentication local pre-share",
      ` keyring local ${ike}`,
      ...(end.dpdDelaySeconds >= leastDpdSeconds ? [` dpd ${end.dpdDelaySeconds} ${dpdRetrySeconds} periodic`] : []),
      ...(end.ikeLifetimeSeconds === 86_400 ? [] : [` lifetime ${end.ikeLifetimeSeconds}`]),
    ],
  ];
}

function transformSet(end: TunnelEndModel, { set }: CryptoNames): string[] {
  return [`crypto ipsec transform-set ${set} ${transformWords(end.esp) ?? ""}`, ` mode ${end.mode}`];
}

function common(end: TunnelEndModel, { set, ike }: CryptoNames): string[] {
  return [
    ...(end.espLifetimeSeconds === 3600
      ? []
      : [` set security-association lifetime seconds ${end.espLifetimeSeconds}`]),
    ` set transform-set ${set}`,
    ...(end.perfectForwardSecrecy ? [` set pfs group${end.ike.dhGroup}`] : []),
    ...(end.ikeVersion === 2 ? [` set ikev2-profile ${ike}`] : []),
  ];
}

function profile(end: TunnelEndModel, own: CryptoNames): string[] {
  return [`crypto ipsec profile ${own.profile}`, ...common(end, own)];
}

function cryptoMap(end: TunnelEndModel, own: CryptoNames): string[] {
  const map = end.order === "ipsec-over-gre" ? `${own.map}-${end.name}` : own.map;
  return [
    `crypto map ${map} ${own.sequence} ipsec-isakmp`,
    ` set peer ${end.ikeAddresses.remote}`,
    ...common(end, own),
    ` match address ${own.list}`,
  ];
}

/** What the crypto map is for: GRE between the routers, or every network here with every network there. */
function list(end: TunnelEndModel, own: CryptoNames): string[] {
  const entries = protectsSites(end.order)
    ? end.selectors.local.flatMap((here) =>
        end.selectors.remote.map((there) => ` permit ip ${side(here)} ${side(there)}`),
      )
    : [` permit gre host ${end.localOuterAddress} host ${end.remoteOuterAddress}`];
  return [`ip access-list extended ${own.list}`, ...entries];
}

function side(network: string): string {
  const prefix = parsePrefix(network);
  if (!isPrefix(prefix)) throw new Error(`a network that was checked does not parse: ${network}`);
  return `${toAddress(prefix.first)} ${toAddress(~toNumber(maskOf(prefix.prefixLength)) >>> 0)}`;
}
