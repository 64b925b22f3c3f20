import type { Arguments } from "./command-tree.ts";
import type { CommandName } from "./command-table.ts";
import {
  interfaceName,
  isAddress,
  maskLength,
  type CryptoMapEntry,
  type IosDevice,
  type PresharedKey,
  type Protection,
} from "./device.ts";
import { enterInterface, said, type Current, type Handler, type Statement } from "./extraction.ts";

/** The global commands of `crypto`, `hostname` and `interface`. */
const globalCrypto = {
  hostname: ({ device }, args, at) => (device.hostname = said(args.name ?? "", at)),
  version: ({ device }, args, at) => (device.version = said(args.number ?? "", at)),
  interface: (current, args, { line, negated }) => {
    const name = interfaceName(args.name ?? "");
    if (negated) current.device.interfaces.delete(name);
    current.interfaces = negated ? [] : [enterInterface(current.device, name, line)];
  },
  "interface-range": (current, args, { line }) => {
    current.interfaces = interfacesOf(args.range ?? "").map((name) => enterInterface(current.device, name, line));
  },
  "isakmp-policy": (current, args, { line, negated }) => {
    const priority = Number(args.priority);
    const { isakmpPolicies: policies } = current.device;
    const at = policies.findIndex((each) => each.priority === priority);
    if (negated) {
      if (at >= 0) policies.splice(at, 1);
      current.policy = null;
      return;
    }
    current.policy = policies[at] ?? {
      priority,
      line,
      lastLine: line,
      encryption: null,
      hash: null,
      authentication: null,
      group: null,
      lifetimeSeconds: null,
    };
    if (at < 0) policies.push(current.policy);
  },
  "isakmp-key": ({ device }, args, at) => addKey(device.isakmpKeys, args, at),
  "isakmp-keepalive": ({ device }, args, at) => (device.isakmpKeepalive = said(Number(args.seconds), at)),
  "isakmp-profile": (current, args, at) =>
    (current.isakmpProfile = enter(current.device.isakmpProfiles, args.name, at, () => ({
      name: args.name ?? "",
      line: at.line,
      keyring: null,
    }))),
  keyring: (current, args, at) =>
    (current.keyring = enter(current.device.keyrings, args.name, at, () => ({
      name: args.name ?? "",
      line: at.line,
      keys: [],
    }))),
  "transform-set": (current, args, at) => {
    const name = args.name ?? "";
    // Said again, the transforms are new and the mode stays.
    const mode = current.device.transformSets.get(name)?.mode ?? null;
    current.device.transformSets.delete(name);
    current.transformSet = enter(current.device.transformSets, name, at, () => ({
      name,
      line: at.line,
      lastLine: at.line,
      transforms: normalTransforms(args.transforms ?? ""),
      mode,
    }));
  },
  "ipsec-profile": (current, args, at) =>
    (current.ipsecProfile = enter(current.device.ipsecProfiles, args.name, at, () => ({
      ...emptyProtection(at.line),
      name: args.name ?? "",
    }))),
  "ipsec-lifetime": ({ device }, args, at) => (device.ipsecLifetimeSeconds = said(Number(args.seconds), at)),
  "ipsec-df-bit": ({ device }, args, at) => (device.dfBit = said(args.bit ?? "", at)),
  "ipsec-fragmentation": () => undefined,
  "crypto-map": (current, args, at) => {
    const name = args.name ?? "";
    if (at.negated) {
      const map = current.device.cryptoMaps.get(name);
      const index = map?.entries.findIndex(({ sequence }) => sequence === Number(args.sequence)) ?? -1;
      if (index >= 0) map?.entries.splice(index, 1);
      if (args.sequence === undefined || map?.entries.length === 0) current.device.cryptoMaps.delete(name);
      return;
    }
    const kind =
      args.dynamic !== undefined
        ? "uses-dynamic"
        : args.kind === undefined || args.kind === "ipsec-isakmp"
          ? "static"
          : "other";
    current.mapEntry = enterEntry(current.device, name, Number(args.sequence), kind, at.line);
  },
  "crypto-map-local": ({ device }, args, at) => {
    const map = enterMap(device, args.name ?? "", at.line);
    map.localAddress = said(interfaceName(args.interface ?? ""), at);
  },
  "dynamic-map": (current, args, at) => {
    if (!at.negated)
      current.mapEntry = enterEntry(
        current.device,
        `dynamic ${args.name ?? ""}`,
        Number(args.sequence),
        "dynamic",
        at.line,
      );
  },
  "ikev2-proposal": (current, args, at) =>
    (current.proposal = enter(current.device.ikev2Proposals, args.name, at, () => ({
      name: args.name ?? "",
      line: at.line,
      lastLine: at.line,
      encryption: null,
      integrity: null,
      groups: null,
    }))),
  "ikev2-policy": (current, args, at) =>
    (current.ikev2Policy = enter(current.device.ikev2Policies, args.name, at, () => ({
      name: args.name ?? "",
      line: at.line,
      proposals: [],
    }))),
  "ikev2-keyring": (current, args, at) =>
    (current.ikev2Keyring = enter(current.device.ikev2Keyrings, args.name, at, () => ({
      name: args.name ?? "",
      line: at.line,
      peers: [],
    }))),
  "ikev2-profile": (current, args, at) =>
    (current.ikev2Profile = enter(current.device.ikev2Profiles, args.name, at, () => ({
      name: args.name ?? "",
      line: at.line,
      lastLine: at.line,
      keyring: null,
      remoteAddresses: [],
      localAuthentication: null,
      remoteAuthentication: null,
      localKey: null,
      remoteKey: null,
      lifetimeSeconds: null,
      dpd: null,
    }))),
  "ikev2-dpd": ({ device }, _, at) => (device.ikev2Dpd = said(true as const, at)),
  "compliance-shield-off": ({ device }, _, { negated }) => (device.complianceShieldOff = !negated),
} satisfies Readonly<Record<string, Handler>>;

