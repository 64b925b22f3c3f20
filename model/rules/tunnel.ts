import type { LabDeclaration, TunnelDeclaration } from "../declaration.ts";
import type { Finding } from "../finding.ts";
import { oncePer } from "../once-per.ts";
import { largestDeviceMtuBytes, largestInnerBytes, tcpMssFor, wireBytes } from "../overhead.ts";
import { hasNat, outerPath } from "../path.ts";
import { resolveCrypto } from "../resolve-crypto.ts";
import { widestPlatform, tunnelEncapsulation } from "../tunnel-encapsulation.ts";
import { finding } from "./catalogue.ts";
import { ipv6AtOneEnd, ipv6InClear } from "./ipv6.ts";
import { keepalives } from "./keepalive.ts";
import { ospfTimers } from "./ospf-timers.ts";
import { outerPort, sides, type RuleContext } from "./context.ts";

const leastIpMtuBytes = 576;
/** RFC 8200 section 5. */
const leastIpv6MtuBytes = 1280;
const leastMssBytes = 500;

/** What a tunnel asks of the path, of TCP and of its routing protocol. */
export function checkTunnels(context: RuleContext): Finding[] {
  return Object.entries(context.lab.tunnels).flatMap(([name, tunnel]) => {
    const where = `tunnels.${name}`;
    return [
      ...order(context, tunnel, where),
      ...sameEnds(context, name, tunnel),
      ...mtu(context, name, tunnel),
      ...routing(tunnel, where),
      ...keepalives(context, tunnel, where),
      ...dontFragment(tunnel, where),
      ...ipv6AtOneEnd(tunnel, where),
    ];
  });
}

function order({ lab }: RuleContext, tunnel: TunnelDeclaration, where: string): Finding[] {
  switch (tunnel.order ?? "gre-over-ipsec") {
    case "gre-over-ipsec":
      return addressMissing(tunnel, where);
    case "gre":
      return [
        ...addressMissing(tunnel, where),
        finding("tunnel/in-clear", {
          what: "GRE without IPsec: everything in the tunnel can be read and altered on the way",
          where: `${where}.order`,
          fix: "declare gre-over-ipsec unless this is what you want to show",
        }),
      ];
    case "ipsec":
      return [...ofDevice(tunnel, where), ...protectedSites(lab, tunnel, where)];
    case "ipsec-over-gre": {
      const errors = [...addressMissing(tunnel, where), ...protectedSites(lab, tunnel, where)];
      return errors.length > 0 ? errors : [routingInClear(where)];
    }
  }
}

/** Where IPsec selects packets of the sites. */
function protectedSites(lab: LabDeclaration, tunnel: TunnelDeclaration, where: string): Finding[] {
  return [
    ...(tunnel.mode === "transport" ? [transportForOthers(tunnel, where)] : []),
    ...ipv6InClear(tunnel, where),
    ...sides.filter((side) => isSiteless(lab, tunnel, side)).map((side) => siteless(tunnel, side, where)),
  ];
}

/** GRE has a device, and a device that routes has an address. */
function addressMissing(tunnel: TunnelDeclaration, where: string): Finding[] {
  return sides
    .filter((side) => tunnel[side].address === undefined)
    .map((side) =>
      finding("tunnel/address-missing", {
        what: `${tunnel[side].router} has no address on the tunnel`,
        where: `${where}.${side}`,
        fix: "give it an address with a prefix length: 172.16.0.1/30",
      }),
    );
}

/** What is said of a device, where IPsec alone has none. */
function ofDevice(tunnel: TunnelDeclaration, where: string): Finding[] {
  const said = [
    ...sides.flatMap((side) =>
      (["address", "keepalive"] as const).flatMap((field) => (tunnel[side][field] ? [`${side}.${field}`] : [])),
    ),
    ...(["greKey", "greChecksum", "greSequence", "ipMtuBytes"] as const).filter((field) => tunnel[field] !== undefined),
    ...(tunnel.routing !== undefined && tunnel.routing.protocol !== "none" ? ["routing"] : []),
  ];
  return said.map((field) =>
    finding("ipsec/no-device", {
      what: `${field} is said of a tunnel that is IPsec alone`,
      where: `${where}.${field}`,
      fix: "leave it out, or declare gre-over-ipsec",
    }),
  );
}

