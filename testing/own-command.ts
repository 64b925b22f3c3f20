/** The project's own command line, as a process: compiled where this is, through tsx where this is a source. */
import { execa } from "execa";
import { fileURLToPath } from "node:url";

const isSource = import.meta.url.endsWith(".ts");

/** The words that start a file of this project with Node, its path without `.js` or `.ts` relative to the root of the sources. */
export function nodeWords(path: string): string[] {
  const file = fileURLToPath(new URL(`../${path}.${isSource ? "ts" : "js"}`, import.meta.url));
  return [...(isSource ? ["--import", "tsx"] : []), file];
}

/** How one call of the command line ended. */
export interface CommandEnded {
  /** Undefined where a signal ended it. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, as they came. */
  readonly all: string;
}

/** Runs `tunnelwright` with these words in the folder. */
export async function tunnelwright(folder: string, ...words: readonly string[]): Promise<CommandEnded> {
  const { exitCode, stdout, stderr, all } = await execa(process.execPath, [...nodeWords("cli/main"), ...words], {
    cwd: folder,
    reject: false,
    all: true,
    stdin: "ignore",
    env: { NO_COLOR: "1", CHECKPOINT_DISABLE: "1" },
  });
  return { exitCode, stdout, stderr, all };
}
