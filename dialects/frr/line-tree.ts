/** A configuration of FRR as sections of lines: `interface eth0` … `exit`. */
export interface Section {
  /** The line that enters it, or the lines, one a level: `bfd\n profile X`; empty for the lines outside any section. */
  readonly header: string;
  /** Without the leading space. */
  readonly lines: string[];
}

/**
 * The sections by header, in order; the first is always the one of the lines outside any section.
 * Comments, `exit` and `end` say nothing and are dropped, as are the words around `show running-config`.
 * @see FRR documentation, "Basic Setup", "Basic Config Commands"
 */
export function parseLineTree(text: string): Map<string, Section> {
  const top: Section = { header: "", lines: [] };
  const sections = new Map([["", top]]);
  let current = top;
  for (const line of text.split("\n").map((each) => each.trimEnd())) {
    if (
      line === "" ||
      line.startsWith("!") ||
      line === "Building configuration..." ||
      line === "Current configuration:"
    )
      continue;
    if (line === "exit" || line === "end") current = top;
    // The daemon's own section is entered again for each of its profiles.
    else if (line === " exit") current = top;
    else if (/^ profile \S/.test(line)) current = opened(sections, `bfd\n${line}`);
    else if (line.startsWith(" ")) current.lines.push(line.trimStart());
    else if (isSectionHeader(line)) current = opened(sections, line);
    else {
      top.lines.push(line);
      current = top;
    }
  }
  return sections;
}

function opened(sections: Map<string, Section>, header: string): Section {
  const section = sections.get(header) ?? { header, lines: [] };
  sections.set(header, section);
  return section;
}

/** The sections in the form of `frr.conf`. */
export function printLineTree(sections: ReadonlyMap<string, Section>): string {
  const blocks = [...sections.values()]
    // A profile without lines has FRR's own values, and is there all the same.
    .filter(({ header, lines }) => header === "" || lines.length > 0 || header.includes("\n"))
    .map(({ header, lines }) => (header === "" ? lines : inSection(header, lines)))
    .filter((lines) => lines.length > 0);
  return [...blocks.flatMap((lines) => [...lines, "!"]), "end", ""].join("\n");
}

/** The lines with those that enter their section and leave it. */
export function inSection(header: string, lines: readonly string[]): string[] {
  const entering = header.split("\n");
  const indent = " ".repeat(entering.length);
  const leaving = entering.map((_, depth) => `${" ".repeat(depth)}exit`).toReversed();
  return [...entering, ...lines.map((line) => `${indent}${line}`), ...leaving];
}

/** `interface X`, `router ospf`: the lines that open a section among those we write. */
function isSectionHeader(line: string): boolean {
  return /^(interface|router|vrf|route-map|bfd$)/.test(line);
}

/** The words before the value. `ip ospf area` is not among them: FRR says "Must remove previous area" where the others are overwritten. */
const valueHeads = [
  "hostname",
  "frr defaults",
  "detect-multiplier",
  "transmit-interval",
  "receive-interval",
  "ip ospf bfd profile",
  "ip ospf cost",
  "ip ospf dead-interval",
  "ip ospf hello-interval",
  "ip ospf network",
  "ip ospf retransmit-interval",
  "timers throttle spf",
  "timers throttle lsa all",
  "timers lsa min-arrival",
];

/** What a line of one overwritable value begins with, `ip ospf hello-interval`; undefined for any other line. */
export function valueHead(line: string): string | undefined {
  return valueHeads.find((head) => line.startsWith(`${head} `));
}