/** What `set` says in a profile and in a map alike. */
function protectionHandlers(target: (current: Current) => Protection | null) {
  const set =
    (change: (protection: Protection, args: Arguments, at: Statement) => void): Handler =>
    (current, args, at) => {
      const protection = target(current);
      if (!protection) return;
      change(protection, args, at);
      protection.lastLine = at.line;
    };
  return {
    "transform-set": set(
      (protection, args, at) => (protection.transformSets = said((args.names ?? "").split(" "), at)),
    ),
    pfs: set((protection, args, at) => (protection.pfs = said(args.group ?? null, at))),
    lifetime: set((protection, args, at) => (protection.lifetimeSeconds = said(Number(args.seconds), at))),
    "ikev2-profile": set((protection, args, at) => (protection.ikev2Profile = said(args.name ?? "", at))),
    "isakmp-profile": set((protection, args, at) => (protection.isakmpProfile = said(args.name ?? "", at))),
  };
}

export const cryptoHandlers = {
  "isakmp-policy": {
    encryption: ({ policy }, args, at) => {
      if (!policy) return;
      const cipher = args.cipher === "aes" ? "aes" : args.cipher === "3des" ? "3des" : "des";
      policy.encryption = said({ cipher, bits: cipher === "aes" ? Number(args.bits ?? 128) : null } as const, at);
      policy.lastLine = at.line;
    },
    hash: ({ policy }, args, at) => {
      if (policy) Object.assign(policy, { hash: said(args.hash ?? "", at), lastLine: at.line });
    },
    authentication: ({ policy }, args, at) => {
      if (policy) Object.assign(policy, { authentication: said(args.method ?? "", at), lastLine: at.line });
    },
    group: ({ policy }, args, at) => {
      if (policy) Object.assign(policy, { group: said(Number(args.group), at), lastLine: at.line });
    },
    lifetime: ({ policy }, args, at) => {
      if (policy) Object.assign(policy, { lifetimeSeconds: said(Number(args.seconds), at), lastLine: at.line });
    },
  } satisfies Readonly<Record<CommandName<"isakmp-policy">, Handler>>,
  "isakmp-profile": {
    keyring: ({ isakmpProfile }, args, at) => {
      if (isakmpProfile) isakmpProfile.keyring = said(args.name ?? "", at);
    },
    "match-address": () => undefined,
  } satisfies Readonly<Record<CommandName<"isakmp-profile">, Handler>>,
  keyring: {
    key: ({ keyring }, args, at) => {
      if (keyring) addKey(keyring.keys, args, at);
    },
    "key-hostname": ({ keyring }, args, at) => {
      if (keyring) addKey(keyring.keys, args, at);
    },
  } satisfies Readonly<Record<CommandName<"keyring">, Handler>>,
  "transform-set": {
    mode: ({ transformSet }, args, at) => {
      if (!transformSet) return;
      transformSet.mode = said(args.mode === "transport" ? "transport" : "tunnel", at);
      transformSet.lastLine = at.line;
    },
  } satisfies Readonly<Record<CommandName<"transform-set">, Handler>>,
  "ipsec-profile": protectionHandlers(({ ipsecProfile }) => ipsecProfile) satisfies Readonly<
    Record<CommandName<"ipsec-profile">, Handler>
  >,
  "crypto-map": {
    ...protectionHandlers(({ mapEntry }) => mapEntry),
    peer: ({ mapEntry }, args, at) => {
      const peer = said(args.address ?? args.name ?? "", at);
      if (!mapEntry) return;
      if (peer) mapEntry.peers.push(peer);
      mapEntry.lastLine = at.line;
    },
    "match-address": ({ mapEntry }, args, at) => {
      if (mapEntry) Object.assign(mapEntry, { matchAddress: said(args.acl ?? "", at), lastLine: at.line });
    },
  } satisfies Readonly<Record<CommandName<"crypto-map">, Handler>>,
  "ikev2-proposal": {
    encryption: ({ proposal }, args, at) => {
      if (proposal) Object.assign(proposal, { encryption: said(words(args.ciphers), at), lastLine: at.line });
    },
    integrity: ({ proposal }, args, at) => {
      if (proposal) Object.assign(proposal, { integrity: said(words(args.hashes), at), lastLine: at.line });
    },
    group: ({ proposal }, args, at) => {
      if (proposal) Object.assign(proposal, { groups: said(words(args.groups).map(Number), at), lastLine: at.line });
    },
    prf: () => undefined,
  } satisfies Readonly<Record<CommandName<"ikev2-proposal">, Handler>>,
  "ikev2-policy": {
    proposal: ({ ikev2Policy }, args, at) => {
      const name = said(args.name ?? "", at);
      if (name) ikev2Policy?.proposals.push(name);
    },
  } satisfies Readonly<Record<CommandName<"ikev2-policy">, Handler>>,
  "ikev2-keyring": {
    peer: (current, args, { line, negated }) => {
      if (negated || !current.ikev2Keyring) return;
      const { peers } = current.ikev2Keyring;
      const known = peers.find(({ name }) => name === args.name);
      current.ikev2Peer = known ?? { name: args.name ?? "", line, address: null, local: null, remote: null, type: "0" };
      if (!known) peers.push(current.ikev2Peer);
    },
  } satisfies Readonly<Record<CommandName<"ikev2-keyring">, Handler>>,
  "ikev2-keyring-peer": {
    address: ({ ikev2Peer }, args, at) => {
      if (ikev2Peer)
        ikev2Peer.address = said(
          { address: args.address ?? "", prefixLength: maskLength(args.mask ?? "255.255.255.255") ?? 32 },
          at,
        );
    },
    key: ({ ikev2Peer }, args, at) => {
      if (!ikev2Peer) return;
      const key = said(args.key ?? "", at);
      ikev2Peer.type = args.type ?? "0";
      if (args.side !== "remote") ikev2Peer.local = key;
      if (args.side !== "local") ikev2Peer.remote = key;
    },
  } satisfies Readonly<Record<CommandName<"ikev2-keyring-peer">, Handler>>,
  "ikev2-profile": {
    "match-address": ({ ikev2Profile }, args, at) => {
      const prefixLength = maskLength(args.mask ?? "255.255.255.255") ?? 32;
      const address = said({ address: args.address ?? "", prefixLength }, at);
      if (address) ikev2Profile?.remoteAddresses.push(address);
    },
    "authentication-remote": ({ ikev2Profile }, args, at) => {
      if (ikev2Profile) ikev2Profile.remoteAuthentication = said(args.method ?? "", at);
    },
    "authentication-local": ({ ikev2Profile }, args, at) => {
      if (ikev2Profile) ikev2Profile.localAuthentication = said(args.method ?? "", at);
    },
    "key-remote": ({ ikev2Profile }, args, at) => {
      if (ikev2Profile)
        Object.assign(ikev2Profile, {
          remoteAuthentication: said("pre-share", at),
          remoteKey: said(args.key ?? "", at),
        });
    },
    "key-local": ({ ikev2Profile }, args, at) => {
      if (ikev2Profile)
        Object.assign(ikev2Profile, { localAuthentication: said("pre-share", at), localKey: said(args.key ?? "", at) });
    },
    keyring: ({ ikev2Profile }, args, at) => {
      if (ikev2Profile) ikev2Profile.keyring = said(args.name ?? "", at);
    },
    lifetime: ({ ikev2Profile }, args, at) => {
      if (ikev2Profile) ikev2Profile.lifetimeSeconds = said(Number(args.seconds), at);
    },
    dpd: ({ ikev2Profile }, _, at) => {
      if (ikev2Profile) ikev2Profile.dpd = said(true as const, at);
    },
  } satisfies Readonly<Record<CommandName<"ikev2-profile">, Handler>>,
};

