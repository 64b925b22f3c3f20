import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";

/** What was given cannot be read or is no JSON: the command line is wrong. */
export class DocumentError extends Error {
  override readonly name = "DocumentError";
}

/**
 * The JSON document in a file, or on standard input when the file is `-`.
 * @throws DocumentError naming the file and what is wrong with it.
 */
export async function readDocument(file: string, what: string): Promise<unknown> {
  const place = file === "-" ? "standard input" : file;
  const content = await (file === "-" ? text(process.stdin) : readFile(file, "utf8")).catch((cause: unknown) => {
    throw new DocumentError(`${place} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  });
  if (content.trim() === "") throw new DocumentError(`${place} is empty: ${what} in JSON is wanted`);
  try {
    return JSON.parse(content) as unknown;
  } catch (cause) {
    throw new DocumentError(`${place} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}
