import { quote } from "./addresses.ts";
import { labDeclarationSchema } from "./declaration.ts";
import { hasErrors, type Finding } from "./finding.ts";
import type { LabModel } from "./lab-model.ts";
import { resolveLab } from "./resolve-lab.ts";
import { checkAddresses } from "./rules/addresses.ts";
import { finding } from "./rules/catalogue.ts";
import { ruleContext } from "./rules/context.ts";
import { checkCrypto } from "./rules/crypto.ts";
import { checkLinks } from "./rules/links.ts";
import { checkPlatforms } from "./rules/platform.ts";
import { checkReferences } from "./rules/references.ts";
import { checkTunnels } from "./rules/tunnel.ts";

/** Either a sound lab with what is worth knowing about it, or all its faults at once. */
export type ValidatedLab =
  | { readonly lab: LabModel; readonly findings: readonly Finding[] }
  | { readonly lab: null; readonly findings: readonly Finding[] };

/**
 * Checks a declaration whole and fills in every default. Faults are collected, not thrown: with any error there is no lab,
 * and the findings tell all of them. Shape comes first (a field of the wrong form cannot be judged further), then everything else together.
 */
export function validateLab(declaration: unknown): ValidatedLab {
  const shape = labDeclarationSchema.safeParse(declaration);
  if (!shape.success)
    return { lab: null, findings: shape.error.issues.map((issue) => shapeFinding(issue, declaration)) };
  const context = ruleContext(shape.data);
  const findings = [
    ...checkReferences(context),
    ...checkPlatforms(context),
    ...checkAddresses(context),
    ...checkCrypto(context),
    ...checkTunnels(context),
    ...checkLinks(context),
  ];
  if (hasErrors(findings)) return { lab: null, findings };
  return { lab: resolveLab(shape.data), findings };
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly code?: string | undefined;
  /** With the code `unrecognized_keys`. */
  readonly keys?: readonly string[];
  /** With the code `invalid_key`: what is wrong with the key. */
  readonly issues?: readonly { readonly message: string }[];
}

function shapeFinding(issue: Issue, declaration: unknown): Finding {
  const where = issue.path.map(shownStep).join(".") || "the declaration";
  let seen: unknown = declaration;
  for (const step of issue.path)
    seen = typeof seen === "object" && seen !== null ? (seen as Record<PropertyKey, unknown>)[step] : undefined;
  const shown = shownValue(seen);
  return finding("declaration/shape", {
    what: whatIsWrong(issue) ?? `${issue.message} (seen: ${shown})`,
    where,
    fix: "see the field's description",
    seen: shown,
  });
}

/** What is wrong with the names in an object; undefined when it is a value that is wrong. */
function whatIsWrong({ code, keys = [], issues = [], path }: Issue): string | undefined {
  if (code === "unrecognized_keys") {
    const shown = keys.slice(0, 5).map(quote).join(", ");
    return `there is no field ${shown}${keys.length > 5 ? ` and ${keys.length - 5} more` : ""}`;
  }
  if (code === "invalid_key") return `${issues[0]?.message ?? "not a name"} (seen: ${quote(String(path.at(-1)))})`;
  return undefined;
}

/** Names come from outside: one that is not a plain word is quoted. */
function shownStep(step: PropertyKey): string {
  const text = String(step);
  return /^[A-Za-z0-9_-]{1,30}$/.test(text) ? text : quote(text);
}

/** A value of any kind in a few characters, also one that JSON cannot hold. */
function shownValue(value: unknown): string {
  switch (typeof value) {
    case "string":
      return quote(value);
    case "undefined":
      return "nothing";
    case "object":
      return value === null ? "null" : Array.isArray(value) ? "a list" : "an object";
    case "number":
    case "boolean":
      return String(value);
    case "bigint":
    case "function":
    case "symbol":
      return `a ${typeof value}`;
  }
}
