/** For every rule a declaration that breaks it, and where the finding must point. The goldens and the pages in docs/rules are made from these. */
import type { LabDeclaration, TunnelDeclaration } from "../../../model/declaration.ts";
import type { Finding } from "../../../model/finding.ts";
import { planHubAndSpoke } from "../../../model/hub-and-spoke.ts";
import type { RuleId } from "../../../model/rules/catalogue.ts";
import { dualHubChanged } from "../plan/dual-hub.ts";
import { changed, soundLab, withTunnel } from "./sound-lab.ts";

type RuleCase = { readonly where: string } & (
  | { readonly declaration: unknown }
  /** Of a rule about what a declaration is made from. */
  | { readonly find: () => readonly Finding[] }
);

const end = (side: "left" | "right") => soundLab().tunnels.tunnel0![side];

/** What an end is without a device: IPsec alone. */
const ends = (more: Partial<TunnelDeclaration>, left: Partial<TunnelDeclaration["left"]> = {}) =>
  changed(({ tunnels }) => {
    const bare = (side: "left" | "right") => ({ router: end(side).router, interface: end(side).interface });
    tunnels.tunnel0 = { ...more, left: { ...bare("left"), ...left }, right: bare("right") };
  });

/** Keepalives, seconds and retries, of the ends that are named; crypto maps where nothing else is said. */
const asking = (
  keepalives: Readonly<Partial<Record<"left" | "right", readonly [number, number]>>>,
  protection: Readonly<Record<"left" | "right", "crypto-map" | "tunnel-protection">> = {
    left: "crypto-map",
    right: "crypto-map",
  },
) => {
  const asks = (side: "left" | "right") => {
    const [periodSeconds = 0, retryCount = 0] = keepalives[side] ?? [];
    return {
      ...end(side),
      protection: protection[side],
      ...(keepalives[side] && { keepalive: { periodSeconds, retryCount } }),
    };
  };
  return withTunnel({ left: asks("left"), right: asks("right") });
};

/** A router of IOS. */
export const iol = { platform: "ios", ios: { kind: "iol", image: "vrnetlab/cisco_iol:17.12.01" } } as const;

const node = (change: (nodes: LabDeclaration["nodes"]) => void) => changed(({ nodes }) => change(nodes));

/** IPv6 at both sites and in the tunnel, with what is said otherwise of the right end. */
export const dualStack = (more: Partial<TunnelDeclaration> = {}, right6: string | undefined = "2001:db8:0:1::2/64") =>
  changed(({ nodes, tunnels }) => {
    nodes.r1!.interfaces.eth1!.address6 = "2001:db8:10::1/64";
    nodes.h1!.interfaces.eth0!.address6 = "2001:db8:10::10/64";
    nodes.r2!.interfaces.eth1!.address6 = "2001:db8:20::1/64";
    nodes.h2!.interfaces.eth0!.address6 = "2001:db8:20::10/64";
    const { left, right } = tunnels.tunnel0!;
    tunnels.tunnel0 = {
      ...more,
      left: { ...left, address6: "2001:db8:0:1::1/64" },
      right: { ...right, ...(right6 !== "" && { address6: right6 }) },
    };
  });

