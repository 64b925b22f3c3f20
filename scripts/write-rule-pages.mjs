#!/usr/bin/env -S node --import tsx
// Writes docs/rules/: one page a rule, from the catalogues (of declarations: model/rules/catalogue.ts; of IOS configurations:
// dialects/ios/rules/catalogue.ts) and the goldens of the messages.
// Run with `node --import tsx scripts/write-rule-pages.mjs` after a rule or a message changed; a test fails when the pages are stale.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { iosRules } from "../dialects/ios/rules/catalogue.ts";
import { rules } from "../model/rules/catalogue.ts";

const root = new URL("../", import.meta.url);
const pageFolder = new URL("docs/rules/", root);

/** `mtu/exceeds-path` → `mtu-exceeds-path`. */
export function pageName(ruleId) {
  return ruleId.replace("/", "-");
}

const consequences = {
  error: "An **error**: no plan is made until it is mended.",
  warning: "A **warning**: the lab is built all the same.",
  information: "An **information**: nothing needs to be mended.",
};

/** Of a pasted configuration: `lint` ends with 1 at an error. */
const consequencesOnIos = {
  error: "An **error** of an IOS configuration: `lint` fails.",
  warning: "A **warning** about an IOS configuration.",
  information: "An **information** about an IOS configuration: nothing needs to be mended.",
};

function isOfIos(ruleId) {
  return ruleId in iosRules;
}

/** The page of a rule. */
export function rulePage(ruleId) {
  const { severity, title, why, source } = isOfIos(ruleId) ? iosRules[ruleId] : rules[ruleId];
  const goldens = isOfIos(ruleId) ? "test/unit/dialects/ios/golden/rules" : "test/unit/model/golden";
  const golden = readFileSync(new URL(`${goldens}/${pageName(ruleId)}.txt`, root), "utf8");
  const consequence = (isOfIos(ruleId) ? consequencesOnIos : consequences)[severity];
  const fix = /^ {2}fix {2}(.*)$/m.exec(golden)?.[1] ?? "";
  return `# ${ruleId}

${title}. ${consequence}

**Why.** ${sentence(why)}

**Source.** ${sentence(source)}

**How to mend.** As the message says; in the example: ${sentence(fix, false)}

\`\`\`text
${golden.trimEnd()}
\`\`\`
`;
}

/** The list of all pages. */
export function rulesIndex() {
  const rowsOf = (catalogue) =>
    Object.entries(catalogue).map(
      ([ruleId, { title, severity }]) => `| [${ruleId}](${pageName(ruleId)}.md) | ${severity} | ${title} |`,
    );
  return `# Rules

What a declared lab is held to, before anything is started. All findings are told at once.
The pages are written by scripts/write-rule-pages.mjs.

| rule | severity | what it asks |
|---|---|---|
${rowsOf(rules).join("\n")}

## Of IOS configurations

What \`tunnelwright lint\` and \`import\` hold pasted configurations to, each router by itself and both ends of a tunnel together
([docs/ios.md](../ios.md)). They rest on documents and on measurements with Linux routers; they were not run on IOS.

| rule | severity | what it asks |
|---|---|---|
${rowsOf(iosRules).join("\n")}
`;
}

function sentence(text, capital = true) {
  const begun = capital ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return begun.endsWith(".") ? begun : `${begun}.`;
}

/** File name → text, all that belongs into docs/rules. */
export function rulePages() {
  return {
    "README.md": rulesIndex(),
    ...Object.fromEntries(
      [...Object.keys(rules), ...Object.keys(iosRules)].map((id) => [`${pageName(id)}.md`, rulePage(id)]),
    ),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(pageFolder, { recursive: true });
  const pages = rulePages();
  for (const name of readdirSync(pageFolder)) if (!(name in pages)) rmSync(new URL(name, pageFolder));
  for (const [name, text] of Object.entries(pages)) writeFileSync(new URL(name, pageFolder), text);
}
