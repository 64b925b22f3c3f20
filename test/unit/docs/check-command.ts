/** Whether a command that a page shows is one: of tunnelwright by the program itself, of npm, cdktf and scripts/ by what there is. */
import { CommanderError } from "commander";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Document } from "../../../scripts/site/documents.ts";
import { programToTell } from "../../../scripts/write-cli-page.mjs";

const root = join(import.meta.dirname, "../../..");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };
/** The words of the file that are options or lanes of a script. */
const wordsOf = (script: string): string => readFileSync(join(root, `scripts/${script}.mjs`), "utf8");

/** What of ours may begin a command. */
const ours = /^(?:npx tunnelwright|npx cdktf|npm run|scripts\/)/;

/** The commands of ours that a page shows, as they stand there. */
export function commandsOf(page: Document): string[] {
  const fenced = page.blocks.flatMap(({ language, text }) =>
    text
      .replaceAll(/\\\n\s*/g, "")
      .split("\n")
      .map((line) => line.trim().replace(/^(?:\$ |Examples?: |run: )/, ""))
      .filter((line) => ours.test(line) && (language === "sh" || language === "text" || language === "")),
  );
  const outside = page.markdown.replaceAll(/^(`{3,}).*\n[\s\S]*?^\1$/gm, "");
  const inline = [...outside.matchAll(/(?<!`)`([^`\n]+)`(?!`)/g)].map(([, code = ""]) => code);
  return [...fenced, ...inline.filter((code) => ours.test(code))];
}

/** What is wrong with a command; empty when nothing is. */
export async function faultsOfCommand(line: string): Promise<string[]> {
  const [first = "", second = "", ...rest] = words(line);
  if (first.startsWith("scripts/")) return faultsOfScript(first, [second, ...rest].filter(Boolean));
  if (line.startsWith("npm run")) {
    const name = rest.find((word) => !word.startsWith("-")) ?? "";
    return name in scripts ? [] : [`there is no npm script ${name}`];
  }
  if (second === "cdktf")
    return ["synth", "diff", "deploy", "destroy"].includes(rest[0] ?? "") ? [] : [`cdktf ${rest[0] ?? ""} is not ours`];
  return faultsOfCall(rest);
}

/** The program parses it, and does nothing. */
async function faultsOfCall(given: readonly string[]): Promise<string[]> {
  const [name, ...rest] = given;
  if (name === undefined || name === "COMMAND") return [];
  const program = programToTell();
  const known = program.commands.find((command) => command.name() === name);
  if (!known) return [`there is no command ${name}`];
  // A command that is only named.
  if (rest.length === 0) return [];
  const said: string[] = [];
  const own = known.commands.length > 0 ? known.commands : program.commands;
  for (const command of [program, ...program.commands, ...known.commands])
    command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  for (const command of own) command.action(() => undefined);
  try {
    await program.parseAsync([name, ...rest.map(sample)], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) said.push(error.message);
  }
  return said;
}

/** A value that stands for itself: numbers are asked for as MS, PERCENT, BYTES. */
function sample(word: string): string {
  if (word === "BYTES") return "1400";
  return /^(MS|PERCENT|SECONDS|COUNT)$/.test(word) ? "50" : word;
}

function faultsOfScript(path: string, rest: readonly string[]): string[] {
  const name = path.slice("scripts/".length);
  if (!existsSync(join(root, path))) return [`there is no ${path}`];
  // A folder, or a program that its own tests call.
  if (name === "" || name.includes(".")) return [];
  const source = name === "setup" ? wordsOf("setup.d/main") : wordsOf(name);
  return rest.flatMap((word, index) => {
    if (word.startsWith("--"))
      return new RegExp(`\\b${word.slice(2)}\\b`).test(source) ? [] : [`${path} has no option ${word}`];
    if (rest[index - 1] !== "--lane" || word === "NAME") return [];
    return word
      .split("|")
      .flatMap((lane) =>
        source.includes(`["${lane}",`) || source.includes(`\n    "${lane}",`) ? [] : [`there is no lane ${lane}`],
      );
  });
}

/** The words of a line up to a comment, a pipe or a redirection, quotes taken off. */
function words(line: string): string[] {
  const found: string[] = [];
  for (const [whole, single, double, plain] of line.matchAll(/'([^']*)'|"([^"]*)"|([^\s'"]+)/g)) {
    if (/^(#|\||>|&&|;)/.test(whole)) break;
    found.push(single ?? double ?? (plain ?? "").replace(/…$/, ""));
  }
  // `[options]` stands for none of them, `[--json]` for that one.
  return found
    .map((word) => word.replace(/^\[(--[\w-]+)\]$/, "$1"))
    .filter((word) => word !== "" && word !== "[options]");
}