export const ruleCases: Readonly<Record<RuleId, RuleCase>> = {
  "hub-and-spoke/count": {
    find: () => planHubAndSpoke({ prefix: "10.64.0.0/14", spokeCount: 0 }).findings,
    where: "spokeCount",
  },
  "hub-and-spoke/prefix-too-small": {
    find: () => planHubAndSpoke({ prefix: "10.64.0.0/18", spokeCount: 40 }).findings,
    where: "prefix",
  },
  "declaration/shape": {
    declaration: { ...soundLab(), segments: { ...soundLab().segments, left: { mtuBytes: "1500" } } },
    where: "segments.left.mtuBytes",
  },
  "reference/unknown": {
    declaration: withTunnel({ right: { ...end("right"), router: "r3" } }),
    where: "tunnels.tunnel0.right.router",
  },
  "address/invalid": {
    declaration: node(({ h1 }) => (h1!.interfaces.eth0!.address = "192.0.2.010/26")),
    where: "nodes.h1.interfaces.eth0.address",
  },
  "address/ipv6-invalid": {
    declaration: dualStack({}, "fe80::2/64"),
    where: "tunnels.tunnel0.right.address6",
  },
  "address/ipv6-neighbours": {
    declaration: dualStack({}, "2001:db8:0:2::2/64"),
    where: "tunnels.tunnel0.right.address6",
  },
  "tunnel/ipv6-one-end": { declaration: dualStack({}, ""), where: "tunnels.tunnel0.right" },
  "tunnel/address-missing": {
    declaration: ends({}, { address: end("left").address! }),
    where: "tunnels.tunnel0.right",
  },
  "ipsec/no-device": {
    declaration: ends({ order: "ipsec", ipMtuBytes: 1400 }),
    where: "tunnels.tunnel0.ipMtuBytes",
  },
  "ipsec/ipv6-in-clear": {
    declaration: dualStack({ order: "ipsec-over-gre" }),
    where: "tunnels.tunnel0.left.address6",
  },
  "mtu/below-ipv6-minimum": { declaration: dualStack({ ipMtuBytes: 1279 }), where: "tunnels.tunnel0.ipMtuBytes" },
  "address/not-a-host": {
    declaration: node(({ h1 }) => (h1!.interfaces.eth0!.address = "192.0.2.63/26")),
    where: "nodes.h1.interfaces.eth0.address",
  },
  "address/host-bits": {
    declaration: node(({ h1 }) => (h1!.routes![0]!.destination = "203.0.113.2/24")),
    where: "nodes.h1.routes[0].destination",
  },
  "address/equal-ends": {
    declaration: withTunnel({ right: { ...end("right"), address: end("left").address } }),
    where: "tunnels.tunnel0.right.address",
  },
  "address/wrong-subnet": {
    declaration: node(({ r1 }) => (r1!.routes![0]!.via = "203.0.113.1")),
    where: "nodes.r1.routes[0].via",
  },
  "address/overlap": {
    declaration: withTunnel({
      left: { ...end("left"), address: "192.0.2.2/30" },
      right: { ...end("right"), address: "192.0.2.1/30" },
    }),
    where: "tunnels.tunnel0.left.address",
  },
  "route/no-way": {
    declaration: node(({ isp }) => delete isp!.interfaces.eth1),
    where: "tunnels.tunnel0",
  },
  "tunnel/in-clear": { declaration: withTunnel({ order: "gre" }), where: "tunnels.tunnel0.order" },
  "tunnel/routing-in-clear": { declaration: withTunnel({ order: "ipsec-over-gre" }), where: "tunnels.tunnel0.order" },
  "ipsec/transport-for-others": {
    declaration: withTunnel({ order: "ipsec-over-gre", mode: "transport" }),
    where: "tunnels.tunnel0.mode",
  },
  "ipsec/nothing-to-protect": {
    declaration: changed((lab) => {
      lab.tunnels.tunnel0!.order = "ipsec-over-gre";
      delete lab.nodes.h2;
      delete lab.nodes.r2!.interfaces.eth1;
    }),
    where: "tunnels.tunnel0.right.router",
  },
  "nat/transit-only": {
    declaration: node(({ r1 }) => (r1!.nat = [{ insideAddress: "192.0.2.10", interface: "eth0" }])),
    where: "nodes.r1.nat",
  },
  "tunnel/not-a-router": {
    declaration: withTunnel({ right: { ...end("right"), router: "h2" } }),
    where: "tunnels.tunnel0.right.router",
  },
  "tunnel/same-ends": {
    declaration: changed((lab) => {
      // The ends the other way round are the same ends.
      lab.tunnels.tunnel1 = {
        left: { ...lab.tunnels.tunnel0!.right, address: "192.0.2.133/30" },
        right: { ...lab.tunnels.tunnel0!.left, address: "192.0.2.134/30" },
      };
    }),
    where: "tunnels.tunnel1",
  },
  "mtu/exceeds-path": { declaration: withTunnel({ ipMtuBytes: 1476 }), where: "tunnels.tunnel0.ipMtuBytes" },
  "mtu/below-minimum": { declaration: withTunnel({ ipMtuBytes: 500 }), where: "tunnels.tunnel0.ipMtuBytes" },
  "mss/exceeds-mtu": {
    declaration: withTunnel({ ipMtuBytes: 1400, tcpMssBytes: 1380 }),
    where: "tunnels.tunnel0.tcpMssBytes",
  },
  "mss/below-minimum": { declaration: withTunnel({ tcpMssBytes: 136 }), where: "tunnels.tunnel0.tcpMssBytes" },
  "esp/aead-with-integrity": {
    declaration: withTunnel({ esp: { encryption: "aes-gcm-16", integrity: "sha256-128" } }),
    where: "tunnels.tunnel0.esp.integrity",
  },
  "esp/integrity-missing": {
    declaration: withTunnel({ esp: { encryption: "aes-cbc", integrity: "none" } }),
    where: "tunnels.tunnel0.esp.integrity",
  },
  "esp/key-bits": {
    declaration: withTunnel({ esp: { encryption: "chacha20-poly1305", keyBits: 128 } }),
    where: "tunnels.tunnel0.esp.keyBits",
  },
  "esp/ikev2-only": {
    declaration: withTunnel({ suite: "chacha20-poly1305", ikeVersion: 1 }),
    where: "tunnels.tunnel0.ikeVersion",
  },
  "esp/weak": {
    declaration: withTunnel({ esp: { encryption: "3des-cbc", integrity: "sha1-96" } }),
    where: "tunnels.tunnel0.esp",
  },
  "esp/no-encryption": { declaration: withTunnel({ suite: "null-sha256" }), where: "tunnels.tunnel0.suite" },
  "ike/weak-group": {
    declaration: withTunnel({ ike: { encryption: "aes-cbc", integrity: "sha1", dhGroup: 2 } }),
    where: "tunnels.tunnel0.ike.dhGroup",
  },
  "suite/twice": {
    declaration: withTunnel({ suite: "aes-gcm-16", esp: { encryption: "aes-gcm-8" } }),
    where: "tunnels.tunnel0.suite",
  },
  "keepalive/with-tunnel-protection": {
    declaration: asking({ left: [10, 3], right: [10, 3] }, { left: "crypto-map", right: "tunnel-protection" }),
    where: "tunnels.tunnel0.left.keepalive",
  },
  "keepalive/one-end": { declaration: asking({ right: [10, 3] }), where: "tunnels.tunnel0.right.keepalive" },
  "keepalive/slower-than-routing": {
    declaration: asking({ left: [10, 3], right: [20, 3] }),
    where: "tunnels.tunnel0.right.keepalive",
  },
  "platform/ios-router": {
    declaration: node((nodes) => {
      nodes.h1 = { ...nodes.h1!, ...iol };
    }),
    where: "nodes.h1.platform",
  },
  "platform/ios-image": {
    declaration: node((nodes) => {
      nodes.r1 = { ...nodes.r1!, platform: "ios", ios: { ...iol.ios, image: "vrnetlab/cisco_iol:latest" } };
    }),
    where: "nodes.r1.ios.image",
  },
  "platform/ios-interfaces": {
    declaration: node((nodes) => {
      const { eth0, eth1 } = nodes.r1!.interfaces;
      nodes.r1 = { ...nodes.r1!, ...iol, interfaces: { eth0: eth0!, eth2: eth1! } };
    }),
    where: "nodes.r1.interfaces",
  },
  "platform/linux-interfaces": {
    declaration: changed(({ segments, nodes }) => {
      for (let index = 0; index < 48; index += 1) {
        segments[`spare${index}`] = {};
        nodes.isp!.interfaces[`eth${index + 10}`] = { segment: `spare${index}`, address: `10.7.${index}.1/24` };
      }
    }),
    where: "nodes.isp.interfaces",
  },
  "routing/eigrp-on-linux": {
    declaration: withTunnel({ routing: { protocol: "eigrp" } }),
    where: "tunnels.tunnel0.routing.protocol",
  },
  "routing/timers": {
    declaration: withTunnel({ routing: { protocol: "ospf", helloIntervalSeconds: 10, deadIntervalSeconds: 10 } }),
    where: "tunnels.tunnel0.routing.deadIntervalSeconds",
  },
  "link/one-router": {
    declaration: changed(({ segments }) => (segments["r1-inside"] = { ospf: {} })),
    where: "segments.r1-inside.ospf",
  },
  "link/outside": {
    declaration: changed(({ segments }) => (segments.left = { ospf: {} })),
    where: "segments.left.ospf",
  },
  "link/tunnel-without-ospf": {
    declaration: dualHubChanged(({ tunnels }) => (tunnels.tunnel1!.routing = { protocol: "static", distance: 250 })),
    where: "tunnels.tunnel1.routing",
  },
  "link/narrower-than-tunnel": {
    declaration: dualHubChanged(({ segments }) => (segments["hub2-core"]!.mtuBytes = 1441)),
    where: "segments.hub2-core.mtuBytes",
  },
  "link/ipv6-behind": {
    declaration: dualHubChanged(({ nodes }) => (nodes.core!.interfaces.eth0!.address6 = "2001:db8:20::1/64")),
    where: "nodes.core.interfaces.eth0.address6",
  },
  "router/unreached": {
    declaration: dualHubChanged(({ segments }) => {
      delete segments["hub1-core"]!.ospf;
      delete segments["hub2-core"]!.ospf;
    }),
    where: "nodes.core",
  },
  "df/cleared": { declaration: withTunnel({ pathMtuDiscovery: false }), where: "tunnels.tunnel0.pathMtuDiscovery" },
};
