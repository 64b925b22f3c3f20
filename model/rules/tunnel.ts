import type { TunnelDeclaration } from "../declaration.ts";
import type { Finding } from "../finding.ts";
import { largestInnerBytes, tcpMssFor, wireBytes } from "../overhead.ts";
import { outerPath } from "../path.ts";
import { resolveCrypto } from "../resolve-crypto.ts";
import { tunnelEncapsulation } from "../tunnel-encapsulation.ts";
import { finding } from "./catalogue.ts";
import { outerPort, sides, type RuleContext } from "./context.ts";

const leastIpMtuBytes = 576;
const leastMssBytes = 500;

/** What a tunnel asks of the path, of TCP and of its routing protocol. */
export function checkTunnels(context: RuleContext): Finding[] {
  return Object.entries(context.lab.tunnels).flatMap(([name, tunnel]) => {
    const where = `tunnels.${name}`;
    return [
      ...order(tunnel, where),
      ...sameEnds(context, name, tunnel),
      ...mtu(context, name, tunnel),
      ...routing(tunnel, where),
      ...keepalives(tunnel, where),
      ...dontFragment(tunnel, where),
    ];
  });
}

function order(tunnel: TunnelDeclaration, where: string): Finding[] {
  if ((tunnel.order ?? "gre-over-ipsec") === "gre-over-ipsec") return [];
  return [
    finding("tunnel/order-not-supported", {
      what: "ipsec-over-gre is not built yet",
      where: `${where}.order`,
      fix: "declare gre-over-ipsec: it also protects the routing protocol",
      seen: "ipsec-over-gre",
      allowed: "gre-over-ipsec",
    }),
  ];
}

/** Of two tunnels with the same outer addresses, told at the later one. */
function sameEnds(context: RuleContext, name: string, tunnel: TunnelDeclaration): Finding[] {
  const outer = (each: TunnelDeclaration): string | undefined => {
    const addresses = sides.map((side) => outerPort(context, each, side)?.prefix.address);
    return addresses.includes(undefined) ? undefined : addresses.sort().join(" and ");
  };
  const between = outer(tunnel);
  const earlier = Object.entries(context.lab.tunnels).slice(0, Object.keys(context.lab.tunnels).indexOf(name));
  const twin = between === undefined ? undefined : earlier.find(([, each]) => outer(each) === between);
  if (!twin) return [];
  return [
    finding("tunnel/same-ends", {
      what: `${name} runs between ${between ?? ""}, as ${twin[0]} does`,
      where: `tunnels.${name}`,
      fix: "give one of the routers another outside interface for it, or leave one tunnel out",
    }),
  ];
}

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
  const encapsulation = tunnelEncapsulation(tunnel);
  const fits = largestInnerBytes(path.mtuBytes, encapsulation);
  const ipMtuBytes = tunnel.ipMtuBytes ?? fits;
  const findings: Finding[] = [];
  const { esp, mode } = resolveCrypto(tunnel);
  if (ipMtuBytes > fits)
    findings.push(
      finding("mtu/exceeds-path", {
        what: `ip mtu ${ipMtuBytes} is larger than the path can carry: ${fits} bytes fit`,
        where: `${where}.ipMtuBytes`,
        why: `GRE and ESP (${esp.encryption}${esp.integrity === "none" ? "" : `, ${esp.integrity}`}, ${mode} mode) make ${wireBytes(ipMtuBytes, encapsulation)} of ${ipMtuBytes} bytes, and the path carries ${path.mtuBytes}: the peer would have to reassemble before it can decrypt`,
        fix: `set ipMtuBytes to ${fits} or less`,
        seen: String(ipMtuBytes),
        allowed: `${leastIpMtuBytes} to ${fits}`,
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
  if (mss !== undefined && mss > tcpMssFor(ipMtuBytes))
    findings.push(
      finding("mss/exceeds-mtu", {
        what: `adjust-mss ${mss} is larger than ip mtu ${ipMtuBytes} leaves: ${tcpMssFor(ipMtuBytes)}`,
        where: `${where}.tcpMssBytes`,
        fix: `set tcpMssBytes to ${tcpMssFor(ipMtuBytes)} or less`,
        seen: String(mss),
        allowed: `${leastMssBytes} to ${tcpMssFor(ipMtuBytes)}`,
      }),
    );
  if (mss !== undefined && mss < leastMssBytes)
    findings.push(
      finding("mss/below-minimum", {
        what: `adjust-mss ${mss} is below ${leastMssBytes}`,
        where: `${where}.tcpMssBytes`,
        fix: `set tcpMssBytes to ${leastMssBytes} or more`,
        seen: String(mss),
        allowed: `${leastMssBytes} to ${tcpMssFor(ipMtuBytes)}`,
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
  if (routing?.protocol !== "ospf") return [];
  const hello = routing.helloIntervalSeconds ?? 10;
  const dead = routing.deadIntervalSeconds ?? hello * 4;
  if (dead > hello) return [];
  return [
    finding("routing/timers", {
      what: `the dead interval of ${dead} s is not longer than the hello interval of ${hello} s`,
      where: `${where}.routing.deadIntervalSeconds`,
      fix: `set deadIntervalSeconds to ${hello * 4}, four times the hello interval`,
      seen: String(dead),
      allowed: `more than ${hello}`,
    }),
  ];
}

function keepalives(tunnel: TunnelDeclaration, where: string): Finding[] {
  return sides.flatMap((side) => {
    const keepalive = tunnel[side].keepalive;
    if (!keepalive) return [];
    return [
      finding("keepalive/not-enacted", {
        what: `keepalive ${keepalive.periodSeconds} ${keepalive.retryCount} on ${tunnel[side].router} is declared but not sent yet`,
        where: `${where}.${side}.keepalive`,
        fix: "nothing to mend; OSPF's dead interval notices a dead tunnel meanwhile",
      }),
    ];
  });
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
