import type { Command } from "commander";

/** The program with every command, as --help tells of it. */
export function programToTell(): Command;
/** The text of docs/cli.md. */
export function cliPage(): string;
/** What can be called, in order: of `provider` its own commands. */
export function commandsOf(command: Command): Command[];
/** `provider path`. */
export function wordsOf(command: Command): string;
