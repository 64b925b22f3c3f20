import {
  addressProblem,
  contains,
  isHostAddress,
  isPrefix,
  overlaps,
  parsePrefix,
  quote,
  usableRange,
  type Prefix,
} from "../addresses.ts";
import type { TunnelEndDeclaration } from "../declaration.ts";
import type { Finding } from "../finding.ts";
import { finding } from "./catalogue.ts";
import { checkIpv6Addresses } from "./ipv6.ts";
import { outerPort, portsByNode, sides, type Port, type RuleContext } from "./context.ts";

/** Every fault of an address by itself, and of addresses with one another. */
export function checkAddresses(context: RuleContext): Finding[] {
  return [
    ...spelling(context),
    ...neighbours(context),
    ...overlapping(context),
    ...tunnelEnds(context),
    ...routes(context),
    ...checkIpv6Addresses(context.lab),
  ];
}

interface Written {
  readonly text: string;
  readonly where: string;
}

function written({ lab }: RuleContext): Written[] {
  const interfaces = Object.entries(lab.nodes).flatMap(([node, { interfaces }]) =>
    Object.entries(interfaces).map(([name, { address }]) => ({
      text: address,
      where: `nodes.${node}.interfaces.${name}.address`,
    })),
  );
  const ends = Object.entries(lab.tunnels).flatMap(([name, tunnel]) =>
    sides.flatMap((side) => {
      const text = tunnel[side].address;
      return text === undefined ? [] : [{ text, where: `tunnels.${name}.${side}.address` }];
    }),
  );
  return [...interfaces, ...ends];
}

function spelling(context: RuleContext): Finding[] {
  return written(context).flatMap(({ text, where }) => {
    const prefix = parsePrefix(text);
    if (!isPrefix(prefix)) return [invalid(prefix.problem, where, text)];
    return isHostAddress(prefix) ? [] : [notAHost(prefix, where)];
  });
}

function invalid(problem: string, where: string, seen: string): Finding {
  return finding("address/invalid", {
    what: problem,
    where,
    fix: "write four numbers from 0 to 255 without leading zeros, and a prefix length: 192.0.2.1/24",
    seen,
  });
}

function notAHost(prefix: Prefix, where: string): Finding {
  const which = prefix.network.startsWith(`${prefix.address}/`) ? "network's own address" : "broadcast address";
  return finding("address/not-a-host", {
    what: `${prefix.address} is the ${which} of ${prefix.network}`,
    where,
    fix: `use ${usableRange(prefix)}`,
    seen: prefix.address,
    allowed: usableRange(prefix),
  });
}

/** On one segment all are in one network and no two are the same. */
function neighbours({ ports }: RuleContext): Finding[] {
  const first = new Map<string, Port>();
  const holders = new Map<string, Port>();
  return ports.flatMap((port) => {
    const place = `${port.segment} ${port.prefix.address}`;
    const twin = holders.get(place);
    if (!twin) holders.set(place, port);
    const neighbour = first.get(port.segment);
    if (!neighbour) first.set(port.segment, port);
    if (twin) return [equal(`${twin.node} and ${port.node}`, port.prefix, port.where)];
    if (neighbour === undefined || neighbour.prefix.network === port.prefix.network) return [];
    return [
      wrongSubnet(
        `${port.node} is in ${port.prefix.network}, ${neighbour.node} on the same segment in ${neighbour.prefix.network}`,
        port.where,
        port.prefix,
        neighbour.prefix,
      ),
    ];
  });
}

function equal(who: string, prefix: Prefix, where: string): Finding {
  return finding("address/equal-ends", {
    what: `${who} both have the address ${prefix.address}`,
    where,
    fix: `give one of them another of ${usableRange(prefix)}`,
    seen: prefix.address,
    allowed: usableRange(prefix),
  });
}

function wrongSubnet(what: string, where: string, seen: Prefix, allowed: Prefix): Finding {
  return finding("address/wrong-subnet", {
    what,
    where,
    fix: `use ${usableRange(allowed)} with /${allowed.prefixLength}, or move the other end`,
    seen: seen.network,
    allowed: allowed.network,
  });
}

/** Different links, different networks. */
function overlapping(context: RuleContext): Finding[] {
  const links = new Map<string, { readonly prefix: Prefix; readonly where: string }>();
  for (const port of context.ports)
    // A segment that is not declared is the reference rule's to tell.
    if (Object.hasOwn(context.lab.segments, port.segment) && !links.has(`segment ${port.segment}`))
      links.set(`segment ${port.segment}`, port);
  for (const [name, tunnel] of Object.entries(context.lab.tunnels)) {
    const prefix = prefixOfEnd(tunnel.left);
    if (prefix) links.set(`tunnel ${name}`, { prefix, where: `tunnels.${name}.left.address` });
  }
  const all = [...links].map(([name, link], index) => ({ name, ...link, index }));
  return overlappingPairs(all).map(([link, other]) =>
    finding("address/overlap", {
      what: `${link.name} (${link.prefix.network}) and ${other.name} (${other.prefix.network}) share addresses`,
      where: link.where,
      fix: `give ${link.name} a network outside ${other.prefix.network}`,
      seen: link.prefix.network,
      allowed: `outside ${other.prefix.network}`,
    }),
  );
}