function routingInClear(where: string): Finding {
  return finding("tunnel/routing-in-clear", {
    what: "IPsec over GRE protects the traffic of the sites; what routes over the tunnel travels in clear",
    where: `${where}.order`,
    fix: "declare gre-over-ipsec unless this is what you want to show",
  });
}

function transportForOthers({ order }: TunnelDeclaration, where: string): Finding {
  return finding("ipsec/transport-for-others", {
    what: `transport mode in ${order ?? ""}: what is protected are packets of the sites, not of the routers`,
    where: `${where}.mode`,
    fix: "leave mode out, or set it to tunnel",
    seen: "transport",
    allowed: "tunnel",
  });
}

function isSiteless(lab: LabDeclaration, tunnel: TunnelDeclaration, side: "left" | "right"): boolean {
  const node = lab.nodes[tunnel[side].router];
  return node?.role === "router" && Object.keys(node.interfaces).every((name) => name === tunnel[side].interface);
}

function siteless(tunnel: TunnelDeclaration, side: "left" | "right", where: string): Finding {
  return finding("ipsec/nothing-to-protect", {
    what: `${tunnel[side].router} has no network behind it that ${tunnel.order ?? ""} could protect`,
    where: `${where}.${side}.router`,
    fix: "give the router an inside interface, or declare gre-over-ipsec",
  });
}

/** Of two tunnels with the same outer addresses, told at the later one. */
function sameEnds(context: RuleContext, name: string, tunnel: TunnelDeclaration): Finding[] {
  const between = outerAddresses(context, tunnel);
  const twin = between === undefined ? undefined : firstBetween(context).get(between);
  if (twin === undefined || twin === name) return [];
  return [
    finding("tunnel/same-ends", {
      what: `${name} runs between ${between ?? ""}, as ${twin} does`,
      where: `tunnels.${name}`,
      fix: "give one of the routers another outside interface for it, or leave one tunnel out",
    }),
  ];
}

function outerAddresses(context: RuleContext, tunnel: TunnelDeclaration): string | undefined {
  const addresses = sides.map((side) => outerPort(context, tunnel, side)?.prefix.address);
  return addresses.includes(undefined) ? undefined : addresses.sort().join(" and ");
}

/** The first tunnel between each two outer addresses. */
const firstBetween = oncePer((context: RuleContext): ReadonlyMap<string, string> => {
  const first = new Map<string, string>();
  for (const [name, tunnel] of Object.entries(context.lab.tunnels)) {
    const between = outerAddresses(context, tunnel);
    if (between !== undefined && !first.has(between)) first.set(between, name);
  }
  return first;
});

