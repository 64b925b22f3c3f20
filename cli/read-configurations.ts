import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import type { SourceText } from "../dialects/ios/transcript.ts";
import { DocumentError } from "./document-error.ts";

/** A configuration larger than this is none. */
const mostBytes = 64 * 1024 * 1024;

/**
 * The texts of the files, `-` being standard input; without a file it is standard input.
 * @throws DocumentError naming the file that cannot be read, is empty, or is no text.
 */
export async function readConfigurations(files: readonly string[]): Promise<SourceText[]> {
  const sources: SourceText[] = [];
  for (const file of files.length === 0 ? ["-"] : files) {
    const name = file === "-" ? "standard input" : file;
    const content = await (file === "-" ? text(process.stdin) : readFile(file, "utf8")).catch((cause: unknown) => {
      throw new DocumentError(`${name} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
        cause,
      });
    });
    if (content.trim() === "") throw new DocumentError(`${name} is empty: the configuration of a router is wanted`);
    if (content.includes("\0")) throw new DocumentError(`${name} is no text: it holds NUL bytes`);
    if (content.length > mostBytes) throw new DocumentError(`${name} is too large: ${content.length} characters`);
    sources.push({ name, text: content });
  }
  return sources;
}
