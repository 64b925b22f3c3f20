import { formatAclEntry, hostSide, isSameFlow, mirrored, verdictOf } from "../access-list.ts";
import { isAddress, networkOf, type AccessList, type AclEntry } from "../device.ts";
import { ikePeer, keysToward, owns, type IosEnd } from "../ends.ts";
import { farEnd } from "../pair-ends.ts";
import { iosFinding, type IosFinding } from "./catalogue.ts";
import { replaceLine, sidesOf, tunnelName, type LintContext, type Rule } from "./context.ts";

/** Whether the two ends mean one another, and select the same packets. */
export const peerRules: readonly Rule[] = [noPeer, addresses, tunnelNetworks, greKeys, lists, presharedKeys, weakKeys];

function noPeer({ ends, pairs }: LintContext): IosFinding[] {
  return ends
    .filter((end) => end.destination !== null && farEnd({ pairs }, end) === undefined)
    .map((end) =>
      iosFinding("ios/no-peer", end.device, end.tunnel?.tunnelDestination?.line ?? end.line, {
        what: `${end.name} leads to ${end.destination ?? ""}, which is no address of another router in the text`,
        fix: "give the far end's configuration too, to have both judged together",
      }),
    );
}

function addresses({ pairs }: LintContext): IosFinding[] {
  return pairs.flatMap((pair) =>
    sidesOf(pair).flatMap(([end, far]) => {
      const found: IosFinding[] = [];
      const wanted = far.sourceAddress;
      if (
        end.tunnel &&
        wanted !== null &&
        end.destination !== null &&
        end.destination !== wanted &&
        isAddress(end.destination)
      )
        found.push(
          iosFinding("ios/peer-mismatch", end.device, end.tunnel.tunnelDestination?.line ?? null, {
            what: `the destination of ${end.name} is ${end.destination}, and the source of ${far.device.name} ${far.name} is ${wanted}`,
            fix: `say tunnel destination ${wanted}, or another tunnel source on ${far.device.name}`,
            seen: end.destination,
            allowed: wanted,
            edits: owns(far.device, end.destination) || far.tunnel?.tunnelSource == null ? [] : [],
          }),
        );
      const peer = ikePeer(end);
      const expected = end.order === "ipsec-over-gre" ? (far.tunnel?.address?.value.address ?? null) : wanted;
      const profile = end.protection?.profile;
      if (
        profile &&
        "peers" in profile &&
        expected !== null &&
        !profile.peers.some(({ value }) => value === expected) &&
        peer !== null &&
        isAddress(peer)
      )
        found.push(
          iosFinding("ios/peer-mismatch", end.device, profile.peers[0]?.line ?? profile.line, {
            what: `crypto map ${profile.map} ${profile.sequence} sets the peer ${peer}, and ${far.device.name} is ${expected}`,
            fix: `say set peer ${expected}`,
            seen: peer,
            allowed: expected,
            edits:
              profile.peers.length === 1
                ? [replaceLine(end.device, profile.peers[0]?.line ?? 0, `set peer ${expected}`)]
                : [],
          }),
        );
      return found;
    }),
  );
}

function tunnelNetworks({ pairs }: LintContext): IosFinding[] {
  return pairs.flatMap((pair) => {
    const [a, b] = [pair.left.tunnel?.address, pair.right.tunnel?.address];
    if (!a || !b) return [];
    const isSame = a.value.address === b.value.address;
    if (!isSame && a.value.prefixLength === b.value.prefixLength && networkOf(a.value) === networkOf(b.value))
      return [];
    const shown = (value: typeof a.value): string => `${value.address}/${value.prefixLength}`;
    return [
      iosFinding("ios/tunnel-subnet", pair.right.device, b.line, {
        what: isSame
          ? `${pair.left.device.name} and ${pair.right.device.name} have one address on ${tunnelName(pair)}: ${a.value.address}`
          : `${tunnelName(pair)} is ${shown(a.value)} at ${pair.left.device.name} and ${shown(b.value)} at ${pair.right.device.name}`,
        fix: "give both ends an address of one network",
        seen: shown(b.value),
      }),
    ];
  });
}