function mtu(context: RuleContext, name: string, tunnel: TunnelDeclaration): Finding[] {
  const where = `tunnels.${name}`;
  const left = outerPort(context, tunnel, "left");
  const right = outerPort(context, tunnel, "right");
  if (!left || !right || left.node === right.node) return [];
  // A tunnel that ends elsewhere is the reference rule's to tell.
  if (sides.some((side) => context.lab.nodes[tunnel[side].router]?.role !== "router")) return [];
  const path = outerPath(context.lab, left.segment, right.segment);
  if (!path)
    return [
      finding("route/no-way", {
        what: `no segment or transit node joins ${left.node} ${left.interface} and ${right.node} ${right.interface}`,
        where,
        fix: "put both outside interfaces on one segment, or a transit node between their segments",
      }),
    ];
  const encapsulation = tunnelEncapsulation(
    tunnel,
    hasNat(context.lab, path, left.prefix.address, right.prefix.address),
    widestPlatform(context.lab, tunnel),
  );
  const fits = largestDeviceMtuBytes(path.mtuBytes, encapsulation);
  const ipMtuBytes = tunnel.ipMtuBytes ?? fits;
  const findings: Finding[] = [];
  const { esp, mode } = resolveCrypto(tunnel);
  if (ipMtuBytes > fits)
    findings.push({
      ...finding("mtu/exceeds-path", {
        what: `ip mtu ${ipMtuBytes} is larger than the path can carry: ${fits} bytes fit`,
        where: `${where}.ipMtuBytes`,
        why:
          encapsulation.order === "gre-over-ipsec"
            ? `GRE and ESP (${esp.encryption}${esp.integrity === "none" ? "" : `, ${esp.integrity}`}, ${mode} mode) make ${wireBytes(ipMtuBytes, encapsulation)} of ${ipMtuBytes} bytes, and the path carries ${path.mtuBytes}: the peer would have to reassemble before it can decrypt`
            : `GRE makes ${path.mtuBytes + ipMtuBytes - fits} of ${ipMtuBytes} bytes, and the path carries ${path.mtuBytes}`,
        fix: `set ipMtuBytes to ${fits} or less`,
        seen: String(ipMtuBytes),
        allowed: `${leastIpMtuBytes} to ${fits}`,
      }),
      ...(tunnel.accept?.includes("mtu/exceeds-path") && { severity: "warning" }),
    });
  if (ipMtuBytes < leastIpv6MtuBytes && tunnel.left.address6 !== undefined)
    findings.push(
      finding("mtu/below-ipv6-minimum", {
        what: `ip mtu ${ipMtuBytes} is less than IPv6 asks of a link: ${leastIpv6MtuBytes}`,
        where: `${where}.ipMtuBytes`,
        fix:
          fits < leastIpv6MtuBytes
            ? `leave out address6, or widen the path of ${path.mtuBytes} bytes: it leaves ${fits} for the tunnel`
            : `leave out address6, or set ipMtuBytes to ${leastIpv6MtuBytes} to ${fits}`,
        seen: String(ipMtuBytes),
        ...(fits >= leastIpv6MtuBytes && { allowed: `${leastIpv6MtuBytes} to ${fits}` }),
      }),
    );
  if (ipMtuBytes < leastIpMtuBytes)
    findings.push(
      finding("mtu/below-minimum", {
        what: `ip mtu ${ipMtuBytes} is less than every host must accept: ${leastIpMtuBytes}`,
        where: `${where}.ipMtuBytes`,
        fix:
          fits < leastIpMtuBytes
            ? `widen the path of ${path.mtuBytes} bytes: it leaves ${fits} for the tunnel`
            : `set ipMtuBytes to ${leastIpMtuBytes} to ${fits}`,
        seen: String(ipMtuBytes),
        ...(fits >= leastIpMtuBytes && { allowed: `${leastIpMtuBytes} to ${fits}` }),
      }),
    );
  const mss = tunnel.tcpMssBytes;
  const hostMtuBytes =
    encapsulation.order === "ipsec-over-gre"
      ? largestInnerBytes(path.mtuBytes - fits + ipMtuBytes, encapsulation)
      : ipMtuBytes;
  if (mss !== undefined && mss > tcpMssFor(hostMtuBytes))
    findings.push(
      finding("mss/exceeds-mtu", {
        what: `adjust-mss ${mss} is larger than ip mtu ${hostMtuBytes} leaves: ${tcpMssFor(hostMtuBytes)}`,
        where: `${where}.tcpMssBytes`,
        fix: `set tcpMssBytes to ${tcpMssFor(hostMtuBytes)} or less`,
        seen: String(mss),
        allowed: `${leastMssBytes} to ${tcpMssFor(hostMtuBytes)}`,
      }),
    );
  if (mss !== undefined && mss < leastMssBytes)
    findings.push(
      finding("mss/below-minimum", {
        what: `adjust-mss ${mss} is below ${leastMssBytes}`,
        where: `${where}.tcpMssBytes`,
        fix: `set tcpMssBytes to ${leastMssBytes} or more`,
        seen: String(mss),
        allowed: `${leastMssBytes} to ${tcpMssFor(hostMtuBytes)}`,
      }),
    );
  return findings;
}

function routing({ routing }: TunnelDeclaration, where: string): Finding[] {
  if (routing?.protocol === "eigrp")
    return [
      finding("routing/eigrp-on-linux", {
        what: "EIGRP does not run on Linux routers",
        where: `${where}.routing.protocol`,
        fix: "declare ospf, static or none",
        seen: "eigrp",
        allowed: "ospf, static, none",
      }),
    ];
  return routing?.protocol === "ospf" ? ospfTimers(routing, `${where}.routing`) : [];
}

function dontFragment(tunnel: TunnelDeclaration, where: string): Finding[] {
  if (tunnel.pathMtuDiscovery ?? true) return [];
  return [
    finding("df/cleared", {
      what: "tunnel path-mtu-discovery is off: the outer DF bit is always clear",
      where: `${where}.pathMtuDiscovery`,
      fix: "set pathMtuDiscovery to true unless this is what you want to show",
    }),
  ];
}
