/** A run for machines. */
import { runResultSchema, type RunResult } from "../model/run-result.ts";
import { harmlessDocument } from "../model/harmless.ts";

/**
 * The document as JSON with two spaces of indentation and a line feed at the end; it parses to the same value.
 * Characters that a terminal would act on are escaped, so that it may be looked at with `cat`.
 */
export function renderJson(result: RunResult): string {
  return harmlessDocument(result);
}

/** The JSON Schema (draft 2020-12) of the document, made from the schema that validates it; published as docs/schemas/run-result.schema.json. */
export function runResultJsonSchema(): Record<string, unknown> {
  return {
    title: "Tunnelwright run result",
    description: "What one run of a lab's checks found: every quantity predicted beside measured, with the evidence.",
    ...runResultSchema.toJSONSchema(),
  };
}
