import { DocumentError } from "./document-error.ts";
import { placeOf, readText } from "./read-text.ts";

/**
 * The JSON document in a file, or on standard input when the file is `-`.
 * @throws DocumentError naming the file and what is wrong with it.
 */
export async function readDocument(file: string, what: string): Promise<unknown> {
  const place = placeOf(file);
  const content = await readText(file);
  if (content.trim() === "") throw new DocumentError(`${place} is empty: ${what} in JSON is wanted`);
  try {
    return JSON.parse(content) as unknown;
  } catch (cause) {
    throw new DocumentError(`${place} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}
