/** One line of words against the command table. */
import { CommandTree, type Arguments, type Match } from "./command-tree.ts";
import { commandTable, isModeName, modeNames, type ModeName, type ModeTable } from "./command-table.ts";

/** An entry of the table, as the trees hold it. */
export interface KnownCommand {
  readonly mode: ModeName;
  /** Its name in the table; `null`: it has no bearing on a tunnel. */
  readonly name: string | null;
  /** The mode it opens; `ignored`: a section that has no bearing. */
  readonly opens: ModeName | "ignored" | null;
}

/** A command with its values, or after `no` and `default` what it takes away. */
export interface ReadCommand extends KnownCommand {
  readonly args: Arguments;
  readonly negated: boolean;
}

/** Either the command, or why it is none. */
export type LineMatch =
  | { readonly kind: "command"; readonly command: ReadCommand }
  | Exclude<Match<KnownCommand>, { readonly kind: "command" }>;

let built: Readonly<Record<string, CommandTree<KnownCommand>>> | undefined;

/** What a line is in a mode. The words are those of the line; the first may be `no` or `default`. */
export function matchLine(mode: ModeName, words: readonly string[]): LineMatch {
  const tree = treeOf(mode);
  const [first = "", ...rest] = words;
  const isNegation = first === "no" || first === "default";
  if (!isNegation || rest.length === 0) return asLine(tree.match(words), false);
  const { commands, args } = tree.matchBeginning(rest);
  const [command, ...others] = commands;
  if (command === undefined) {
    const failure = tree.match(rest);
    return failure.kind === "command" ? { kind: "unknown" } : failure;
  }
  if (others.length === 0) return { kind: "command", command: { ...command, args, negated: true } };
  if (commands.every(({ name }) => name === null))
    return { kind: "command", command: { mode, name: null, opens: null, args: {}, negated: true } };
  return { kind: "unknown" };
}

/** Whether the words are a whole command in any mode but the first one, exec. */
export function isAnyCommand(words: readonly string[]): boolean {
  return modeNames.some((mode) => mode !== "exec" && matchLine(mode, words).kind === "command");
}

/** The modes that a prompt's word may stand for: `config-if`. */
export function modesOfPrompt(word: string): ModeName[] {
  return modeNames.filter((mode) => {
    const { prompts }: ModeTable = commandTable[mode];
    return prompts.includes(word);
  });
}

/** The mode a line is tried in when it is none of this mode's. */
export function parentOf(mode: ModeName): ModeName | null {
  const { parent }: ModeTable = commandTable[mode];
  return parent !== null && isModeName(parent) ? parent : null;
}

function asLine(match: Match<KnownCommand>, negated: boolean): LineMatch {
  if (match.kind !== "command") return match;
  const { mode, name, opens } = match.command;
  return { kind: "command", command: { mode, name, opens, args: match.args, negated } };
}

function treeOf(mode: ModeName): CommandTree<KnownCommand> {
  built ??= Object.fromEntries(modeNames.map((name) => [name, buildTree(name, commandTable[name])]));
  return built[mode] ?? new CommandTree();
}

function buildTree(
  mode: ModeName,
  { understood, enters, ignored, ignoredSections }: ModeTable,
): CommandTree<KnownCommand> {
  const tree = new CommandTree<KnownCommand>();
  for (const [name, syntaxes] of Object.entries(understood)) {
    const target = enters[name];
    const command: KnownCommand = { mode, name, opens: target !== undefined && isModeName(target) ? target : null };
    for (const syntax of typeof syntaxes === "string" ? [syntaxes] : syntaxes) tree.add(syntax, command);
  }
  for (const syntax of ignoredSections) tree.add(syntax, { mode, name: null, opens: "ignored" });
  const nothing: KnownCommand = { mode, name: null, opens: null };
  for (const syntax of ignored) tree.add(syntax, nothing);
  return tree;
}
