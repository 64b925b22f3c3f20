/** Draws the map of rooms in docs/architecture.md from rooms.mjs: node scripts/write-architecture-map.mjs */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rooms } from "../rooms.mjs";

const page = join(resolve(import.meta.dirname, ".."), "docs/architecture.md");
const begin = "<!-- map: begin -->";
const end = "<!-- map: end -->";

/** The map as Mermaid and as a table, between the page's marks. */
export function mapText() {
  const edges = Object.entries(rooms).flatMap(([room, { may }]) => may.map((other) => `  ${room} --> ${other}`));
  const rows = Object.entries(rooms).map(([room, { may, builtins, packages, why }]) => {
    const node = builtins === true ? "yes" : builtins ? builtins.join(", ") : "no";
    return `| \`${room}/\` | ${may.map((m) => `${m}`).join(", ") || "nothing"} | ${node} | ${packages.join(", ") || "none"} | ${why} |`;
  });
  return [
    begin,
    "```mermaid",
    "flowchart LR",
    ...edges,
    "```",
    "",
    "| room | may import | Node's own modules | npm packages | because it is |",
    "|---|---|---|---|---|",
    ...rows,
    end,
  ].join("\n");
}

/** The page with its map as rooms.mjs says it is. @param {string} text */
export const withMap = (text) =>
  text.slice(0, text.indexOf(begin)) + mapText() + text.slice(text.indexOf(end) + end.length);

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(page, withMap(readFileSync(page, "utf8")));
