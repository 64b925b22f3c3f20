/** The faults, in words, and what every check must say of each: data, for the live test, for docs/faults.md, and for a reader. */
import type { CheckKindName } from "../../../model/plan-document.ts";
import type { Verdict } from "../../../model/run-result.ts";

export const faultNames = [
  "wrong-psk",
  "other-mode",
  "other-esp-suite",
  "other-ike-proposal",
  "acl-not-mirrored",
  "transit-mtu-1300",
  "icmp-filtered",
  "pmtud-black-hole",
  "strongswan-stopped",
  "tunnel-shut",
  "frr-stopped",
  "ospf-mtu-mismatch",
  "destination-unreachable",
  "mss-clamp-removed",
  "guard-removed",
  "gre-in-clear",
  "clock-far-off",
  "router-gone",
  "ssh-refused",
  "host-key-changed",
] as const;
export type FaultName = (typeof faultNames)[number];

/** The checks of the table, in the order they are told. */
export const checkedKinds = [
  "clocks",
  "underlay",
  "icmp",
  "fail-closed",
  "ike-sa",
  "child-sa",
  "ends-agree",
  "tunnel-up",
  "ospf-full",
  "path-mtu",
  "tcp-mss",
  "wire",
] as const satisfies readonly CheckKindName[];
export type CheckedKind = (typeof checkedKinds)[number];

export interface Fault {
  readonly title: string;
  /** What is done, as a person would do it. */
  readonly planted: string;
  /** What every check says. */
  readonly expected: Readonly<Record<CheckedKind, Verdict>>;
  /** What a failing check must have seen, by a part of its summary. */
  readonly said: Readonly<Partial<Record<CheckedKind, RegExp>>>;
  /** What there is to learn from it. */
  readonly note: string;
}

const overTunnel = ["ospf-full", "path-mtu", "tcp-mss", "wire"] as const;
const afterChild = ["tunnel-up", ...overTunnel] as const;
const afterIke = ["child-sa", "ends-agree", ...afterChild] as const;
const afterUnderlay = ["icmp", "fail-closed", "ike-sa", ...afterIke] as const;
const afterOspf = ["path-mtu", "tcp-mss", "wire"] as const;

function expecting(fails: readonly CheckedKind[], unknown: readonly CheckedKind[]): Fault["expected"] {
  return Object.fromEntries(
    checkedKinds.map((kind) => [kind, fails.includes(kind) ? "fail" : unknown.includes(kind) ? "unknown" : "pass"]),
  ) as Record<CheckedKind, Verdict>;
}

const cannotBeAsked = expecting([], checkedKinds);

