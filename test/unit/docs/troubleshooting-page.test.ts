/** What docs/troubleshooting.md quotes is said: each part of a quoted message between its `…` is in the sources. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");
const rooms = ["cli", "constructs", "devices", "model", "provider", "reports", "scripts", "images/router/files"];
const sources = rooms
  .flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, withFileTypes: true, encoding: "utf8" })
      .filter((each) => each.isFile() && !each.parentPath.includes("site") && !each.name.startsWith("write-"))
      .map((each) => readFileSync(join(each.parentPath, each.name), "utf8")),
  )
  .join("\n")
  // A sentence that is written in two strings is one sentence.
  .replaceAll(/["`] \+\s*["`]/g, "");

/** Docker's words. */
const ofOthers = ["Pool overlaps"];

/** The messages in the first column, beside commands and what is only described. */
function quotedMessages(page: string): string[] {
  return [...page.matchAll(/^\| (?!it says)(.*?) \| /gm)]
    .flatMap(([, cell = ""]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, message = ""]) => message))
    .filter((message) => message.includes(" ") && !/^(docker|npx|ip|ping) /.test(message))
    .filter((message) => !ofOthers.some((words) => message.startsWith(words)));
}

/** Parts of a message that no source has. Where a name stands, `…` does here and `${…}` does there. */
function unsaid(message: string): string[] {
  return message
    .split("…")
    .map((part) => part.replace(/^[.:;,)( /]+|[(: /]+$/g, "").trim())
    .filter((part) => part.length > 3 && !sources.includes(part));
}

test("every quoted message is in the sources", () => {
  const messages = quotedMessages(readFileSync(join(root, "docs/troubleshooting.md"), "utf8"));
  expect(messages.length).toBeGreaterThan(45);
  expect(messages.flatMap((message) => unsaid(message).map((part) => `${message}: «${part}»`))).toEqual([]);
});

test("a message that nobody says is caught", () => {
  const page = "| it says | because |\n|---|---|\n| `The labs need Linux, and this was …` | planted |\n";
  expect(quotedMessages(page).flatMap(unsaid)).toEqual(["The labs need Linux, and this was"]);
});
