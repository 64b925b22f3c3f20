/** A configuration of FRR as sections of lines: `interface eth0` … `exit`. */
export interface Section {
  /** The line that enters it; empty for the lines outside any section. */
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
    else if (line.startsWith(" ")) current.lines.push(line.trimStart());
    else if (isSectionHeader(line)) {
      current = sections.get(line) ?? { header: line, lines: [] };
      sections.set(line, current);
    } else {
      top.lines.push(line);
      current = top;
    }
  }
  return sections;
}

/** The sections in the form of `frr.conf`. */
export function printLineTree(sections: ReadonlyMap<string, Section>): string {
  const blocks = [...sections.values()]
    .filter(({ header, lines }) => header === "" || lines.length > 0)
    .map(({ header, lines }) => (header === "" ? lines : [header, ...lines.map((line) => ` ${line}`), "exit"]))
    .filter((lines) => lines.length > 0);
  return [...blocks.flatMap((lines) => [...lines, "!"]), "end", ""].join("\n");
}

/** `interface X`, `router ospf`: the lines that open a section among those we write. */
function isSectionHeader(line: string): boolean {
  return /^(interface|router|vrf|route-map|bfd$)/.test(line);
}

/** The words before the value. `ip ospf area` is not among them: FRR says "Must remove previous area" where the others are overwritten. */
const valueHeads = [
  "hostname",
  "frr defaults",
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