function greKeys({ pairs }: LintContext): IosFinding[] {
  return pairs.flatMap((pair) => {
    const { left, right } = pair;
    if (!left.tunnel || !right.tunnel) return [];
    const found: IosFinding[] = [];
    const [a, b] = [left.tunnel.tunnelKey, right.tunnel.tunnelKey];
    if (a?.value !== b?.value)
      found.push(
        iosFinding("ios/tunnel-key", right.device, b?.line ?? right.line, {
          what: `the key of ${tunnelName(pair)} is ${a?.value ?? "none"} at ${left.device.name} and ${b?.value ?? "none"} at ${right.device.name}`,
          fix: "say the same tunnel key at both ends, or at none",
        }),
      );
    const modes = [left.tunnel.tunnelMode?.value ?? "gre", right.tunnel.tunnelMode?.value ?? "gre"].map((mode) =>
      mode === "mgre" ? "gre" : mode,
    );
    if (modes[0] !== modes[1]) {
      const [end, line] = right.tunnel.tunnelMode
        ? [right, right.tunnel.tunnelMode.line]
        : [left, left.tunnel.tunnelMode?.line ?? left.line];
      found.push(
        iosFinding("ios/tunnel-mode", end.device, line, {
          what: `the mode of ${tunnelName(pair)} is ${modes[0] ?? ""} at ${left.device.name} and ${modes[1] ?? ""} at ${right.device.name}`,
          fix: "say the same tunnel mode at both ends",
        }),
      );
    }
    return found;
  });
}

/** The list of an end's crypto map; undefined for tunnel protection, which has one of its own making. */
function listOf(end: IosEnd): AccessList | undefined {
  const profile = end.protection?.profile;
  return profile && "matchAddress" in profile
    ? end.device.accessLists.get(profile.matchAddress?.value ?? "")
    : undefined;
}

function permits(list: AccessList): AclEntry[] {
  return list.entries.filter(({ action }) => action === "permit");
}

function lists(context: LintContext): IosFinding[] {
  const reversed = new Set<AccessList>();
  const found = context.ends.flatMap((end) => {
    const list = listOf(end);
    if (!list || list.isPartial || reversed.has(list)) return [];
    const entry = reversedEntry(end, list);
    if (!entry) return [];
    reversed.add(list);
    return [
      iosFinding("ios/acl-reversed", end.device, entry.line, {
        what: `access list ${list.name} of ${end.device.name} begins with the peer's side: ${formatAclEntry(entry)}`,
        fix: `say ${formatAclEntry(mirrored(entry))}`,
        seen: formatAclEntry(entry),
        allowed: formatAclEntry(mirrored(entry)),
        edits: [replaceEntry(end, list, entry, mirrored(entry))],
      }),
    ];
  });
  return [...found, ...context.pairs.flatMap(({ left, right }) => notMirrored(left, right, reversed))];
}

/** GRE of the router itself that the list has the wrong way round, or networks behind it. */
function reversedEntry(end: IosEnd, list: AccessList): AclEntry | undefined {
  const { sourceAddress, destination, device, order } = end;
  if (order === "gre-over-ipsec" && sourceAddress !== null && destination !== null) {
    const flow = { protocol: "gre", source: hostSide(sourceAddress), destination: hostSide(destination) };
    if (verdictOf(list, flow).action === "permit") return undefined;
    const back = verdictOf(list, { ...flow, source: flow.destination, destination: flow.source });
    return back.action === "permit" && back.entry?.source.wildcard === "0.0.0.0" ? back.entry : undefined;
  }
  const own = [...device.interfaces.values()].flatMap(({ address, name }) =>
    address && !name.startsWith("Tunnel") ? [hostSide(address.value.address)] : [],
  );
  const isOwn = (side: AclEntry["source"]): boolean =>
    side.wildcard !== "255.255.255.255" &&
    own.some(
      (host) =>
        verdictOf(
          {
            ...list,
            entries: [
              { action: "permit", protocol: "ip", source: side, destination: hostSide("0.0.0.0"), rest: "", line: 0 },
            ],
          },
          { protocol: "ip", source: host, destination: hostSide("0.0.0.0") },
        ).action === "permit",
    );
  return permits(list).find((entry) => isOwn(entry.destination) && !isOwn(entry.source));
}

function replaceEntry(end: IosEnd, list: AccessList, old: AclEntry, entry: AclEntry) {
  const words = end.device.text.lines.find(({ number }) => number === old.line)?.words.trim() ?? "";
  const [head = ""] = /^(?:access-list\s+\S+\s+|\d+\s+)?/i.exec(words) ?? [];
  return replaceLine(end.device, old.line, `${head}${formatAclEntry(entry)}`);
}

