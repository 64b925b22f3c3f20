/** The rules that IOS configurations are held to: how much each weighs, why it exists, and where that is written. The pages in docs/rules are made from this. */
import type { LocatedFinding, Severity } from "../../../model/finding.ts";
import type { IosDevice } from "../device.ts";
import type { Edit } from "../edit.ts";

interface Rule {
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
  readonly source: string;
}

const pair118370 = "Cisco document 118370 (How GRE Keepalives Work)";
const fn72510 = "Cisco Field Notice FN72510";
const pmtud25885 = "Cisco document 25885 (Resolve IPv4 Fragmentation, MTU, MSS, and PMTUD Issues with GRE and IPsec)";

export const iosRules = {
  "ios/refused": {
    severity: "error",
    title: "A router takes every line",
    why: "a refused line changes nothing, and the lines after it may land in another mode",
    source: "the router's own answer, or the command's form in the Cisco IOS command references",
  },
  "ios/unknown": {
    severity: "information",
    title: "Every command is known",
    why: "what is not known is kept word for word, and nothing was concluded from it",
    source: "docs/ios.md",
  },
  "ios/stray-prompt": {
    severity: "warning",
    title: "A prompt names the router whose block it stands in",
    why: "pasted back, the lines would go to the other router",
    source: "plain to see in the text",
  },
  "ios/reference-missing": {
    severity: "error",
    title: "What is named is defined",
    why: "IOS takes the name all the same, and whatever needs it does not work",
    source: "Cisco IOS Security Command Reference",
  },
  "ios/crypto-map-not-applied": {
    severity: "error",
    title: "A crypto map is applied to an interface",
    why: "a crypto map does nothing until an interface has it: the traffic it should protect leaves in clear",
    source:
      "Cisco IOS Security Command Reference, crypto map (interface IPsec); measured with the Linux twin: with no IPsec on one end its GRE leaves unprotected, and only the firewall drops it",
  },
  "ios/crypto-map-incomplete": {
    severity: "error",
    title: "An entry of a crypto map has a peer, a transform set and a list",
    why: "IOS marks the entry incomplete and does not use it",
    source: "Cisco IOS Security Command Reference, crypto map (global IPsec)",
  },
  "ios/crypto-map-on-tunnel": {
    severity: "information",
    title: "IPsec over GRE is what was meant",
    why: "a crypto map on the tunnel interface protects what its list names and nothing else of the tunnel: hellos of a routing protocol travel in clear. Whether recent IOS takes it there was not run",
    source: "RFC 4301 section 4.4.1; measured, docs/labs.md",
  },
  "ios/acl-reversed": {
    severity: "error",
    title: "A crypto map's list names the router's own side first",
    why: "the list is for what the router sends; as it is, nothing it sends matches, and the peer's proxy identities are not supported",
    source: `RFC 2409 section 5.5; the configurations in ${pair118370}; measured: with selectors reversed no CHILD SA comes up`,
  },
  "ios/acl-not-mirrored": {
    severity: "error",
    title: "The lists of both ends mirror one another",
    why: "each end proposes what its list says, and refuses what its list does not say (proxy identities not supported)",
    source: "RFC 2409 section 5.5",
  },
  "ios/no-peer": {
    severity: "information",
    title: "Both ends are in the text",
    why: "what the two ends must agree on can be judged only when both are there",
    source: "docs/ios.md",
  },
  "ios/peer-mismatch": {
    severity: "error",
    title: "Each end names the other's address",
    why: "GRE is taken from the tunnel destination alone, and IKE is answered by the peer's address alone",
    source: "RFC 2784 section 2; Cisco IOS Interface and Hardware Component Command Reference, tunnel destination",
  },
  "ios/tunnel-subnet": {
    severity: "error",
    title: "Both ends of a tunnel are in one network and have two addresses",
    why: "no routing protocol makes neighbours across two networks, and a route by way of the far end has no way",
    source: "RFC 2328 section 10.5; RFC 1122 section 3.3.1.1",
  },
  "ios/tunnel-key": {
    severity: "error",
    title: "Both ends have the same GRE key, or none",
    why: "a GRE packet with another key is another tunnel's and is dropped",
    source: "RFC 2890 section 2.1",
  },
  "ios/tunnel-mode": {
    severity: "error",
    title: "Both ends encapsulate alike",
    why: "one end sends GRE and the other waits for something else",
    source: "Cisco IOS Interface and Hardware Component Command Reference, tunnel mode",
  },
  "ios/psk-missing": {
    severity: "error",
    title: "There is a pre-shared key for the peer",
    why: "without one IKE cannot authenticate the peer",
    source: "RFC 2409 section 5.4; RFC 7296 section 2.15",
  },
  "ios/psk-mismatch": {
    severity: "error",
    title: "Both ends have the same pre-shared key",
    why: "IKE fails to decrypt or to authenticate; IOS logs a failed sanity check, payload malformed, or authentication failed",
    source: "RFC 2409 section 5.4; RFC 7296 section 2.15",
  },
  "ios/psk-weak": {
    severity: "warning",
    title: "The pre-shared key is hard to guess",
    why: "who records one exchange can try words against it offline, as fast as machines are",
    source: "RFC 7296 section 2.15 (a key must hold as much chance as the strongest key made from it)",
  },
  "ios/psk-for-all": {
    severity: "warning",
    title: "A pre-shared key is for one peer",
    why: "with the key of 0.0.0.0 every holder can pose as every peer",
    source: "RFC 8247 section 3; Cisco IOS Security Command Reference, crypto isakmp key",
  },
  "ios/mode-mismatch": {
    severity: "error",
    title: "Both ends use the same IPsec mode",
    why: "the mode is part of the proposal: strongSwan refuses under IKEv1 and falls back to tunnel mode under IKEv2 (measured); IOS may do either, depending on who begins (not run on IOS)",
    source: "RFC 2407 section 4.5; RFC 7296 section 1.3.1",
  },
  "ios/suite-mismatch": {
    severity: "error",
    title: "Both ends offer a transform set in common",
    why: "no proposal chosen: no SA, and nothing is sent",
    source: "RFC 2409 section 5.5; RFC 7296 section 2.7",
  },
  "ios/ike-version-mismatch": {
    severity: "error",
    title: "Both ends speak the same version of IKE",
    why: "IKEv1 and IKEv2 do not answer one another",
    source: "RFC 7296 section 2.5",
  },
  "ios/ike-proposal-mismatch": {
    severity: "error",
    title: "Both ends have an IKE policy in common",
    why: "no proposal chosen in the first exchange: no IKE SA",
    source: "RFC 2409 section 5; RFC 7296 section 2.7",
  },
  "ios/pfs-mismatch": {
    severity: "error",
    title: "Both ends agree on perfect forward secrecy",
    why: "an end that asks for it refuses one that offers none, or another group",
    source: "Cisco IOS Security Command Reference, set pfs; RFC 7296 section 1.3.1",
  },
  "ios/lifetime-mismatch": {
    severity: "information",
    title: "Both ends have the same lifetimes",
    why: "the shorter one holds; with IKEv1 an end may refuse a longer one than its own",
    source: "RFC 2407 section 4.5.4; RFC 7296 section 2.8",
  },
  "ios/protection-one-end": {
    severity: "error",
    title: "Both ends protect the tunnel",
    why: "one end sends ESP and the other GRE in clear; each drops what the other sends",
    source: "RFC 4301 section 5.2",
  },
  "ios/isakmp-default": {
    severity: "warning",
    title: "An ISAKMP policy names its cipher and its group",
    why: "left out, they are DES and group 1, which can be broken by those who record the exchange",
    source: "show crypto isakmp policy of published routers; RFC 8247 sections 2.1 and 2.4; Cisco Field Notice FN72510",
  },
  "ios/weak-algorithm": {
    severity: "warning",
    title: "Ciphers, hashes and groups are strong ones",
    why: "64-bit blocks, short keys, MD5 and groups of 1536 bits and less are broken in practice; IOS-XE 17.11.1 and later refuses them",
    source: `RFC 8221 section 5; RFC 8247 section 2; ${fn72510}`,
  },
  "ios/removed-algorithm": {
    severity: "error",
    title: "Ciphers, hashes and groups are ones that this release takes",
    why: "IOS-XE 17.11.1 and later refuses them, unless crypto engine compliance shield disable was said and the router booted anew",
    source: fn72510,
  },
  "ios/ikev1": {
    severity: "information",
    title: "IKE is version 2",
    why: "IKEv1 is deprecated",
    source: "RFC 9395",
  },
  "ios/keepalive-protection": {
    severity: "error",
    title: "No GRE keepalive with tunnel protection",
    why: "the answer to a keepalive passes by the tunnel's output features, so tunnel protection does not encrypt it, and the end that protects drops it: the tunnel goes up/down",
    source: `${pair118370}: "GRE keepalives are not supported together with IPsec tunnel protection under any circumstances"`,
  },
  "ios/keepalive-unanswered": {
    severity: "error",
    title: "A keepalive can be answered",
    why: "the answer is a packet that the far end forwards back to its sender; what is point-to-point GRE in one VRF and without a reverse path check does that",
    source: pair118370,
  },
  "ios/recursive-routing": {
    severity: "error",
    title: "The way to the tunnel destination does not lead through the tunnel",
    why: "IOS takes the tunnel down when it learns its own destination over it (%TUN-5-RECURDOWN), again and again",
    source:
      "Cisco document 22327 (The %TUN-5-RECURDOWN Error Message and Flapping EIGRP/OSPF/BGP Neighbors Over a GRE Tunnel)",
  },
  "ios/no-route": {
    severity: "error",
    title: "There is a route to the tunnel destination",
    why: "the tunnel is up when its source is up and a route leads to its destination; without one nothing is sent",
    source: "Cisco document 118361 (GRE Tunnel Interface States and What Impacts Them)",
  },
  "ios/source-address": {
    severity: "error",
    title: "The tunnel source has an address",
    why: "an interface without an address can be no tunnel source: the tunnel stays down",
    source: "Cisco document 118361; Cisco IOS Interface and Hardware Component Command Reference, tunnel source",
  },
  "ios/source-unseen": {
    severity: "information",
    title: "The interface of the tunnel source is in the text",
    why: "its address, MTU and crypto map cannot be judged when the text does not show it",
    source: "docs/ios.md",
  },
  "ios/interface-shutdown": {
    severity: "warning",
    title: "The tunnel and its source are not shut down",
    why: "what is shut down carries nothing",
    source: "Cisco IOS Interface and Hardware Component Command Reference, shutdown",
  },
  "ios/ospf-mismatch": {
    severity: "error",
    title: "OSPF is told the same at both ends of the tunnel",
    why: "neighbours with other timers, areas or network types do not become adjacent, or exchange routes and use none",
    source: "RFC 2328 section 10.5",
  },
  "ios/track-broken": {
    severity: "error",
    title: "A tracked object is there and runs",
    why: "a route that waits for an object that is never up is never used, and one that is always up fails over never",
    source: "Cisco IOS IP SLAs Command Reference, ip sla schedule, track ip sla",
  },
  "ios/nat-before-crypto": {
    severity: "error",
    title: "NAT leaves alone what a crypto map protects",
    why: "NAT comes before the crypto map on the way out: with its source changed the packet matches the map no more, and leaves in clear or is lost",
    source: "Cisco document 6209 (NAT Order of Operation)",
  },
  "ios/mtu-exceeds-path": {
    severity: "error",
    title: "The tunnel's ip mtu fits the path",
    why: "a full packet is fragmented after encryption, and the peer must reassemble before it can decrypt",
    source: `RFC 4459; ${pmtud25885}; model/overhead.ts`,
  },
  "ios/mtu-missing": {
    severity: "warning",
    title: "A protected tunnel is given an ip mtu",
    why: "the tunnel's own ip mtu is that of the source less 24, which leaves no room for ESP: packets without DF are fragmented twice",
    source: pmtud25885,
  },
  "ios/mtu-unequal": {
    severity: "warning",
    title: "Both ends have the same ip mtu",
    why: "OSPF neighbours with two MTUs stay in ExStart, and one direction fragments where the other does not",
    source: "RFC 2328 section 10.6",
  },
  "ios/mss-exceeds-mtu": {
    severity: "error",
    title: "The clamped MSS fits the tunnel's ip mtu",
    why: "20 bytes of IP and 20 of TCP come on top of a segment, so full segments do not fit",
    source: "RFC 9293 section 3.7.1",
  },
  "ios/pmtud-icmp": {
    severity: "warning",
    title: "Where path MTU discovery is asked for, its ICMP is let through",
    why: "the answer it waits for is ICMP type 3 code 4 (packet-too-big); without it large packets vanish in silence",
    source: `RFC 1191 section 4; RFC 2923 section 2.1; ${pmtud25885}`,
  },
  "ios/acl-blocks-tunnel": {
    severity: "error",
    title: "The list on the outside lets the tunnel in",
    why: "IKE is UDP port 500, ESP protocol 50, GRE protocol 47; what the list does not permit it drops",
    source: "RFC 7296 section 2; RFC 4303 section 2; RFC 2784 section 6; Cisco document 118370 on gre",
  },
  "ios/assumed": {
    severity: "information",
    title: "The text says all that a lab needs",
    why: "a lab has hosts, links and a provider; what the text leaves open was chosen so that the lab can be built",
    source: "docs/ios.md",
  },
  "ios/not-declarable": {
    severity: "information",
    title: "The pair can be a lab",
    why: "a lab declares a tunnel once for both ends, on what both platforms can do",
    source: "docs/declaration.md",
  },
  "ios/not-on-ios": {
    severity: "error",
    title: "What is declared can be said on IOS",
    why: "IOS has no command for it, or this release refuses it, and another value would be another tunnel",
    source: `Cisco IOS Security Command Reference, crypto ipsec transform-set; ${fn72510}`,
  },
} as const satisfies Record<string, Rule>;