export { globalCrypto };

/** A named thing, made when it is new; `no` takes it away. */
function enter<T>(things: Map<string, T>, name: string | undefined, { negated }: Statement, make: () => T): T | null {
  const key = name ?? "";
  if (negated) {
    things.delete(key);
    return null;
  }
  const thing = things.get(key) ?? make();
  things.set(key, thing);
  return thing;
}

function emptyProtection(line: number): Protection {
  return {
    line,
    lastLine: line,
    transformSets: null,
    pfs: null,
    lifetimeSeconds: null,
    ikev2Profile: null,
    isakmpProfile: null,
  };
}

function enterMap(device: IosDevice, name: string, line: number) {
  const map = device.cryptoMaps.get(name) ?? { name, line, entries: [], localAddress: null };
  device.cryptoMaps.set(name, map);
  return map;
}

function enterEntry(
  device: IosDevice,
  name: string,
  sequence: number,
  kind: CryptoMapEntry["kind"],
  line: number,
): CryptoMapEntry {
  const map = enterMap(device, name, line);
  const known = map.entries.find((entry) => entry.sequence === sequence);
  if (known) return known;
  const entry: CryptoMapEntry = { ...emptyProtection(line), map: name, sequence, kind, peers: [], matchAddress: null };
  map.entries.push(entry);
  return entry;
}

