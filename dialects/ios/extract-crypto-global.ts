import { interfaceName, isAddress, type CryptoMapEntry, type IosDevice, type Protection } from "./device.ts";
import { addKey, enterInterface, said, wordsOf, type Handler, type Statement } from "./extraction.ts";

/** The global commands of `crypto`, `hostname` and `interface`. */
export const globalCrypto = {
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
  "ikev2-dpd": ({ device }, args, at) => (device.ikev2Dpd = said(Number(args.seconds), at)),
  "compliance-shield-off": ({ device }, _, { negated }) => (device.complianceShieldOff = !negated),
} satisfies Readonly<Record<string, Handler>>;

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
  return wordsOf(text.toLowerCase()).reduce<string[]>((found, word) => {
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