/** The name of a rule of IOS configurations. */
export type IosRuleId = keyof typeof iosRules;

/** A finding, and how the text would be mended where that is sure. */
export interface IosFinding extends LocatedFinding {
  readonly ruleId: IosRuleId;
  readonly edits: readonly Edit[];
}

/** The finding alone, for documents. */
export function withoutEdits(finding: IosFinding): LocatedFinding {
  const { ruleId, severity, device, file, line, where, what, why, fix, source, seen, allowed } = finding;
  return {
    ...{ ruleId, severity, device, file, line, where, what, why, fix, source },
    ...(seen !== undefined && { seen }),
    ...(allowed !== undefined && { allowed }),
  };
}

/** What a rule's author adds. */
export interface IosFacts {
  readonly what: string;
  readonly fix: string;
  readonly why?: string;
  readonly severity?: Severity;
  readonly seen?: string;
  readonly allowed?: string;
  readonly edits?: readonly Edit[];
}

/** Makes a finding of a rule about a router's line; what the catalogue says need not be said again. */
export function iosFinding(
  ruleId: IosRuleId,
  device: Pick<IosDevice, "name" | "file">,
  line: number | null,
  facts: IosFacts,
): IosFinding {
  const { severity, why, source } = iosRules[ruleId];
  return {
    ruleId,
    severity,
    why,
    source,
    device: device.name,
    file: device.file,
    line,
    where: line === null ? device.name : `${device.name} line ${line}`,
    edits: [],
    ...facts,
  };
}
