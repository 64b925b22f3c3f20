#!/usr/bin/env -S node --import tsx
// Writes docs/matrix.md from what `scripts/test --lane matrix` measured last, whole or in parts (.tunnelwright/matrix-measured*.json).
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { putTogether } from "../test/matrix/part-of.ts";
import { matrixRows, matrixTable, refusedRows, rowName } from "../test/matrix/rows.ts";

const root = new URL("../", import.meta.url);
const folder = new URL(".tunnelwright/", root);
/** The oldest first. */
const files = readdirSync(folder)
  .filter((name) => /^matrix-measured.*\.json$/.test(name))
  .map((name) => new URL(name, folder))
  .sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs);
const rows = putTogether(
  matrixRows.map(rowName),
  files.map((file) => JSON.parse(readFileSync(file, "utf8"))),
  rowName,
);
const [head, ...lines] = matrixTable(rows);

writeFileSync(
  new URL("docs/matrix.md", root),
  `# Every suite in both modes, with and without NAT-T, every order and every option of GRE: predicted / measured

Each row was deployed on real routers with a pre-shared key; its checks read the SAs at both ends, asked for the tunnel's MTU by DF
probes between the hosts (one byte more is refused by the router that names it), and weighed the packets on the transit (ESP, or GRE where it is outside) for a
small (200 bytes), a middle (1000) and a full inner packet (the tunnel's MTU), in both directions; the table shows r1 → r2. All
numbers are bytes of IP packets; the path carries 1500. \`differing\` counts what was not as predicted, SA and both directions included.
Suites that have a name are negotiated by both versions of IKE; the others, spelled out as \`esp\`, by IKEv2.

Measured by \`scripts/test --lane matrix\` (TW_MATRIX_PART=1/4 and so on: in parts), written by \`node --import tsx scripts/write-matrix-page.mjs\`.

| ${head.join(" | ")} |
| ${head.map((_, index) => (index < 6 ? "---" : "--:")).join(" | ")} |
${lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}

Refused before anything is started, by the rule [${refusedRows.rule}](rules/${refusedRows.rule.replace("/", "-")}.md): ${refusedRows.rows.map(rowName).join(", ")}.
`,
);
