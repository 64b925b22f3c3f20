#!/usr/bin/env -S node --import tsx
// Writes docs/ios.md: what is understood, from the command table (dialects/ios/command-table.ts), and what the commands print, from the
// goldens that tests hold them to. Run with `node --import tsx scripts/write-ios-page.mjs`; a unit test fails when the page is stale.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { commandTable } from "../dialects/ios/command-table.ts";

const root = new URL("../", import.meta.url);

function golden(name) {
  return readFileSync(new URL(`test/unit/${name}`, root), "utf8").trimEnd();
}

/** The first findings of what lint prints of the seed. */
function firstFindings(count) {
  const lines = golden("cli/golden/ios/lint-seed.txt").split("\n");
  return [...lines.slice(0, count * 4), "…", lines.at(-1)].join("\n");
}

/** What is told of the mended seed before its twin is started, without most of its findings. */
function twinTold() {
  const lines = golden("cli/golden/ios/twin-seed.txt").split("\n");
  const findings = lines.findIndex((line) => /^[✖▲ℹ] /.test(line));
  return [...lines.slice(0, findings), "…", lines.at(-1)].join("\n");
}

const modeTitles = {
  exec: "before `configure terminal`",
  global: "`(config)#`",
};

function modeRows() {
  return Object.entries(commandTable)
    .filter(([mode]) => mode !== "exec")
    .map(([mode, { prompts, understood, ignored, ignoredSections }]) => {
      const title = modeTitles[mode] ?? prompts.map((prompt) => `\`(${prompt})#\``).join(", ");
      const commands = Object.values(understood)
        .flat()
        .map((syntax) => `\`${shown(syntax)}\``)
        .join("<br>");
      const count = ignored.length + ignoredSections.length;
      return `| ${title} | ${commands} | ${count === 0 ? "" : count} |`;
    });
}

