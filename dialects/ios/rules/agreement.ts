import type { IosDevice, IsakmpPolicy } from "../device.ts";
import { modeOfEnd, type IosEnd } from "../ends.ts";
import type { IosPair } from "../pair-ends.ts";
import { iosFinding, type IosFinding } from "./catalogue.ts";
import { insertAfter, replaceLine, sidesOf, tunnelName, type LintContext, type Rule } from "./context.ts";

/** What two ends negotiate. */
export const agreementRules: readonly Rule[] = [
  eachPair(protectedAtBoth),
  eachPair(versions),
  eachPair(modes),
  eachPair(suites),
  eachPair(ikeProposals),
  eachPair(secrecy),
  eachPair(lifetimes),
];

/** Rules about pairs that are protected at both ends; the first one tells those that are not. */
function eachPair(rule: (pair: IosPair) => readonly IosFinding[]): Rule {
  return ({ pairs }: LintContext) => pairs.flatMap(rule);
}

function protectedAtBoth(pair: IosPair): IosFinding[] {
  return sidesOf(pair).flatMap(([end, far]) =>
    end.protection === null && far.protection !== null
      ? [
          iosFinding("ios/protection-one-end", end.device, end.line, {
            what: `${far.device.name} protects ${far.name} and ${end.device.name} does not`,
            fix: `protect ${end.name} of ${end.device.name} as well`,
          }),
        ]
      : [],
  );
}

function isBoth({ left, right }: IosPair): boolean {
  return left.protection !== null && right.protection !== null;
}

function versions(pair: IosPair): IosFinding[] {
  const { left, right } = pair;
  if (!left.protection || !right.protection || left.protection.ikeVersion === right.protection.ikeVersion) return [];
  const one = left.protection.ikeVersion === 1 ? left : right;
  return [
    iosFinding("ios/ike-version-mismatch", one.device, one.protection?.profile.line ?? one.line, {
      what: `${left.device.name} speaks IKEv${left.protection.ikeVersion} for ${tunnelName(pair)} and ${right.device.name} IKEv${right.protection.ikeVersion}`,
      fix: `set an ikev2-profile on ${one.device.name} too`,
    }),
  ];
}

function modes(pair: IosPair): IosFinding[] {
  if (!isBoth(pair)) return [];
  const { left, right } = pair;
  const [a, b] = [modeOfEnd(left), modeOfEnd(right)];
  if (a === b) return [];
  const inTunnel = a === "tunnel" ? left : right;
  const set = inTunnel.protection?.transformSets[0];
  return [
    iosFinding("ios/mode-mismatch", inTunnel.device, set?.mode?.line ?? set?.line ?? inTunnel.line, {
      what: `${tunnelName(pair)} is in ${a} mode at ${left.device.name} and in ${b} mode at ${right.device.name}`,
      fix: `say mode transport in transform set ${set?.name ?? ""} of ${inTunnel.device.name}: GRE runs between the IPsec peers and needs no second IP header`,
      seen: "tunnel",
      allowed: "transport",
      edits: set
        ? [
            set.mode
              ? replaceLine(inTunnel.device, set.mode.line, "mode transport")
              : insertAfter(inTunnel.device, set.lastLine, "mode transport", "cfg-crypto-trans"),
          ]
        : [],
    }),
  ];
}

function suites(pair: IosPair): IosFinding[] {
  if (!isBoth(pair)) return [];
  const { left, right } = pair;
  const offers = (end: IosEnd): string[] =>
    end.protection?.transformSets.map(({ transforms }) => transforms.toSorted().join(" ")) ?? [];
  const [here, there] = [offers(left), offers(right)];
  if (here.length === 0 || there.length === 0 || here.some((offer) => there.includes(offer))) return [];
  return [
    iosFinding("ios/suite-mismatch", right.device, right.protection?.transformSets[0]?.line ?? right.line, {
      what: `${left.device.name} offers ${here.join(" or ")} for ${tunnelName(pair)}, and ${right.device.name} ${there.join(" or ")}`,
      fix: "name the same transforms at both ends",
      seen: there.join(" or "),
      allowed: here.join(" or "),
    }),
  ];
}

