#!/usr/bin/env -S node --import tsx
// Writes docs/faults.md: what every check says of every planted fault, from test/live/faults/fault-table.ts.
// Run with `node --import tsx scripts/write-fault-page.mjs` after the table changed; a unit test fails when the page is stale.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { checkedKinds, faultNames, faults } from "../test/live/faults/fault-table.ts";

const marks = { pass: "✔", fail: "**✖**", unknown: "?" };

/** The text of docs/faults.md. */
export function faultPage() {
  const head = ["fault", ...checkedKinds.map((kind) => `[${kind}](checks/${kind}.md)`)];
  const rows = faultNames.map((name) =>
    row([`[${name}](#${name})`, ...checkedKinds.map((kind) => marks[faults[name].expected[kind]])]),
  );
  return `# Faults, and what each check says of them

Each fault is planted in a real lab, by hand; then \`npx tunnelwright verify\` runs. ✔ pass, **✖** fail, ? unknown: it could not be
asked, or it needs a check that did not pass. Any fail or unknown makes exit code 1. The live test
[faults.test.ts](../test/live/faults.test.ts) plants every one of them, holds every check to this table, undoes the fault, and sees
all checks pass again. This page is written by scripts/write-fault-page.mjs from
[fault-table.ts](../test/live/faults/fault-table.ts); \`npx vitest run --project live test/live/faults.test.ts\` prints the table as it was measured.

${row(head)}
${row(head.map((_, index) => (index === 0 ? "---" : ":-:")))}
${rows.join("\n")}

${faultNames.map(section).join("\n")}
The checks that take something away themselves (\`verify --disruptive\`) are told in [checks/drills.md](checks/drills.md).
`;
}

/** @param {import("../test/live/faults/fault-table.ts").FaultName} name */
function section(name) {
  const { title, planted, note, expected } = faults[name];
  const failing = checkedKinds.filter((kind) => expected[kind] === "fail");
  return `## ${name}

${capital(title)}: ${planted}. ${failing.length === 0 ? "No check can be asked." : `Fails: ${failing.join(", ")}.`}
${note}
`;
}

/** @param {string[]} cells */
function row(cells) {
  return `| ${cells.join(" | ")} |`;
}

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL("../docs/faults.md", import.meta.url), faultPage());
