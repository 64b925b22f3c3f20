import { isDefault, sectionName, valueHead } from "./normal-form.ts";
import { parseConfig, type ConfigNode } from "./parse-config.ts";

/**
 * The wanted configuration, and before it what takes away that a former one had and this one has not: a tunnel that is declared no
 * more. Without it such sections would stay, since what is not named is left alone. What a router is reached by stays in any case.
 */
export function leaveOut(former: string, wanted: string): string {
  const now = parseConfig(wanted);
  // What refers goes before what is referred to, and that is the order of a running configuration backwards.
  const gone = [...parseConfig(former)].reverse().flatMap((node) => goneOf(node, now));
  return [...gone, wanted].join("\n");
}

/** Sections that are not made by a configuration, so that it takes away its lines alone. */
const standing = /^interface (?!tunnel)/i;
/** Without these the router would be another one, or could not be reached. */
const kept = /^(?:hostname |ip address |no |shutdown)/;

function goneOf({ line, children }: ConfigNode, now: readonly ConfigNode[]): string[] {
  const name = sectionName(line);
  const same = now.find((node) => sectionName(node.line) === name);
  if (standing.test(line)) {
    const is = (same?.children ?? []).map((child) => child.line);
    const lines = children.map((child) => child.line).filter((each) => !is.includes(each) && !kept.test(each));
    // A line of one value is replaced by the new one, not taken away.
    const isReplaced = (each: string): boolean => {
      const head = valueHead(line, each);
      return head !== null && is.some((other) => valueHead(line, other) === head);
    };
    const without = lines.filter((each) => !isDefault(line, each) && !isReplaced(each));
    return without.length === 0 ? [] : [line, ...without.map((each) => ` no ${each}`)];
  }
  if (same || kept.test(line)) return [];
  if (children.length === 0) return [`no ${line}`];
  return [`no ${/^(?:ip access-list|interface) /i.test(line) ? line : name}`];
}
