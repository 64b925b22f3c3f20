import type { LabDeclaration } from "../declaration.ts";
import type { Finding } from "../finding.ts";
import { linkSegments, routersBehind, routersOn } from "../links.ts";
import { largestDeviceMtuBytes } from "../overhead.ts";
import { hasNat, outerPath, segmentMtuBytes } from "../path.ts";
import { tunnelEncapsulation } from "../tunnel-encapsulation.ts";
import { finding } from "./catalogue.ts";
import { ospfTimers } from "./ospf-timers.ts";
import { outerPort, sides, type RuleContext } from "./context.ts";

/** The links between the routers of a site, and who is reached by none. */
export function checkLinks(context: RuleContext): Finding[] {
  const { lab } = context;
  return [
    ...linkSegments(lab).flatMap((segment) => [
      ...ends(lab, segment),
      ...ospfTimers(lab.segments[segment]?.ospf, `segments.${segment}.ospf`),
    ]),
    ...tunnelsBeside(lab),
    ...narrow(context),
    ...ipv6Behind(lab),
    ...unreached(lab),
  ];
}

/** Who begins a tunnel on it is told of that alone. */
function ends(lab: LabDeclaration, segment: string): Finding[] {
  const where = `segments.${segment}.ospf`;
  const onIt = routersOn(lab, segment);
  const outside = Object.entries(lab.tunnels).flatMap(([name, tunnel]) =>
    sides.flatMap((side) => {
      const { router, interface: device } = tunnel[side];
      return onIt.some((each) => each.router === router && each.interface === device) ? [{ name, router, device }] : [];
    }),
  )[0];
  if (outside)
    return [
      finding("link/outside", {
        what: `OSPF is spoken on ${segment}, where ${outside.name} of ${outside.router} begins (${outside.device})`,
        where,
        fix: "leave ospf out of this segment, and give the routers another link for it",
      }),
    ];
  const routers = [...new Set(onIt.map(({ router }) => router))];
  if (routers.length > 1) return [];
  return [
    finding("link/one-router", {
      what: `OSPF is spoken on ${segment}, and ${routers[0] ?? "no router"} is ${routers.length === 0 ? "on it" : "alone on it"}`,
      where,
      fix: "plug a second router into the segment, or leave ospf out: a router tells of its inside without neighbours there",
      seen: String(routers.length),
      allowed: "2 or more",
    }),
  ];
}

const isOnLink = (lab: LabDeclaration, router: string): boolean =>
  linkSegments(lab).some((segment) => routersOn(lab, segment).some((each) => each.router === router));

function tunnelsBeside(lab: LabDeclaration): Finding[] {
  return Object.entries(lab.tunnels).flatMap(([name, tunnel]) => {
    const protocol = tunnel.routing?.protocol ?? (tunnel.order === "ipsec" ? "none" : "ospf");
    const router = sides.map((side) => tunnel[side].router).find((each) => isOnLink(lab, each));
    if (router === undefined || protocol === "ospf") return [];
    return [
      finding("link/tunnel-without-ospf", {
        what: `${router} speaks OSPF on a link, and ${name} has ${protocol === "none" ? "no routing protocol" : protocol}`,
        where: `tunnels.${name}.routing`,
        fix: "declare ospf for the tunnel",
        seen: protocol,
        allowed: "ospf",
      }),
    ];
  });
}

/** Each link by the widest tunnel that leads to it; a path that is not there is the tunnel rule's to tell. */
function narrow(context: RuleContext): Finding[] {
  const { lab } = context;
  return linkSegments(lab).flatMap((segment) => {
    const mtuBytes = segmentMtuBytes(lab, segment);
    const behind = routersOn(lab, segment).flatMap(({ router }) => routersBehind(lab, router));
    const widest = Object.entries(lab.tunnels).flatMap(([name, tunnel]) => {
      const [left, right] = sides.map((side) => outerPort(context, tunnel, side));
      const path = left && right && outerPath(lab, left.segment, right.segment);
      if (!path || !sides.some((side) => behind.includes(tunnel[side].router))) return [];
      const isTranslated = hasNat(lab, path, left.prefix.address, right.prefix.address);
      const fits = largestDeviceMtuBytes(path.mtuBytes, tunnelEncapsulation(tunnel, isTranslated));
      return [{ name, ipMtuBytes: Math.min(tunnel.ipMtuBytes ?? fits, fits) }];
    });
    const wide = widest.find(({ ipMtuBytes }) => ipMtuBytes > mtuBytes);
    if (!wide) return [];
    return [
      finding("link/narrower-than-tunnel", {
        what: `${segment} carries ${mtuBytes} bytes, and ${wide.name} brings ${wide.ipMtuBytes}`,
        where: `segments.${segment}.mtuBytes`,
        fix: `set mtuBytes to ${wide.ipMtuBytes} or more, or the tunnel's ipMtuBytes to ${mtuBytes} or less`,
        seen: String(mtuBytes),
        allowed: `${wide.ipMtuBytes} to 9216`,
      }),
    ];
  });
}

const endsTunnel = ({ tunnels }: LabDeclaration, router: string): boolean =>
  Object.values(tunnels).some((tunnel) => sides.some((side) => tunnel[side].router === router));

function ipv6Behind(lab: LabDeclaration): Finding[] {
  return Object.entries(lab.nodes)
    .filter(([name, { role }]) => role === "router" && isOnLink(lab, name) && !endsTunnel(lab, name))
    .flatMap(([name, { interfaces }]) =>
      Object.entries(interfaces).flatMap(([device, { address6 }]) =>
        address6 === undefined
          ? []
          : [
              finding("link/ipv6-behind", {
                what: `${name} has an IPv6 address, and its links do not carry IPv6`,
                where: `nodes.${name}.interfaces.${device}.address6`,
                fix: "leave address6 out here and on the hosts behind it",
              }),
            ],
      ),
    );
}

/** In a lab whose tunnels have two routers each: without any, nobody is meant to be reached, and a wrong name is told by itself. */
function unreached(lab: LabDeclaration): Finding[] {
  const tunnels = Object.values(lab.tunnels);
  const isSound = tunnels.every(
    ({ left, right }) =>
      left.router !== right.router &&
      [left, right].every(({ router }) => Object.hasOwn(lab.nodes, router) && lab.nodes[router]?.role === "router"),
  );
  if (tunnels.length === 0 || !isSound) return [];
  return Object.entries(lab.nodes)
    .filter(([name, { role }]) => role === "router" && !routersBehind(lab, name).some((each) => endsTunnel(lab, each)))
    .map(([name]) =>
      finding("router/unreached", {
        what: `no tunnel ends at ${name}, and no link leads from it to a router with one`,
        where: `nodes.${name}`,
        fix: "plug it into a link with a router at which a tunnel ends (a segment with ospf), or leave it out",
      }),
    );
}