/** `ip mtu <bytes:int(68-17940)>` → `ip mtu <bytes 68 to 17940>`; a choice without its name. */
function shown(syntax) {
  return syntax
    .replaceAll(/<([\w-]+):int\((\d+)-(\d+)\)>/g, "<$1 $2 to $3>")
    .replaceAll(/<([\w-]+):\w+>/g, "<$1>")
    .replaceAll(/\{\w+=/g, "{")
    .replaceAll("|", "\\|");
}

/** The text of docs/ios.md. */
export function iosPage() {
  return `# IOS configurations

\`import\`, \`lint\`, \`fix\` and \`render\` read and write configurations of Cisco IOS. They open no socket and write no file;
\`up --from\` builds what was read.

**Not run on IOS.** No IOS image was at hand. What is read is read by the command references' own forms; the rules rest on the documents and
on the measurements with Linux routers that each names ([docs/rules](rules/README.md)); what is rendered is read back and compared with what
was declared, for hundreds of drawn declarations a test run. Whether a router takes it is yours to try.

| command | does |
|---|---|
| \`npx tunnelwright import FILE…\` | tells what every line became, what is wrong, and the lab that the configurations are; \`--json\`, \`--typescript\` (a source for labs/) |
| \`npx tunnelwright lint FILE…\` | the findings alone, exit code 1 when one is an error; \`--json\`, \`--sarif\`, \`--github\` |
| \`npx tunnelwright fix FILE…\` | the texts again, mended where the remedy is sure, the rest byte for byte; \`--diff\` |
| \`npx tunnelwright up --from FILE…\` | stands up Linux routers in the place of the pasted ones, and checks them: [the twin](#the-twin) |
| \`npx tunnelwright render LAB\` | a declared lab's routers as configurations; \`--dialect classic\` or \`xe\`, \`--protection\`, \`--router\` |

A file is a running configuration, a pasted transcript with prompts, flat text with \`exit\`, or a page of notes around any of them; one router
or several in each; \`-\` or none is standard input. Abbreviations, CRLF, escape codes, \`--More--\`, code fences and prose are read past.
Modes are followed by what each command opens, as IOS does it; indentation only confirms.

## What becomes of a line

| status | is |
|---|---|
| understood | it says something of a tunnel |
| ignored | it has no bearing on one (\`ntp server …\`, a whole \`policy-map\`), or is no command: prose, a comment, output, a router's message |
| unknown | a command that is not in the table below; kept word for word, nothing concluded from it |
| refused | a router would not take it, or did not: the answer \`% Invalid input\` behind it is read |

Every line of every file is counted once; the four add up to the total. An abbreviation that begins two commands of the table is refused;
IOS has more commands, so it may refuse more.

A prompt is evidence of whose a line is. Where a prompt contradicts the block it stands in, the block's router is taken when the lines
go on in its mode without a break and define what it refers to and the prompt's router does not; this is told as
[ios/stray-prompt](rules/ios-stray-prompt.md).

## The seed

The page of notes that the project grew from, pasted whole ([docs/seed.md](seed.md)): \`npx tunnelwright lint ipsec-over-gre.md\` says

\`\`\`text
${firstFindings(4)}
\`\`\`

\`npx tunnelwright fix ipsec-over-gre.md --diff\`:

\`\`\`\`diff
${golden("cli/golden/ios/fix-seed.diff")}
\`\`\`\`

What both ends must agree on is changed only when both are in the text. Keys are never changed, and stand in the output of \`fix\` alone, as
they were pasted: documents, findings and sources have none.

## The lab

Two ends that belong together become a lab: their addresses, suites, modes and MTUs. What the text leaves open and a lab needs
(a provider, hosts, an address that only the peer names) is chosen, and told as [ios/assumed](rules/ios-assumed.md). Ends that contradict one another are
no lab, and [ios/not-declarable](rules/ios-not-declarable.md) says why. VRFs, multipoint GRE, virtual tunnel interfaces and loopback sources are
read and judged, and cannot be declared.

The document of \`import --json\` has \`files\`, \`devices\` (each with its line counts, its unknown and refused lines, and what it declares),
\`lab\` (a declaration, or null) and \`findings\` (\`ruleId\`, \`severity\`, \`device\`, \`file\`, \`line\`, \`what\`, \`why\`, \`fix\`, \`source\`).

## The twin

\`npx tunnelwright up --from FILE… [--name NAME]\` imports the texts and stands up what they declare: Linux routers with the same addresses,
suites, modes and MTUs, checked as every lab is. Before anything is started it lists on standard error what the twin does otherwise than
IOS, each with its reason, and the findings. Of the seed, mended by \`fix\`:

\`\`\`text
${twinTold()}
\`\`\`

- Texts that are no lab, as the seed is before it is mended, end with exit code 1 and the findings; nothing is started.
- The twin is called as the file, where that is a lab's name, else \`twin\`; a lab of this project keeps its own name.
- \`verify\`, \`status\`, \`results\`, \`cut\`, \`impair\` and \`npx cdktf deploy NAME\` know it: its declaration is
  \`.tunnelwright/declared/NAME.json\`, and main.ts adds every one it finds there. A file that is none is told, and the other labs are built.
- The same command with a changed text changes the twin in place. \`npx tunnelwright down NAME\` takes it away, and its declaration with it;
  \`cdktf destroy NAME\` leaves the declaration.
- EIGRP becomes static routes. An ip mtu that does not fit the path is kept, to show what comes of it. Access lists, NAT, IP SLA and BGP
  beside the tunnel are left out, and listed.
- Pasted keys are used nowhere: each tunnel has one of 32 random bytes.

What differs between a fault on IOS and the same fault on Linux routers is told step by step by \`npx tunnelwright demo seed-as-written\`,
which makes the running pair what the seed's transcript says, fault by fault.

## Rendered

\`npx tunnelwright render two-sites --dialect xe\`, the beginning of it:

\`\`\`text
${golden("dialects/ios/golden/r1.xe.tunnel-protection.cfg").split("\n").slice(0, 48).join("\n")}
…
\`\`\`

IOS-XE 17.11 and later refuses weak algorithms: with \`--xe-minor 11\` a lab that has some is refused, too. The key's place is \`{{psk:TUNNEL}}\`.

## The table of commands

What is understood, by mode; the last column counts the commands that are known and ignored. \`no\` and \`default\` before a command take it away.

| mode | understood | ignored |
|---|---|---|
${modeRows().join("\n")}
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(new URL("docs/ios.md", root), iosPage());
