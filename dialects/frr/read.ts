import { parseLineTree, printLineTree, valueHead, type Section } from "./line-tree.ts";

/** FRR drops it from its running-config where it is the default: on a device that is point-to-point by itself, as gre is. */
const pointToPoint = "ip ospf network point-to-point";

/**
 * The live routing configuration in the form of the `routing` section: no drift is the same text, drift a difference in
 * lines. What FRR says of itself is left out, the one default that it drops is put back where `expected` names it, and lines
 * and sections stand in the order of `expected`. Sections, and lines outside any section, that `expected` has nothing of are not
 * ours and are left out: a `router bgp` typed in by hand, a `log` line.
 * @see vtysh(1) `show running-config`; seen with FRR 8.4.4
 */
export function readRouting(showRunning: string, expected: string): string {
  const live = parseLineTree(showRunning);
  const wanted = parseLineTree(expected);
  const found = new Map<string, Section>();
  for (const header of [...wanted.keys()].filter((each) => live.has(each))) {
    const order = wanted.get(header)?.lines ?? [];
    const lines = (live.get(header)?.lines ?? []).filter((line) => header !== "" || isOurs(line, order));
    const dropped = order.filter((line) => isDroppedDefault(header, line, lines));
    found.set(header, { header, lines: inOrder([...lines, ...dropped], inPlace(order, lines)) });
  }
  if (expected === "") return "";
  return printLineTree(found);
}

/** All that FRR runs in the form of the `routing` section, whoever wrote it, for a router that is taken over; empty when it is nothing. */
export function readAllRouting(showRunning: string): string {
  const live = parseLineTree(showRunning);
  const top = live.get("");
  const own = (line: string): boolean => !surroundings.some((each) => each.test(line));
  if (top) live.set("", { header: "", lines: top.lines.filter(own) });
  const isEmpty = [...live.values()].every(({ lines }) =>
    lines.every((line) => /^(frr defaults|hostname) /.test(line)),
  );
  return isEmpty ? "" : printLineTree(live);
}

/** Lines of `show running-config` that tell of the daemons' surroundings, not of what was configured. */
const surroundings = [/^frr version /, /^(no )?ip(v6)? forwarding$/, /^service integrated-vtysh-config$/, /^log /];

/**
 * A line outside any section is ours when one that begins alike is expected: `hostname r9` where `hostname r1` is, a route to where
 * one of ours goes.
 */
function isOurs(line: string, expected: readonly string[]): boolean {
  const headWords = (text: string): number =>
    text.startsWith("ip route ") ? 3 : valueHead(text) === "frr defaults" ? 2 : 1;
  const words = (text: string): string => text.split(" ", headWords(text)).join(" ");
  return expected.some((each) => words(each) === words(line));
}

function isDroppedDefault(header: string, line: string, live: readonly string[]): boolean {
  if (line !== pointToPoint || header.startsWith("interface eth")) return false;
  return !live.some((other) => valueHead(other) === valueHead(line));
}

/** The lines expected, with a live value in the place of the expected one. */
function inPlace(order: readonly string[], live: readonly string[]): string[] {
  return order.map((line) => {
    const head = valueHead(line);
    return (head !== undefined && live.find((other) => valueHead(other) === head)) || line;
  });
}

/** The items, those of `order` first and in its order. */
function inOrder(items: readonly string[], order: readonly string[]): string[] {
  return [...order.filter((item) => items.includes(item)), ...items.filter((item) => !order.includes(item))];
}
