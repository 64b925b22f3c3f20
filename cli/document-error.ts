/** What was given cannot be read or is no JSON: the command line is wrong. */
export class DocumentError extends Error {
  override readonly name = "DocumentError";
}