/** The later declared of each pair first; in the order declared. */
function overlappingPairs<Link extends { readonly prefix: Prefix; readonly index: number }>(
  links: readonly Link[],
): (readonly [Link, Link])[] {
  // From the lowest address up, each is compared with those that have not ended yet.
  let open: Link[] = [];
  const pairs = [...links]
    .sort((a, b) => a.prefix.first - b.prefix.first)
    .flatMap((link) => {
      open = open.filter((other) => overlaps(link.prefix, other.prefix));
      const found = open.map((other) =>
        other.index < link.index ? ([link, other] as const) : ([other, link] as const),
      );
      open.push(link);
      return found;
    });
  return pairs.sort(([a, b], [c, d]) => a.index - c.index || b.index - d.index);
}

/** Undefined without an address, and with one that does not parse. */
function prefixOfEnd({ address }: TunnelEndDeclaration): Prefix | undefined {
  const prefix = address === undefined ? undefined : parsePrefix(address);
  return prefix && isPrefix(prefix) ? prefix : undefined;
}

function tunnelEnds(context: RuleContext): Finding[] {
  return Object.entries(context.lab.tunnels).flatMap(([name, tunnel]) => {
    const findings: Finding[] = [];
    const left = prefixOfEnd(tunnel.left);
    const right = prefixOfEnd(tunnel.right);
    if (left && right) {
      const where = `tunnels.${name}.right.address`;
      if (left.address === right.address) findings.push(equal(`the ends of ${name}`, right, where));
      else if (left.network !== right.network)
        findings.push(
          wrongSubnet(`the ends of ${name} are in ${left.network} and ${right.network}`, where, right, left),
        );
    }
    if (tunnel.left.router === tunnel.right.router)
      findings.push(
        finding("address/equal-ends", {
          what: `both ends of ${name} are on ${quote(tunnel.left.router)}`,
          where: `tunnels.${name}.right.router`,
          fix: "end the tunnel on two routers",
          seen: tunnel.right.router,
        }),
      );
    const outerLeft = outerPort(context, tunnel, "left");
    const outerRight = outerPort(context, tunnel, "right");
    // Two ends on one segment are told by the neighbours' rule.
    if (
      outerLeft &&
      outerRight &&
      outerLeft.segment !== outerRight.segment &&
      outerLeft.prefix.address === outerRight.prefix.address
    )
      findings.push(
        finding("address/equal-ends", {
          what: `tunnel source and tunnel destination of ${name} are both ${outerLeft.prefix.address}`,
          where: `tunnels.${name}.right.interface`,
          fix: "give the two outside interfaces different addresses",
          seen: outerLeft.prefix.address,
        }),
      );
    return findings;
  });
}

function routes(context: RuleContext): Finding[] {
  return Object.entries(context.lab.nodes).flatMap(([node, { interfaces, routes: declared = [] }]) =>
    declared.flatMap(({ destination, via }, index) => {
      const where = `nodes.${node}.routes[${index}]`;
      const findings: Finding[] = [];
      const prefix = parsePrefix(destination);
      if (!isPrefix(prefix)) findings.push(invalid(prefix.problem, `${where}.destination`, destination));
      else if (!prefix.network.startsWith(`${prefix.address}/`))
        findings.push(
          finding("address/host-bits", {
            what: `${destination} has bits set behind its prefix length`,
            where: `${where}.destination`,
            fix: `write ${prefix.network} for the network, or ${prefix.address}/32 for the one host`,
            seen: destination,
            allowed: prefix.network,
          }),
        );
      const problem = addressProblem(via);
      const connected = portsByNode(context).get(node) ?? [];
      if (problem !== undefined) findings.push(invalid(problem, `${where}.via`, via));
      // With an address that does not parse, the node's networks are not known.
      else if (connected.length === Object.keys(interfaces).length && !connected.some((p) => contains(p.prefix, via)))
        findings.push(
          finding("address/wrong-subnet", {
            what: `the next hop ${quote(via)} is in none of ${node}'s networks`,
            where: `${where}.via`,
            fix: `use an address in ${connected.map((p) => p.prefix.network).join(" or ") || "a network of the node"}`,
            seen: via,
          }),
        );
      return findings;
    }),
  );
}