function addKey(keys: PresharedKey[], args: Arguments, { line, negated }: Statement): void {
  const address = args.address ?? null;
  // A key for 0.0.0.0 is for everyone, with or without its mask.
  const prefixLength = maskLength(args.mask ?? (address === "0.0.0.0" ? "0.0.0.0" : "255.255.255.255")) ?? 32;
  const same = keys.findIndex((each) => each.address === address && each.prefixLength === prefixLength);
  if (same >= 0) keys.splice(same, 1);
  if (!negated) keys.push({ key: args.key ?? "", type: args.type ?? "0", address, prefixLength, line });
}

function words(text: string | undefined): string[] {
  return (text ?? "").split(/\s+/).filter((word) => word !== "");
}

/** `esp-aes 256 esp-sha-hmac` as one word a transform: `esp-aes-256`, `esp-sha-hmac`. Abbreviated transforms are written out. */
function normalTransforms(text: string): string[] {
  const known = [
    "esp-des",
    "esp-3des",
    "esp-aes",
    "esp-gcm",
    "esp-gmac",
    "esp-null",
    "esp-seal",
    "esp-md5-hmac",
    "esp-sha-hmac",
    "esp-sha256-hmac",
    "esp-sha384-hmac",
    "esp-sha512-hmac",
    "ah-md5-hmac",
    "ah-sha-hmac",
    "ah-sha256-hmac",
    "ah-sha384-hmac",
    "ah-sha512-hmac",
    "comp-lzs",
  ];
  return words(text.toLowerCase()).reduce<string[]>((found, word) => {
    const last = found.at(-1);
    if (/^(?:128|192|256)$/.test(word) && last !== undefined)
      found.splice(-1, 1, word === "128" ? last : `${last}-${word}`);
    else {
      const like = known.filter((each) => each === word || each.startsWith(word));
      found.push(known.includes(word) ? word : like.length === 1 ? (like[0] ?? word) : word);
    }
    return found;
  }, []);
}

/** `GigabitEthernet0/0 - 2, Serial0/0` → each by its name; at most 64 of them. */
function interfacesOf(range: string): string[] {
  return range
    .split(",")
    .flatMap((part) => {
      const [, stem = part.trim(), first, last] =
        /^\s*(\S*?[^\d])(\d{1,4})(?:\s*-\s*(\d{1,4}))?\s*$/.exec(part.replace(/([A-Za-z])\s+(\d)/, "$1$2")) ?? [];
      if (first === undefined) return [];
      const count = last === undefined ? 1 : Number(last) - Number(first) + 1;
      return Array.from({ length: Math.min(Math.max(count, 0), 64) }, (_, step) => `${stem}${Number(first) + step}`);
    })
    .slice(0, 64)
    .filter((name) => !isAddress(name));
}
