import type { Arguments } from "./command-tree.ts";
import type { CommandName } from "./command-table.ts";
import { maskLength, type Protection } from "./device.ts";
import { addKey, said, wordsOf, type Current, type Handler, type Statement } from "./extraction.ts";

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
      if (proposal) Object.assign(proposal, { encryption: said(wordsOf(args.ciphers), at), lastLine: at.line });
    },
    integrity: ({ proposal }, args, at) => {
      if (proposal) Object.assign(proposal, { integrity: said(wordsOf(args.hashes), at), lastLine: at.line });
    },
    group: ({ proposal }, args, at) => {
      if (proposal) Object.assign(proposal, { groups: said(wordsOf(args.groups).map(Number), at), lastLine: at.line });
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
    dpd: ({ ikev2Profile }, args, at) => {
      if (ikev2Profile) ikev2Profile.dpd = said(Number(args.seconds), at);
    },
  } satisfies Readonly<Record<CommandName<"ikev2-profile">, Handler>>,
};
