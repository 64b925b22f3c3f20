import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { DocumentError } from "./document-error.ts";

/**
 * The text of a file, or of standard input when the file is `-`.
 * @throws DocumentError naming the file and why it cannot be read.
 */
export async function readText(file: string): Promise<string> {
  return (file === "-" ? text(process.stdin) : readFile(file, "utf8")).catch((cause: unknown) => {
    throw new DocumentError(`${placeOf(file)} cannot be read: ${messageOf(cause)}`, { cause });
  });
}

/** How a file given on the command line is called in messages. */
export function placeOf(file: string): string {
  return file === "-" ? "standard input" : file;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
