/** The links of a lab that touch a transit: what can be cut or impaired, and from which side it is done. */
import type { LinkWay } from "./impairment.ts";
import type { LabPlan } from "./plan-document.ts";

/** A segment with a transit on it. */
export interface TransitLink {
  /** The segment's name: `isp-left`. */
  readonly name: string;
  /** The transit that does the work; where two meet, the one that is named first. */
  readonly transit: string;
  /** Its interface there. */
  readonly device: string;
  /** Who else is on the segment. */
  readonly neighbours: readonly string[];
}

/** One direction of a link. */
export interface LinkDirection {
  readonly link: TransitLink;
  readonly way: LinkWay;
}

/** Every link that touches a transit, in the order of the plan. */
export function transitLinksOf(plan: LabPlan): TransitLink[] {
  return plan.segments.flatMap(({ name, members }) => {
    for (const member of members) {
      const node = plan.nodes.find((each) => each.name === member);
      const device = node?.interfaces.find(({ segment }) => segment === name)?.name;
      if (node?.role !== "transit" || device === undefined) continue;
      return { name, transit: member, device, neighbours: members.filter((other) => other !== member) };
    }
    return [];
  });
}

/** Toward whom a direction leads. */
export function towardOf({ link, way }: LinkDirection): readonly string[] {
  return way === "in" ? [link.transit] : link.neighbours;
}

/** What was named is not there, or cannot be told apart; the message lists what is. */
export class LinkNameError extends Error {
  override readonly name = "LinkNameError";
}

/**
 * The links that a name means: a segment, or all links of a transit.
 * @throws LinkNameError when the name is unknown; the message lists the known ones.
 */
export function linksNamed(plan: LabPlan, name: string): TransitLink[] {
  const links = transitLinksOf(plan);
  const found = links.filter((link) => link.name === name || isAt(link, plan, name));
  if (found.length > 0) return found;
  const transits = plan.nodes.filter(({ role }) => role === "transit").map((node) => node.name);
  throw new LinkNameError(
    links.length === 0
      ? `lab ${plan.lab} has no transit, so no link that can be impaired`
      : `lab ${plan.lab} has no link ${JSON.stringify(name)}; its links are ${links.map((link) => link.name).join(", ")}, ` +
          `and all links of a transit: ${transits.join(", ")}`,
  );
}

/**
 * The directions that are meant by a name, and by the neighbour toward which nothing is to pass.
 * `once` is for effects that add up: of a transit's links, packets meet them as they leave it and not as they come, so that each
 * packet through it meets one; of a segment, both directions.
 * @throws LinkNameError when a name is unknown, or when the neighbour shares its segment with others: a transit knows one way out.
 */
export function directionsNamed(
  plan: LabPlan,
  name: string,
  { toward, once }: { readonly toward?: string | undefined; readonly once: boolean },
): LinkDirection[] {
  const links = linksNamed(plan, name);
  const all = links.flatMap((link) => (["out", "in"] as const).map((way) => ({ link, way })));
  if (toward === undefined)
    return once && !links.some((link) => link.name === name)
      ? all.filter((direction) => !towardOf(direction).includes(name))
      : all;
  const found = all.filter((direction) => towardOf(direction).includes(toward));
  if (found.length === 0)
    throw new LinkNameError(
      `${JSON.stringify(toward)} is not on ${name}; on it are ${[...new Set(all.flatMap(towardOf))].join(", ")}`,
    );
  for (const direction of found) {
    const others = towardOf(direction).filter((other) => other !== toward);
    if (others.length > 0)
      throw new LinkNameError(
        `${toward} shares ${direction.link.name} with ${others.join(", ")}: what goes to one of them cannot be told apart; ` +
          `name ${direction.link.transit}, or leave --one-way out`,
      );
  }
  return found;
}

function isAt(link: TransitLink, plan: LabPlan, name: string): boolean {
  const isTransit = plan.nodes.some((node) => node.name === name && node.role === "transit");
  return isTransit && (link.transit === name || link.neighbours.includes(name));
}
