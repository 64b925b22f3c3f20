/** The links between the routers of a site, as declared: who is on them, and what is behind a router by way of them. */
import type { LabDeclaration } from "./declaration.ts";
import type { LinkEndModel, LinkModel } from "./lab-model.ts";
import { groupBy } from "./group-by.ts";
import { linkLivenessOf } from "./liveness.ts";
import { oncePer } from "./once-per.ts";
import { defaultOspfCost } from "./ospf-settings.ts";
import { segmentMtuBytes } from "./path.ts";
import { prefixOf } from "./resolved.ts";
import { sides } from "./rules/context.ts";

type Interfaces = LabDeclaration["nodes"][string]["interfaces"];

/** Segments on which OSPF is spoken. */
export const linkSegments = oncePer(({ segments }: LabDeclaration): readonly string[] =>
  Object.entries(segments).flatMap(([name, { ospf }]) => (ospf ? [name] : [])),
);

/** The routers plugged into a segment, and by which interface; in the order declared. */
export function routersOn(lab: LabDeclaration, segment: string): readonly RouterPlug[] {
  return routerPlugs(lab).get(segment) ?? [];
}

interface RouterPlug {
  readonly router: string;
  readonly interface: string;
}

const routerPlugs = oncePer(({ nodes }: LabDeclaration) => {
  const plugs = Object.entries(nodes).flatMap(([router, { role, interfaces }]) =>
    role === "router"
      ? Object.entries(interfaces).map(([name, { segment }]) => ({ router, interface: name, segment }))
      : [],
  );
  return new Map(
    [...groupBy(plugs, ({ segment }) => segment)].map(([segment, on]) => [
      segment,
      on.map(({ router, interface: name }): RouterPlug => ({ router, interface: name })),
    ]),
  );
});

/** The router itself and all that its links lead to, the nearest first. */
export function routersBehind(lab: LabDeclaration, router: string): string[] {
  const links = linkSegments(lab).map((segment) => routersOn(lab, segment).map((each) => each.router));
  const reached = [router];
  for (const here of reached)
    for (const there of links.filter((routers) => routers.includes(here)).flat())
      if (!reached.includes(there)) reached.push(there);
  return reached;
}

/** The interfaces of a router on which no tunnel ends. */
export function insideInterfaces(lab: LabDeclaration, router: string): [string, Interfaces[string]][] {
  const outsides = outsideInterfaces(lab).get(router);
  return Object.entries(lab.nodes[router]?.interfaces ?? {}).filter(([name]) => !outsides?.has(name));
}

/** The interfaces on which tunnels end, by their routers. */
const outsideInterfaces = oncePer(({ tunnels }: LabDeclaration) => {
  const ends = Object.values(tunnels).flatMap((tunnel) => sides.map((side) => tunnel[side]));
  return new Map(
    [...groupBy(ends, ({ router }) => router)].map(([router, its]) => [
      router,
      new Set(its.map((end) => end.interface)),
    ]),
  );
});

/** The networks behind a router of a sound lab: its own inside and what its links lead to, then those of the links themselves. */
export function networksBehind(lab: LabDeclaration, router: string): string[] {
  const insides = routersBehind(lab, router).flatMap((each) => insideInterfaces(lab, each).map(([, inside]) => inside));
  const isLink = ({ segment }: Interfaces[string]): boolean => lab.segments[segment]?.ospf !== undefined;
  const ordered = [...insides.filter((each) => !isLink(each)), ...insides.filter(isLink)];
  return [...new Set(ordered.map(({ address }) => prefixOf(address).network))];
}

/** The links of a sound lab with every default filled in. */
export function resolveLinks(lab: LabDeclaration): LinkModel[] {
  return Object.entries(lab.segments).flatMap(([segment, { ospf }]) =>
    ospf
      ? [
          {
            segment,
            mtuBytes: segmentMtuBytes(lab, segment),
            ends: routersOn(lab, segment).map(({ router, interface: name }): LinkEndModel => {
              const address = lab.nodes[router]?.interfaces[name]?.address ?? "";
              return { router, interface: name, address: prefixOf(address).address };
            }),
            cost: ospf.cost ?? defaultOspfCost,
            liveness: linkLivenessOf(ospf),
          },
        ]
      : [],
  );
}
