/** Every rule by its name: how much it weighs, why it exists, and where that is written. The pages in docs/rules are made from this. */
import type { Finding, Severity } from "../finding.ts";

interface Rule {
  readonly severity: Severity;
  /** What the rule asks of a network. */
  readonly title: string;
  /** Why: the sentence shown with every finding of this rule. */
  readonly why: string;
  /** RFC, vendor document or measurement. */
  readonly source: string;
}

export const rules = {
  "declaration/shape": {
    severity: "error",
    title: "Every field has the form the declaration asks for",
    why: "a field of another form would be guessed at, and a guess becomes a router's configuration",
    source: "docs/declaration.md",
  },
  "reference/unknown": {
    severity: "error",
    title: "What is named exists",
    why: "the name points at nothing, so no link or tunnel can be built from it",
    source: "docs/declaration.md",
  },
  "address/invalid": {
    severity: "error",
    title: "Addresses are IPv4 addresses with a prefix length",
    why: "no interface, route or peer can be made from anything else, and tools guess differently at other spellings",
    source: "RFC 4632 section 3.1",
  },
  "address/ipv6-invalid": {
    severity: "error",
    title: "IPv6 addresses are addresses of hosts, with a prefix length",
    why: "no interface or route can be made from anything else; link-local and anycast addresses are the routers' own affair",
    source: "RFC 4291 sections 2.5.6 and 2.6.1; RFC 5952",
  },
  "address/ipv6-neighbours": {
    severity: "error",
    title: "IPv6 neighbours are in one network, and have two addresses; no network is on two links",
    why: "a neighbour outside the interface's network is not asked for, and of two equal ones only one is found",
    source: "RFC 4861 section 5.2; RFC 4862 section 5.4",
  },
  "tunnel/address-missing": {
    severity: "error",
    title: "A GRE tunnel has an address at both ends",
    why: "routes and the routing protocol name the far end by its address on the tunnel",
    source: "docs/declaration.md",
  },
  "ipsec/no-device": {
    severity: "error",
    title: "Of IPsec alone nothing is said that needs a tunnel's device",
    why: "a crypto map or policy has no interface of its own: no address, no ip mtu, no keepalive, and no multicast that a routing protocol could use",
    source: "RFC 4301 section 4.4; Cisco document 14125",
  },
  "tunnel/ipv6-one-end": {
    severity: "error",
    title: "IPv6 in a tunnel has two ends",
    why: "the far router could not be named as next hop, so no answer finds its way back",
    source: "docs/declaration.md",
  },
  "ipsec/ipv6-in-clear": {
    severity: "error",
    title: "IPv6 of the sites is protected as IPv4 is",
    why: "where IPsec selects packets of the sites, its policies name their IPv4 networks, and IPv6 would travel in clear",
    source: "RFC 4301 section 4.4.1: what no policy selects is not protected",
  },
  "address/not-a-host": {
    severity: "error",
    title: "An interface holds a host's address",
    why: "the first address of a network names the network and the last is its broadcast",
    source: "RFC 1122 section 3.2.1.3; RFC 3021 for /31",
  },
  "address/host-bits": {
    severity: "error",
    title: "A route's destination is a network",
    why: "bits are set behind the prefix length, so either the address or the length is a slip",
    source: "RFC 4632 section 3.1; ip-route(8)",
  },
  "address/equal-ends": {
    severity: "error",
    title: "Two ends have two addresses",
    why: "an address belongs to one interface; a tunnel to itself carries nothing",
    source: "RFC 1122 section 3.2.1.3",
  },
  "address/wrong-subnet": {
    severity: "error",
    title: "Neighbours are in one network",
    why: "a neighbour outside the interface's network is not asked for by ARP, so nothing is sent to it",
    source: "RFC 1122 section 3.3.1.1",
  },
  "address/overlap": {
    severity: "error",
    title: "Two links have two networks",
    why: "a router with one network on two links sends to one of them only",
    source: "RFC 1812 section 2.2.5.2",
  },
  "route/no-way": {
    severity: "error",
    title: "The outer addresses reach one another",
    why: "GRE and IKE travel between the outer addresses by ordinary routing before there is a tunnel",
    source: "RFC 2784 section 2",
  },
  "tunnel/in-clear": {
    severity: "warning",
    title: "The tunnel is protected",
    why: "GRE neither hides nor authenticates what it carries",
    source: "RFC 2784 section 6",
  },
  "tunnel/routing-in-clear": {
    severity: "warning",
    title: "The routing protocol is protected too",
    why: "a crypto map on the tunnel interface matches the traffic of the sites alone; hellos and routes can be read and forged on the way",
    source: "RFC 4301 section 4.4.1; measured, docs/labs.md",
  },
  "ipsec/transport-for-others": {
    severity: "error",
    title: "Transport mode protects the peers' own packets",
    why: "a packet of a host behind the router cannot be sent in transport mode: its addresses are not those of the IPsec peers",
    source: "RFC 4301 section 4.1",
  },
  "ipsec/nothing-to-protect": {
    severity: "error",
    title: "There is traffic to protect",
    why: "the policy would have no networks to match",
    source: "RFC 4301 section 4.4.1",
  },
  "nat/transit-only": {
    severity: "error",
    title: "NAT and filters stand on a transit",
    why: "routers and hosts of a lab show the tunnel; what happens to it on the way is the transit's",
    source: "docs/declaration.md",
  },
  "tunnel/not-a-router": {
    severity: "error",
    title: "A tunnel ends on a router",
    why: "hosts and transit nodes run neither IKE nor a routing protocol",
    source: "docs/declaration.md",
  },
  "tunnel/same-ends": {
    severity: "error",
    title: "One tunnel between two outer addresses",
    why: "both tunnels would ask IPsec for the same selector (GRE between the same two hosts), and whichever SA comes last takes the packets of both",
    source: "RFC 4301 section 4.4.1 (selectors); RFC 2890 (a GRE key is inside ESP, where no selector sees it)",
  },
  "mtu/exceeds-path": {
    severity: "error",
    title: "The tunnel's ip mtu fits the path",
    why: "a full packet would be fragmented after encryption and reassembled by the peer before it can decrypt",
    source: "RFC 4459; Cisco document 25885",
  },
  "mtu/below-ipv6-minimum": {
    severity: "error",
    title: "A tunnel that carries IPv6 has an ip mtu of at least 1280",
    why: "every link must carry 1280 bytes of IPv6; Linux takes IPv6 away from a device with less",
    source: "RFC 8200 section 5; Linux net/ipv6/addrconf.c addrconf_notify",
  },
  "mtu/below-minimum": {
    severity: "error",
    title: "The tunnel's ip mtu is one that IP can use",
    why: "every module must carry 68 bytes unfragmented, and every host must accept 576",
    source: "RFC 791 section 3.1 and 3.2",
  },
  "mss/exceeds-mtu": {
    severity: "error",
    title: "The clamped MSS fits the tunnel's ip mtu",
    why: "20 bytes of IP and 20 of TCP come on top of a segment, so full segments would not fit",
    source: "RFC 9293 section 3.7.1",
  },
  "mss/below-minimum": {
    severity: "error",
    title: "The clamped MSS is one a host can use",
    why: "smaller segments are mostly headers, and hosts answer with their own minimum",
    source: "RFC 9293 section 3.7.1",
  },
  "esp/aead-with-integrity": {
    severity: "error",
    title: "A combined-mode cipher stands alone",
    why: "the cipher authenticates by itself; peers refuse a proposal that adds a second integrity algorithm",
    source: "RFC 5282 section 8; RFC 7296 section 3.3",
  },
  "esp/integrity-missing": {
    severity: "error",
    title: "A cipher without integrity of its own is given one",
    why: "encryption without integrity can be altered on the way, and ESP of today refuses it",
    source: "RFC 8221 section 4",
  },
  "esp/key-bits": {
    severity: "error",
    title: "A key length belongs to an AES cipher",
    why: "the other ciphers have one key length each",
    source: "RFC 3602; RFC 7634; RFC 2451",
  },
  "esp/ikev2-only": {
    severity: "error",
    title: "The cipher can be negotiated by the version of IKE",
    why: "ChaCha20-Poly1305 was given a transform number for IKEv2 alone; in IKEv1 nothing names it",
    source: 'RFC 7634 section 4; IANA, "IPSEC ESP Transform Identifiers"',
  },
  "esp/weak": {
    severity: "warning",
    title: "The cipher is a strong one",
    why: "64-bit blocks and short keys are broken in practice; IOS-XE 17.11.1 and later refuses them",
    source: "RFC 8221 section 5; Cisco Field Notice FN72510",
  },
  "esp/no-encryption": {
    severity: "warning",
    title: "The tunnel encrypts",
    why: "ESP with NULL encryption proves who sent a packet but hides nothing",
    source: "RFC 2410",
  },
  "ike/weak-group": {
    severity: "warning",
    title: "The Diffie-Hellman group is a strong one",
    why: "groups of 1536 bits and less can be broken by those who record the exchange",
    source: "RFC 8247 section 2.4; Cisco Field Notice FN72510",
  },
  "suite/twice": {
    severity: "error",
    title: "The transform is given once",
    why: "a named suite and a spelled-out transform would contradict each other sooner or later",
    source: "docs/declaration.md",
  },
  "keepalive/with-tunnel-protection": {
    severity: "information",
    title: "On IOS keepalives do not go with the far end's tunnel protection",
    why: "the answer passes IOS's tunnel protection by and comes in clear, where it is dropped; Linux encrypts it as it does all GRE (measured); where an end with tunnel protection is IOS it is an error",
    source: "Cisco document 118370",
  },
  "keepalive/one-end": {
    severity: "information",
    title: "Keepalives at one end tell that end alone",
    why: "the far end answers without knowing of it; only who asks counts",
    source: "Cisco document 118370",
  },
  "keepalive/slower-than-routing": {
    severity: "warning",
    title: "Keepalives notice a dead tunnel before the routing protocol does",
    why: "the neighbour is gone by then, and the keepalives have told nobody anything",
    source: "Cisco document 118370; RFC 2328 section 9.5",
  },
  "platform/ios-router": {
    severity: "error",
    title: "IOS is a router's platform",
    why: "what a host or a transit does in a lab is done by Linux commands, and IOS has none of them",
    source: "docs/ios-routers.md",
  },
  "platform/ios-image": {
    severity: "error",
    title: "A router of IOS names its image and its release",
    why: "no image is brought along, and what a release refuses is not guessed",
    source: "docs/ios-routers.md",
  },
  "platform/ios-interfaces": {
    severity: "error",
    title: "A router of IOS has interfaces that its image has",
    why: "the image counts its data interfaces from the container's eth1 on, and has only so many",
    source: "vrnetlab, cisco/iol, cisco/vios, cisco/csr1000v and cisco/c8000v",
  },
  "platform/linux-interfaces": {
    severity: "warning",
    title: "A node of Linux has no more interfaces than its kernel takes",
    why: "user-mode Linux is told of its interfaces on a command line of 4096 bytes; a node with more of them does not start, except on the machine's own kernel",
    source: "images/router/files/entry; COMMAND_LINE_SIZE of Linux on x86",
  },
  "routing/eigrp-on-linux": {
    severity: "error",
    title: "The routing protocol runs on the platform",
    why: "FRR's eigrpd of the packaged version loses neighbours without withdrawing their routes and then spins",
    source: "measured with FRR 8.4.4",
  },
  "routing/timers": {
    severity: "error",
    title: "The dead interval is longer than the hello interval",
    why: "a neighbour would be declared dead before it can speak again",
    source: "RFC 2328 appendix C.3",
  },
  "link/one-router": {
    severity: "error",
    title: "A link has two routers",
    why: "OSPF would be spoken to nobody: what is behind the missing router is reached by no other way when it is needed",
    source: "RFC 2328 section 7.1",
  },
  "link/outside": {
    severity: "error",
    title: "No routing protocol is spoken where a tunnel begins",
    why: "the tunnel's destination would be learned through the tunnel, which then carries itself (recursive routing), and the provider's side would hear the site's routes",
    source: "Cisco document 22327",
  },
  "link/tunnel-without-ospf": {
    severity: "error",
    title: "A router with a link has OSPF on its tunnels",
    why: "static routes of a tunnel are told to nobody on the link: the routers behind it would not know the way back",
    source: "docs/declaration.md; RFC 2328 section 12.4.4 (routes of others are not told by themselves)",
  },
  "link/narrower-than-tunnel": {
    severity: "error",
    title: "A link carries what comes out of the tunnel",
    why: "a packet that the tunnel takes whole would be refused behind it: what hosts are told is predicted from the tunnel alone",
    source: "RFC 1191 section 3",
  },
  "link/ipv6-behind": {
    severity: "error",
    title: "IPv6 is on the routers at which tunnels end",
    why: "IPv6 is routed by static routes from tunnel to tunnel, and links carry OSPF for IPv4: nothing would lead to the site and back",
    source: "RFC 2328 (IPv4 alone; IPv6 is RFC 5340's, which no lab speaks)",
  },
  "router/unreached": {
    severity: "error",
    title: "A tunnel or links lead to every router",
    why: "no packet of another site comes to what is behind it, and none goes back",
    source: "docs/declaration.md",
  },
  "hub-and-spoke/count": {
    severity: "error",
    title: "A hub has one spoke or more",
    why: "the spokes are numbered from 1, and a hub without any has nobody to speak with",
    source: "docs/scale.md",
  },
  "hub-and-spoke/prefix-too-small": {
    severity: "error",
    title: "The prefix has room for every site, link and tunnel",
    why: "half of it is for sites (a /24 each), a quarter each for links and tunnels (a /30 each): a spoke's place depends on its number alone, so that it keeps its addresses when others come",
    source: "docs/scale.md",
  },
  "df/cleared": {
    severity: "information",
    title: "The DF bit of the inner packet is honoured",
    why: "without path-mtu-discovery the outer DF bit is clear: routers on the way may fragment, and no host is told",
    source: "Cisco document 25885",
  },
} as const satisfies Record<string, Rule>;

export type RuleId = keyof typeof rules;

/** What a rule's author adds to the catalogue: the place and the facts. */
export type FindingFacts = Pick<Finding, "what" | "where" | "fix"> & Partial<Pick<Finding, "why" | "seen" | "allowed">>;

/** Makes a finding of a rule; severity and reason come from the catalogue. */
export function finding(ruleId: RuleId, facts: FindingFacts): Finding {
  const { severity, why } = rules[ruleId];
  return { ruleId, severity, why, ...facts };
}
