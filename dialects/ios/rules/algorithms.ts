import type { IosDevice, IsakmpPolicy, Protection, TransformSet } from "../device.ts";
import type { Edit } from "../edit.ts";
import { farEnd } from "../pair-ends.ts";
import { iosFinding, type IosFinding } from "./catalogue.ts";
import { insertAfter, isWhole, releaseOf, replaceLine, type LintContext, type Rule } from "./context.ts";

/** Which ciphers, hashes and groups. Only what some tunnel uses is judged. */
export const algorithmRules: readonly Rule[] = [policies, transformSets, ikev2Proposals, forwardSecrecy, oldIke];

/** FN72510: from 17.11.1 on, of IKEv1 and IKEv2 and PFS alike; group 24 of IKEv2 too (RFC 8247 section 2.4 of any). */
const weakGroups: ReadonlySet<number> = new Set([1, 2, 5, 24]);
const weakTransforms: ReadonlySet<string> = new Set(["esp-des", "esp-3des", "esp-md5-hmac", "ah-md5-hmac"]);
/** Not weak by themselves, and refused all the same. */
const removedTransforms: ReadonlySet<string> = new Set([...weakTransforms, "esp-null", "esp-gmac"]);
const strong = {
  cipher: "aes 256",
  hash: "sha256",
  group: 14,
  transforms: "esp-aes 256 esp-sha256-hmac",
  ikev2Cipher: "aes-cbc-256",
  pfs: "group14",
} as const;

function isRemoved(device: IosDevice): boolean {
  const [major, minor] = releaseOf(device) ?? [0, 0];
  return (major > 17 || (major === 17 && minor >= 11)) && !device.complianceShieldOff;
}

function tell(device: IosDevice, line: number, what: string, fix: string, edits: readonly Edit[]): IosFinding {
  const removed = isRemoved(device);
  const release = removed ? `, which IOS-XE ${device.version?.value ?? ""} refuses` : "";
  return iosFinding(removed ? "ios/removed-algorithm" : "ios/weak-algorithm", device, line, {
    what: `${what}${release}`,
    fix,
    edits,
  });
}

function usesIkev1(context: LintContext, device: IosDevice): boolean {
  return context.ends.some((end) => end.device === device && end.protection?.ikeVersion === 1);
}

function policies(context: LintContext): IosFinding[] {
  return context.devices
    .filter((device) => usesIkev1(context, device))
    .flatMap((device) => device.isakmpPolicies.flatMap((policy) => policyFindings(context, device, policy)));
}

function policyFindings(context: LintContext, device: IosDevice, policy: IsakmpPolicy): IosFinding[] {
  const mayChange = isWhole(context, device);
  const name = `ISAKMP policy ${policy.priority}`;
  const found: IosFinding[] = [];
  const missing = [...(policy.encryption ? [] : ["encryption"]), ...(policy.group ? [] : ["group"])];
  if (missing.length > 0) {
    const lines = [
      ...(policy.encryption ? [] : [`encryption ${strong.cipher}`]),
      ...(policy.hash || !isHashUnsaid(context, device) ? [] : [`hash ${strong.hash}`]),
      ...(policy.group ? [] : [`group ${strong.group}`]),
    ];
    const defaults = [
      ...(policy.encryption ? [] : ["DES"]),
      ...(policy.hash ? [] : ["SHA"]),
      ...(policy.group ? [] : ["group 1"]),
    ].join(", ");
    const what = `${name} leaves out ${missing.join(" and ")}: it is ${defaults}`;
    const facts = {
      what,
      fix: `say ${lines.join(", ")}, and the same on the peer`,
      edits: mayChange ? lines.map((words) => insertAfter(device, policy.line, words, "config-isakmp")) : [],
    };
    found.push(iosFinding("ios/isakmp-default", device, policy.line, facts));
    if (isRemoved(device))
      found.push(
        iosFinding("ios/removed-algorithm", device, policy.line, {
          ...facts,
          what: `${what}, which IOS-XE ${device.version?.value ?? ""} refuses`,
          edits: [],
        }),
      );
  }
  const change = (line: number, words: string): Edit[] => (mayChange ? [replaceLine(device, line, words)] : []);
  const { encryption, hash, group } = policy;
  if (encryption && encryption.value.cipher !== "aes")
    found.push(
      tell(
        device,
        encryption.line,
        `${name} encrypts with ${encryption.value.cipher.toUpperCase()}`,
        `say encryption ${strong.cipher} on both routers`,
        change(encryption.line, `encryption ${strong.cipher}`),
      ),
    );
  if (hash?.value === "md5")
    found.push(
      tell(
        device,
        hash.line,
        `${name} hashes with MD5`,
        `say hash ${strong.hash} on both routers`,
        change(hash.line, `hash ${strong.hash}`),
      ),
    );
  if (group && weakGroups.has(group.value))
    found.push(
      tell(
        device,
        group.line,
        `${name} has Diffie-Hellman group ${group.value}`,
        `say group ${strong.group} on both routers`,
        change(group.line, `group ${strong.group}`),
      ),
    );
  return found;
}

