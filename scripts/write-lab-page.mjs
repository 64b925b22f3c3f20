#!/usr/bin/env -S node --import tsx
// Writes docs/labs.md: each lab that has a demo, from the head of its file and the text that the lane `demos` holds it to. Run with
// `node --import tsx scripts/write-lab-page.mjs` after one changed; a unit test fails when the page is stale.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { demos } from "../demos/index.ts";

const root = new URL("../", import.meta.url);

/** @param {string} name */
function goldenOf(name) {
  return new URL(`test/demos/golden/${name}.txt`, root);
}

/** The text of docs/labs.md. */
export function labPage() {
  // A text that no routers have been held to yet is not shown.
  const told = Object.entries(demos).filter(([name]) => existsSync(goldenOf(name)));
  const sections = told.map(([name, { labs, title }]) => {
    const lab = existsSync(new URL(`labs/${labs[0]}.ts`, root)) ? labs[0] : name;
    const file = readFileSync(new URL(`labs/${lab}.ts`, root), "utf8");
    const head = file
      .split("\n")
      .filter((line) => line.startsWith("// "))
      .map((line) => line.slice(3))
      .join("\n");
    const story = readFileSync(goldenOf(name), "utf8").trimEnd();
    return `## ${name}: ${title}

[labs/${lab}.ts](../labs/${lab}.ts)

\`\`\`text
${head}
\`\`\`

\`npx tunnelwright demo ${name}\`:

\`\`\`text
${story}
\`\`\`
`;
  });
  return `# The labs that tell a story

Each of these stands up by \`npx tunnelwright up NAME\` like every lab, and \`npx tunnelwright demo NAME\` drives it: every packet is
predicted (\`model/packet-life.ts\`), sent, and watched on every link of its way. A demo keeps its captures and a JSON document in
\`.tunnelwright/LAB/demos\`, and ends with exit code 1 when anything is not as predicted. The texts below are what the lane \`demos\`
holds the real routers to; this page is written by scripts/write-lab-page.mjs.

What IOS does is told from Cisco document 25885, with exact sizes in the place of its constants; it was not run on IOS.

${sections.join("\n")}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(new URL("docs/labs.md", root), labPage());