/** What a policy asks for, its defaults filled in. */
export function policyValues({ encryption, hash, group, authentication }: IsakmpPolicy): string {
  const cipher = encryption?.value ?? { cipher: "des", bits: null };
  return [
    `${cipher.cipher}${cipher.bits === null ? "" : ` ${cipher.bits}`}`,
    hash?.value ?? "sha",
    `group ${group?.value ?? 1}`,
    authentication?.value ?? "rsa-sig",
  ].join(", ");
}

interface Ikev2Offer {
  readonly encryption: readonly string[];
  readonly integrity: readonly string[];
  readonly groups: readonly string[];
}

/** The IKEv2 proposals that the router uses; undefined when it has none of its own and uses the release's. */
function ikev2Offers({ device }: IosEnd): Ikev2Offer[] | undefined {
  const named = [...device.ikev2Policies.values()].flatMap(({ proposals }) => proposals.map(({ value }) => value));
  if (named.length === 0) return undefined;
  return named.flatMap((name) => {
    const proposal = device.ikev2Proposals.get(name);
    return proposal
      ? [
          {
            encryption: proposal.encryption?.value ?? [],
            integrity: proposal.integrity?.value ?? [],
            groups: (proposal.groups?.value ?? []).map(String),
          },
        ]
      : [];
  });
}

function ikeProposals(pair: IosPair): IosFinding[] {
  const { left, right } = pair;
  if (!left.protection || left.protection.ikeVersion !== right.protection?.ikeVersion) return [];
  return left.protection.ikeVersion === 1 ? isakmpPolicies(pair) : ikev2Proposals(pair);
}

const isakmpOffers = new WeakMap<IosDevice, readonly string[]>();

/** What the router's ISAKMP policies ask for, in the order in which they are offered. */
function offersOf(device: IosDevice): readonly string[] {
  const known =
    isakmpOffers.get(device) ?? device.isakmpPolicies.toSorted((a, b) => a.priority - b.priority).map(policyValues);
  isakmpOffers.set(device, known);
  return known;
}

function isakmpPolicies(pair: IosPair): IosFinding[] {
  const { left, right } = pair;
  const [here, there] = [offersOf(left.device), offersOf(right.device)];
  if (here.length > 0 && there.length > 0 && here.some((offer) => there.includes(offer))) return [];
  if (here.length === 0 && there.length === 0) return [];
  const shown = (all: readonly string[]): string =>
    all.length === 0
      ? "none"
      : all
          .slice(0, 3)
          .map((each) => `(${each})`)
          .join(" or ");
  return [
    iosFinding("ios/ike-proposal-mismatch", right.device, right.device.isakmpPolicies[0]?.line ?? null, {
      what: `ISAKMP policies in common: none. ${left.device.name} has ${shown(here)}, ${right.device.name} ${shown(there)}`,
      fix: "give both routers a policy of the same encryption, hash, group and authentication",
      seen: shown(there),
      allowed: shown(here),
    }),
  ];
}

function ikev2Proposals(pair: IosPair): IosFinding[] {
  const { left, right } = pair;
  const [here, there] = [ikev2Offers(left), ikev2Offers(right)];
  if (!here || !there || here.length === 0 || there.length === 0) return [];
  const meets = (a: readonly string[], b: readonly string[]): boolean =>
    (a.length === 0 && b.length === 0) || a.some((each) => b.includes(each));
  const isCommon = here.some((a) =>
    there.some(
      (b) => meets(a.encryption, b.encryption) && meets(a.integrity, b.integrity) && meets(a.groups, b.groups),
    ),
  );
  if (isCommon) return [];
  const shown = (all: readonly Ikev2Offer[]): string =>
    all
      .map(
        (each) =>
          `(${each.encryption.join(" ")}, ${each.integrity.join(" ") || "no integrity"}, group ${each.groups.join(" ")})`,
      )
      .join(" or ");
  const [first] = right.device.ikev2Proposals.values();
  return [
    iosFinding("ios/ike-proposal-mismatch", right.device, first?.line ?? null, {
      what: `IKEv2 proposals in common: none. ${left.device.name} has ${shown(here)}, ${right.device.name} ${shown(there)}`,
      fix: "give both routers a proposal of the same encryption, integrity and group",
    }),
  ];
}

