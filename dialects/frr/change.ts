import { inSection as sectionLines, parseLineTree, valueHead, type Section } from "./line-tree.ts";

/** Lines that every FRR has, with one value or another. */
const cannotGo = /^(frr defaults|hostname) /;

/** Lines that a running OSPF takes up only when it is started anew (FRR: "use clear ip ospf process"). */
const needsRestart = ["ospf router-id"];

/**
 * What `vtysh -f` reads on a running router to lead it from one `routing` section to another; empty when they are the same.
 * What goes is said first, interfaces before routers, since a router that is gone no longer knows its interfaces.
 * A new value takes the old one's place, without a moment in between in which it is FRR's default.
 * The way back is `changeCommands(after, before)`.
 * @see vtysh(1) `-f`, FRR documentation "OSPFv2"
 */
export function changeCommands(before: string, after: string): string {
  const from = parseLineTree(before);
  const to = parseLineTree(after);
  const going: string[] = [];
  const coming: string[] = [];
  for (const [header, was] of from) {
    const is = to.get(header);
    if (is !== undefined && !mustRestart(was, is)) going.push(...inSection(header, goneLines(was.lines, is.lines)));
    else if (header.startsWith("interface ")) going.push(...inSection(header, goneLines(was.lines, [])));
    else going.push(...withoutSection(header));
  }
  for (const [header, is] of to) {
    const was = from.get(header);
    const known = was !== undefined && !mustRestart(was, is) ? was.lines : [];
    coming.push(...inSection(header, comingLines(known, is.lines), !from.has(header)));
  }
  return [...going, ...coming].map((line) => `${line}\n`).join("");
}

function mustRestart(was: Section, is: Section): boolean {
  return needsRestart.some((head) => was.lines.find(startsWith(head)) !== is.lines.find(startsWith(head)));
}

function goneLines(was: readonly string[], is: readonly string[]): string[] {
  return was
    .filter((line) => !is.includes(line) && !cannotGo.test(line))
    .filter((line) => {
      const head = valueHead(line);
      return head === undefined || !is.some((other) => valueHead(other) === head);
    })
    .map((line) => (line.startsWith("no ") ? line.slice(3) : `no ${line}`));
}

function comingLines(was: readonly string[], is: readonly string[]): string[] {
  return is.filter((line) => !was.includes(line));
}

function inSection(header: string, lines: readonly string[], evenEmpty = false): string[] {
  if (header === "") return [...lines];
  return lines.length === 0 && !evenEmpty ? [] : sectionLines(header, lines);
}

/** Of a section within another only the inner one goes. */
function withoutSection(header: string): string[] {
  const [outer = "", inner] = header.split("\n");
  return inner === undefined ? [`no ${outer}`] : sectionLines(outer, [`no ${inner.trimStart()}`]);
}

function startsWith(head: string): (line: string) => boolean {
  return (line) => line === head || line.startsWith(`${head} `);
}