export const faults: Readonly<Record<FaultName, Fault>> = {
  "wrong-psk": {
    title: "another pre-shared key on one end",
    planted: "r1 loads another key and drops its SAs",
    expected: expecting(["ike-sa"], afterIke),
    said: { "ike-sa": /IKE SA at r[12]: (none|CONNECTING)/ },
    note: "Nothing leaves in clear: the policy waits for an SA that does not come (AUTHENTICATION_FAILED in the log).",
  },
  "other-mode": {
    title: "tunnel mode on one end, transport on the other",
    planted: "r2 is told `mode = tunnel`, SAs are dropped",
    expected: expecting(["child-sa", "ends-agree"], afterChild),
    said: {
      "child-sa": /mode at r1: tunnel instead of transport.*both ends install tunnel mode/,
      "ends-agree": /mode told at r1 and r2: transport \/ tunnel/,
    },
    note: "IKEv2 installs tunnel mode on both ends, quietly (RFC 7296 section 1.3.1): 20 bytes less for every packet. Only what each end was told differs.",
  },
  "other-esp-suite": {
    title: "another ESP suite on one end",
    planted: "r2 is told `esp_proposals = aes256-sha256`, SAs are dropped",
    expected: expecting(["child-sa", "ends-agree"], afterChild),
    said: { "child-sa": /CHILD SA at r1: none/, "ends-agree": /none in common/ },
    note: "With IKEv2 the IKE SA comes up and stays, without a child (NO_PROPOSAL_CHOSEN).",
  },
  "other-ike-proposal": {
    title: "another IKE proposal on one end",
    planted: "r2 is told `proposals = aes128-sha1-modp2048`, SAs are dropped",
    expected: expecting(["ike-sa"], afterIke),
    said: { "ike-sa": /IKE SA at r[12]: (none|CONNECTING)/ },
    note: "Not even an IKE SA: the exchange ends at its first message.",
  },
  "acl-not-mirrored": {
    title: "the crypto ACL of one end does not mirror the other's",
    planted: "r2 protects GRE from another address than its own, SAs are dropped",
    expected: expecting(["child-sa", "ends-agree"], afterChild),
    said: { "ends-agree": /selectors, mirrored, at r1 and r2/ },
    note: "TS_UNACCEPTABLE in the log; on IOS: proxy identities not supported.",
  },
  "transit-mtu-1300": {
    title: "the transit carries 1300 bytes",
    planted: "`link set mtu 1300` on both interfaces of the transit",
    expected: expecting(["path-mtu", "wire"], []),
    said: { "path-mtu": /1442 bytes with DF h1 → h2/ },
    note: "The tunnel is up, small packets pass, big ones do not: the fault that users see first.",
  },
  "icmp-filtered": {
    title: "ICMP is filtered on the transit",
    planted: "the transit drops ICMP that it forwards",
    expected: expecting(["icmp"], []),
    said: { icmp: /echo r1 → 203\.0\.113\.2: no answer/ },
    note: "The tunnel works, and the underlay is known to work by TCP; path MTU discovery would find nobody to tell it.",
  },
  "pmtud-black-hole": {
    title: "the transit carries 1300 bytes and tells nobody",
    planted: "as above, and the transit's `fragmentation needed` is dropped",
    expected: expecting(["path-mtu", "wire"], []),
    said: { "path-mtu": /1442 bytes with DF h1 → h2: no answer/ },
    note: "An echo still passes, so the check icmp cannot see it; the path MTU check does: silence where an answer should be.",
  },
  "strongswan-stopped": {
    title: "strongSwan stopped on one end",
    planted: "charon of r2 is ended",
    expected: expecting(["ike-sa"], afterIke),
    said: { "ike-sa": /IKE SA at r2: charon does not answer/ },
    note: "charon takes its policies with it: the firewall's drop is what keeps GRE from leaving in clear.",
  },
  "tunnel-shut": {
    title: "the tunnel's device is shut on one end",
    planted: "`link set tunnel0 down` on r2",
    expected: expecting(["tunnel-up"], overTunnel),
    said: { "tunnel-up": /tunnel0 at r2: down instead of up/ },
    note: "The SAs stay: IPsec protects the way between the outer addresses and does not know of the device.",
  },
  "frr-stopped": {
    title: "FRR stopped on one end",
    planted: "ospfd of r2 is ended",
    expected: expecting(["ospf-full"], afterOspf),
    said: { "ospf-full": /OSPF neighbour r1 at r2: ospfd does not answer/ },
    note: "The tunnel is up; nothing is routed into it.",
  },
  "ospf-mtu-mismatch": {
    title: "another ip mtu on one end",
    planted: "`link set tunnel0 mtu 1400` on r2",
    expected: expecting(["ends-agree", "ospf-full"], afterOspf),
    said: {
      "ends-agree": /ip mtu at r1 and r2: 1442 \/ 1400/,
      "ospf-full": /OSPF neighbour r[12] at r[12]: (ExStart|Exchange|none|Init|2-Way)/,
    },
    note: "OSPF compares interface MTUs in the database exchange and does not get past it (RFC 2328 section 10.6).",
  },
  "destination-unreachable": {
    title: "the tunnel's destination cannot be reached",
    planted: "the transit answers for r2's outer address that it is unreachable",
    expected: expecting(["underlay"], afterUnderlay),
    said: { underlay: /r1 → 203\.0\.113\.2: .* instead of reached/ },
    note: "One failed check, and everything above it is not even asked.",
  },
  "mss-clamp-removed": {
    title: "nobody writes the MSS down",
    planted: "the chain of TCPMSS is emptied on both routers",
    expected: expecting(["tcp-mss"], []),
    said: { "tcp-mss": /MSS in SYN h1 → h2 as it comes: 1460 instead of 1402/ },
    note: "Works as long as path MTU discovery does; where it does not, connections come up and then stand still.",
  },
  "guard-removed": {
    title: "the drop of unprotected GRE is gone on one end",
    planted: "the chain that holds it is emptied on r1",
    expected: expecting(["fail-closed"], []),
    said: { "fail-closed": /drop of unprotected GRE out at r1: absent/ },
    note: "Everything works, and would leave in clear the day the SA is gone: the fault that no ping shows.",
  },
  "gre-in-clear": {
    title: "GRE leaves in clear",
    planted: "on both routers the drop is gone and charon is ended",
    expected: expecting(["fail-closed", "ike-sa"], afterIke),
    said: { "fail-closed": /GRE in clear on the transit: [1-9]\d* instead of 0/ },
    note: "What a router without tunnel protection does when IPsec is not there.",
  },
  "clock-far-off": {
    title: "one router's clock is a day ahead",
    planted: "the clock of r2 is set",
    expected: expecting(["clocks"], []),
    said: { clocks: /clock of r2: 8\d{4} s ahead/ },
    note: "A pre-shared key does not care; certificates and logs would.",
  },
  "router-gone": {
    title: "one router is gone",
    planted: "the container of r2 is killed",
    expected: cannotBeAsked,
    said: { underlay: /r2: not reached at / },
    note: "What cannot be asked is unknown, never passed; the reason names the router and its address.",
  },
  "ssh-refused": {
    title: "one router refuses SSH",
    planted: "r2 resets connections to port 22",
    expected: cannotBeAsked,
    said: { underlay: /r2: not reached at .*ECONNREFUSED/s },
    note: "The tunnel works all the while; but nobody can know.",
  },
  "host-key-changed": {
    title: "one router shows another host key",
    planted: "r2 gets a new host key",
    expected: cannotBeAsked,
    said: { underlay: /r2: the SSH host key at .* is not the pinned one/ },
    note: "Nothing is sent to a router that cannot prove to be itself.",
  },
};