function secrecy(pair: IosPair): IosFinding[] {
  const { left, right } = pair;
  if (!left.protection || !right.protection) return [];
  const [a, b] = [left.protection.profile.pfs, right.protection.profile.pfs];
  const shown = (pfs: typeof a): string => (pfs === null ? "none" : (pfs.value ?? "its default group"));
  if (shown(a) === shown(b)) return [];
  const [end, wanted] = a === null ? [left, b] : [right, a];
  const words = `set pfs${wanted?.value == null ? "" : ` ${wanted.value}`}`;
  const { profile } = end.protection ?? right.protection;
  return [
    iosFinding("ios/pfs-mismatch", end.device, profile.pfs?.line ?? profile.line, {
      what: `perfect forward secrecy of ${tunnelName(pair)} is ${shown(a)} at ${left.device.name} and ${shown(b)} at ${right.device.name}`,
      fix: wanted === null ? "say the same at both ends" : `say ${words} on ${end.device.name}`,
      edits:
        wanted === null
          ? []
          : [
              profile.pfs
                ? replaceLine(end.device, profile.pfs.line, words)
                : insertAfter(
                    end.device,
                    profile.lastLine,
                    words,
                    "map" in profile ? "config-crypto-map" : "ipsec-profile",
                  ),
            ],
    }),
  ];
}

/** Cisco IOS Security Command Reference: a day for IKE, an hour for IPsec. */
const defaultIkeSeconds = 86_400;
const defaultEspSeconds = 3600;

/** Seconds that the end's IPsec SA lives. */
export function espLifetimeOf({ protection, device }: IosEnd): number {
  return protection?.profile.lifetimeSeconds?.value ?? device.ipsecLifetimeSeconds?.value ?? defaultEspSeconds;
}

/** Seconds that the end's IKE SA lives. */
export function ikeLifetimeOf({ protection, device }: IosEnd): number {
  const ikev2 = device.ikev2Profiles.get(protection?.profile.ikev2Profile?.value ?? "");
  if (protection?.ikeVersion === 2) return ikev2?.lifetimeSeconds?.value ?? defaultIkeSeconds;
  const [policy] = device.isakmpPolicies.toSorted((a, b) => a.priority - b.priority);
  return policy?.lifetimeSeconds?.value ?? defaultIkeSeconds;
}

function lifetimes(pair: IosPair): IosFinding[] {
  if (!isBoth(pair)) return [];
  const { left, right } = pair;
  const tell = (noun: string, here: number, there: number, line: number | null): IosFinding[] =>
    here === there
      ? []
      : [
          iosFinding("ios/lifetime-mismatch", right.device, line, {
            what: `the lifetime of ${noun} of ${tunnelName(pair)} is ${here} s at ${left.device.name} and ${there} s at ${right.device.name}`,
            fix: "say the same at both ends",
          }),
        ];
  return [
    ...tell(
      "the IPsec SA",
      espLifetimeOf(left),
      espLifetimeOf(right),
      right.protection?.profile.lifetimeSeconds?.line ?? right.protection?.profile.line ?? null,
    ),
    ...tell(
      "the IKE SA",
      ikeLifetimeOf(left),
      ikeLifetimeOf(right),
      right.device.isakmpPolicies[0]?.lifetimeSeconds?.line ?? null,
    ),
  ];
}