/** No policy of either router names a hash, so that naming one on both keeps them alike. */
function isHashUnsaid(context: LintContext, device: IosDevice): boolean {
  const others = context.ends
    .filter((end) => end.device === device)
    .flatMap((end) => farEnd(context, end)?.device ?? []);
  return [device, ...others].every(({ isakmpPolicies }) => isakmpPolicies.every(({ hash }) => hash === null));
}

function transformSets(context: LintContext): IosFinding[] {
  return context.devices.flatMap((device) => {
    const used = new Set<TransformSet>(
      context.ends.flatMap((end) => (end.device === device ? (end.protection?.transformSets ?? []) : [])),
    );
    return [...used].flatMap((set) => {
      const bad = set.transforms.filter((word) => (isRemoved(device) ? removedTransforms : weakTransforms).has(word));
      if (bad.length === 0) return [];
      const isCipherBad = bad.some(
        (word) => word === "esp-des" || word === "esp-3des" || word === "esp-null" || word === "esp-gmac",
      );
      const cipher = set.transforms.find((word) => word.startsWith("esp-aes"))?.replace(/-(192|256)$/, " $1");
      const better = isCipherBad || cipher === undefined ? strong.transforms : `${cipher} esp-sha256-hmac`;
      return [
        tell(
          device,
          set.line,
          `transform set ${set.name} has ${bad.join(" and ")}`,
          `name ${better} on both routers`,
          isWhole(context, device)
            ? [replaceLine(device, set.line, `crypto ipsec transform-set ${set.name} ${better}`)]
            : [],
        ),
      ];
    });
  });
}

function ikev2Proposals(context: LintContext): IosFinding[] {
  return context.devices
    .filter((device) => context.ends.some((end) => end.device === device && end.protection?.ikeVersion === 2))
    .flatMap((device) =>
      [...device.ikev2Proposals.values()].flatMap((proposal) => {
        const mayChange = isWhole(context, device);
        const judge = (
          said: { readonly value: readonly (string | number)[]; readonly line: number } | null,
          isWeak: (word: string) => boolean,
          keyword: string,
          better: string,
        ): IosFinding[] => {
          const bad = (said?.value ?? []).map(String).filter(isWeak);
          if (!said || bad.length === 0) return [];
          const kept = said.value.map(String).filter((word) => !isWeak(word));
          const words = `${keyword} ${kept.length === 0 ? better : kept.join(" ")}`;
          return [
            tell(
              device,
              said.line,
              `IKEv2 proposal ${proposal.name} has ${keyword} ${bad.join(" ")}`,
              `say ${words} on both routers`,
              mayChange ? [replaceLine(device, said.line, words)] : [],
            ),
          ];
        };
        return [
          ...judge(proposal.encryption, (word) => word === "des" || word === "3des", "encryption", strong.ikev2Cipher),
          ...judge(proposal.integrity, (word) => word === "md5", "integrity", strong.hash),
          ...judge(proposal.groups, (word) => weakGroups.has(Number(word)), "group", String(strong.group)),
        ];
      }),
    );
}

function forwardSecrecy(context: LintContext): IosFinding[] {
  const told = new Set<Protection>();
  return context.ends.flatMap((end) => {
    const profile = end.protection?.profile;
    if (!profile?.pfs || told.has(profile)) return [];
    told.add(profile);
    // Without a group it is group 1.
    const group = Number(/\d+/.exec(profile.pfs.value ?? "group1")?.[0] ?? 1);
    if (!weakGroups.has(group)) return [];
    return [
      tell(
        end.device,
        profile.pfs.line,
        `perfect forward secrecy is with group ${group}`,
        `say set pfs ${strong.pfs} on both routers`,
        isWhole(context, end.device) ? [replaceLine(end.device, profile.pfs.line, `set pfs ${strong.pfs}`)] : [],
      ),
    ];
  });
}

function oldIke(context: LintContext): IosFinding[] {
  return context.devices
    .filter((device) => usesIkev1(context, device))
    .map((device) =>
      iosFinding("ios/ikev1", device, device.isakmpPolicies[0]?.line ?? null, {
        what: `${device.name} speaks IKEv1`,
        fix: "make an ikev2 profile on both routers, when both can",
      }),
    );
}
