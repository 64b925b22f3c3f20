import type { Command } from "commander";

/** The program with every command, as --help tells of it. */
export function programToTell(): Command;
/** The text of docs/cli.md. */
export function cliPage(): string;