function notMirrored(left: IosEnd, right: IosEnd, reversed: ReadonlySet<AccessList>): IosFinding[] {
  const [a, b] = [listOf(left), listOf(right)];
  const ofTunnel = (end: IosEnd, far: IosEnd, list: AccessList | undefined): AclEntry[] | undefined => {
    if (list) return list.isPartial ? undefined : permits(list);
    const [source, destination] = [end.sourceAddress ?? far.destination, end.destination];
    if (
      end.protection?.kind !== "tunnel-protection" ||
      end.order !== "gre-over-ipsec" ||
      source === null ||
      destination === null
    )
      return undefined;
    return [
      {
        action: "permit",
        protocol: "gre",
        source: hostSide(source),
        destination: hostSide(destination),
        rest: "",
        line: end.line,
      },
    ];
  };
  const [here, there] = [ofTunnel(left, right, a), ofTunnel(right, left, b)];
  // A list that is reversed is told as that.
  if (!here || !there || (a && reversed.has(a)) || (b && reversed.has(b)) || (!a && !b)) return [];
  const lacking = (wanted: readonly AclEntry[], list: readonly AclEntry[]): AclEntry[] =>
    wanted.map(mirrored).filter((entry) => !list.some((each) => isSameFlow(each, entry)));
  return (
    [
      [left, right, a, lacking(there, here)],
      [right, left, b, lacking(here, there)],
    ] as const
  ).flatMap(([end, far, list, missing]) =>
    list && missing[0]
      ? [
          iosFinding("ios/acl-not-mirrored", end.device, list.entries[0]?.line ?? list.line, {
            what: `access list ${list.name} of ${end.device.name} has no ${formatAclEntry(missing[0])}, the mirror of what ${far.device.name} protects${missing.length > 1 ? ` (and ${missing.length - 1} more)` : ""}`,
            fix: `make each end's list the mirror of the other's: here ${formatAclEntry(missing[0])}`,
            edits:
              missing.length === 1 && permits(list).length === 1 && list.entries[0]
                ? [replaceEntry(end, list, list.entries[0], missing[0])]
                : [],
          }),
        ]
      : [],
  );
}

function isPresharedKeyUsed(end: IosEnd): boolean {
  const profile = end.protection?.profile;
  if (!profile) return false;
  const ikev2 = end.device.ikev2Profiles.get(profile.ikev2Profile?.value ?? "");
  if (ikev2) return (ikev2.localAuthentication?.value ?? "pre-share") === "pre-share";
  if (profile.ikev2Profile) return false;
  const { isakmpPolicies: policies } = end.device;
  return policies.some(({ authentication }) => authentication?.value === "pre-share");
}

function presharedKeys({ ends, pairs }: LintContext): IosFinding[] {
  const absent = ends.flatMap((end) => {
    const peer = ikePeer(end);
    if (peer === null || !isAddress(peer) || !isPresharedKeyUsed(end) || keysToward(end, peer).length > 0) return [];
    return [
      iosFinding("ios/psk-missing", end.device, end.protection?.profile.line ?? end.line, {
        what: `${end.device.name} has no pre-shared key for ${peer}, the peer of ${end.name}`,
        fix: `give the key of ${peer}`,
        seen: "none",
      }),
    ];
  });
  const different = pairs.flatMap(({ left, right }) => {
    const [here, there] = [keyOf(left), keyOf(right)];
    if (!here || !there || !isShown(here) || !isShown(there) || here.key === there.key) return [];
    return [
      iosFinding("ios/psk-mismatch", right.device, there.line, {
        what: `the pre-shared keys of ${left.device.name} (line ${here.line}) and ${right.device.name} (line ${there.line}) are not the same`,
        fix: "give both routers the same key",
      }),
    ];
  });
  return [...absent, ...different];
}

function keyOf(end: IosEnd) {
  const peer = ikePeer(end);
  return peer === null || !isAddress(peer) ? undefined : keysToward(end, peer)[0];
}

/** The key itself: not encrypted, each router in its own way, and not left out of the text. */
function isShown({ key, type }: { readonly key: string; readonly type: string }): boolean {
  return type === "0" && !/^(?:\{\{.*\}\}|<.*>|\*+|x{4,}|removed|hidden|secret)$/i.test(key);
}

const shortestKey = 16;

function weakKeys({ ends }: LintContext): IosFinding[] {
  const told = new Set<string>();
  return ends.flatMap((end) => {
    const key = isPresharedKeyUsed(end) ? keyOf(end) : undefined;
    const place = `${end.device.name} ${key?.line ?? 0}`;
    if (!key || told.has(place)) return [];
    told.add(place);
    const isShort = isShown(key) && key.key.length < shortestKey;
    return [
      ...(isShort
        ? [
            iosFinding("ios/psk-weak", end.device, key.line, {
              what: `the pre-shared key of ${end.device.name} has ${key.key.length} characters`,
              fix: `take a random one of ${shortestKey} or more`,
              seen: String(key.key.length),
              allowed: `${shortestKey} or more`,
            }),
          ]
        : []),
      ...(key.isForAll
        ? [
            iosFinding("ios/psk-for-all", end.device, key.line, {
              what: `the pre-shared key of ${end.device.name} is for 0.0.0.0, which is everyone`,
              fix: "give each peer a key of its own, by its address",
            }),
          ]
        : []),
    ];
  });
}
