import { isPrefix, notAHost6, parsePrefix6, quote, type Prefix6 } from "../addresses.ts";
import type { LabDeclaration, TunnelDeclaration } from "../declaration.ts";
import type { Finding } from "../finding.ts";
import { finding } from "./catalogue.ts";
import { sides } from "./context.ts";

/** An IPv6 address of the declaration, and the link that it is on. */
interface Address6 {
  readonly who: string;
  readonly link: string;
  readonly text: string;
  readonly where: string;
}

function written({ nodes, tunnels }: LabDeclaration): Address6[] {
  const one = (who: string, link: string, where: string, text: string | undefined): Address6[] =>
    text === undefined ? [] : [{ who, link, text, where: `${where}.address6` }];
  return [
    ...Object.entries(nodes).flatMap(([node, { interfaces }]) =>
      Object.entries(interfaces).flatMap(([name, { segment, address6 }]) =>
        one(node, `segment ${segment}`, `nodes.${node}.interfaces.${name}`, address6),
      ),
    ),
    ...Object.entries(tunnels).flatMap(([name, tunnel]) =>
      sides.flatMap((side) =>
        one(tunnel[side].router, `tunnel ${name}`, `tunnels.${name}.${side}`, tunnel[side].address6),
      ),
    ),
  ];
}

/** Every fault of an IPv6 address by itself, and of two with one another. */
export function checkIpv6Addresses(lab: LabDeclaration): Finding[] {
  const sound: (Address6 & { readonly prefix: Prefix6 })[] = [];
  const findings: Finding[] = [];
  for (const each of written(lab)) {
    const prefix = parsePrefix6(each.text);
    const problem = isPrefix(prefix) ? notAHost6(prefix) : prefix.problem;
    if (problem === undefined && isPrefix(prefix)) sound.push({ ...each, prefix });
    else
      findings.push(
        finding("address/ipv6-invalid", {
          what: problem ?? "",
          where: each.where,
          fix: "write a host's address with its prefix length: 2001:db8:10::1/64",
          seen: each.text,
        }),
      );
  }
  const neighbours = (what: string, { where, prefix }: (typeof sound)[number], fix: string): void => {
    findings.push(finding("address/ipv6-neighbours", { what, where, fix, seen: prefix.network }));
  };
  for (const [index, each] of sound.entries()) {
    const earlier = sound.slice(0, index);
    const twin = earlier.find(({ prefix }) => prefix.address === each.prefix.address);
    const onLink = earlier.find(({ link }) => link === each.link);
    const elsewhere = earlier.find(({ link, prefix }) => link !== each.link && prefix.network === each.prefix.network);
    const { address, network } = each.prefix;
    if (twin)
      neighbours(`${twin.who} and ${each.who} both have the address ${address}`, each, "give one of them another");
    else if (onLink && onLink.prefix.network !== network)
      neighbours(
        `${each.who} is in ${network}, ${onLink.who} on the same link in ${onLink.prefix.network}`,
        each,
        `use an address in ${onLink.prefix.network}`,
      );
    else if (elsewhere)
      neighbours(
        `${each.link} and ${elsewhere.link} are both ${network}`,
        each,
        `give ${quote(each.link)} a network of its own`,
      );
  }
  return findings;
}

/** The ends that have an IPv6 address on the tunnel. */
const ends6 = (tunnel: TunnelDeclaration) => sides.filter((side) => tunnel[side].address6 !== undefined);

/** IPv6 in a tunnel needs both ends. */
export function ipv6AtOneEnd(tunnel: TunnelDeclaration, where: string): Finding[] {
  const [end, ...more] = ends6(tunnel);
  if (end === undefined || more.length > 0) return [];
  const other = end === "left" ? "right" : "left";
  return [
    finding("tunnel/ipv6-one-end", {
      what: `${tunnel[end].router} has an IPv6 address on the tunnel, ${tunnel[other].router} has none`,
      where: `${where}.${other}`,
      fix: `give ${where}.${other} an address6 in the same network`,
    }),
  ];
}

/** Of a tunnel whose policies name the sites' IPv4 networks. */
export function ipv6InClear(tunnel: TunnelDeclaration, where: string): Finding[] {
  return ends6(tunnel)
    .slice(0, 1)
    .map((end) =>
      finding("ipsec/ipv6-in-clear", {
        what: `IPv6 in a tunnel of order ${tunnel.order ?? ""}`,
        where: `${where}.${end}.address6`,
        fix: "declare gre-over-ipsec, which protects all that is in the tunnel, or leave out address6",
      }),
    );
}
