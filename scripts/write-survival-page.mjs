#!/usr/bin/env -S node --import tsx
// Writes docs/survival.md: what is changed by hand or ended under a lab, what the plan says, and what heals it, from the tables in
// test/survival. Run with `node --import tsx scripts/write-survival-page.mjs` after one changed; a unit test fails when the page is stale.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { drifts, notOurs } from "../test/survival/drift-table.ts";
import { accidents } from "../test/survival/accident-table.ts";
import { blows, interruptions, phases } from "../test/survival/interruption-table.ts";

/** The text of docs/survival.md. */
export function survivalPage() {
  return `# What a lab survives

Every row is a test that does it to a real lab: \`scripts/test --lane survival\` (about 40 minutes; the default lane has some of it).
This page is written by scripts/write-survival-page.mjs from the tables that those tests assert
([drift-table.ts](../test/survival/drift-table.ts), [interruption-table.ts](../test/survival/interruption-table.ts),
[accident-table.ts](../test/survival/accident-table.ts)).

## Changed by hand

\`npx cdktf diff LAB\` shows these lines and no others (\`-\` what runs, \`+\` what is declared); one deploy heals them.

${table(
  ["what was done", "on", "typed", "the plan shows", "healing restarts"],
  drifts.map(({ title, node, command, shows, restarted }) => [
    title,
    node,
    code(command),
    shows === null ? "nothing" : shows.lines.map(code).join("<br>"),
    restarted.length === 0 ? "nothing" : restarted.join(", "),
  ]),
)}

Afterwards ten plans in a row find nothing to do, five of them after both routers were restarted.

## Not ours

What a person has on a router beside the lab's configuration is shown by no plan and taken away by no push:

${notOurs.map(({ title, command }) => `- ${title}: ${code(command)}`).join("\n")}

A connection of strongSwan in a file of one's own under \`/etc/swanctl/conf.d\` stays loaded; what was typed into a daemon lives as long as the daemon.

## Ended in mid-deploy

\`npx tunnelwright up LAB\` converges from all of it, and \`npx tunnelwright down LAB\` leaves no container, network, process or file.
What a plain \`npx cdktf deploy LAB\` does instead:

${table(
  ["what is ended", ...Object.values(phases).map(({ title }) => title)],
  Object.entries(blows).map(([blow, title]) => [
    title,
    ...Object.keys(phases).map((phase) =>
      interruptions
        .filter((row) => row.blow === blow && row.phase === phase)
        .flatMap(({ next }) => next)
        .join(", or "),
    ),
  ]),
)}

*says to run up*: the plan ends with the names of what was left behind and the command that removes it. *state is locked*: Terraform itself
goes on without the cdktf that was killed; \`up\` waits for its end.

## Accidents

${table(
  ["what happens", "what is seen", "what heals it"],
  accidents.map(({ title, seen, heals }) => [title, seen, heals]),
)}
`;
}

/**
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
function table(head, rows) {
  /** @param {readonly string[]} cells */
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** @param {string} text */
function code(text) {
  const ticks = text.includes("`") ? "``" : "`";
  return `${ticks}${text.replaceAll("|", "\\\\|")}${ticks}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL("../docs/survival.md", import.meta.url), survivalPage());
