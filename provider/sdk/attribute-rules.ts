/** What the attributes themselves ask of a configuration, of a finished state, and of whoever wrote them down. Pure but for the diagnostics. */
import type { Attributes } from "../schema/attributes.ts";
import { hasUnknown } from "./compare.ts";
import { pathText, ProviderError, type Diagnostics } from "./diagnostics.ts";
import { objectsIn, type Values } from "./plan-rules.ts";
import { isUnknown } from "./unknown.ts";

type Path = readonly (string | number)[];

/** Runs the attributes' checks on every value that is known, nested ones too. */
export function validateConfig(
  attributes: Attributes,
  config: Values | null,
  diagnostics: Diagnostics,
  options: { readonly writeOnlyAllowed: boolean },
  path: Path = [],
): void {
  for (const [name, attribute] of Object.entries(attributes)) {
    const value = config?.[name] ?? null;
    if (value === null || isUnknown(value)) continue;
    const here = [...path, name];
    if (attribute.options.writeOnly && !options.writeOnlyAllowed)
      diagnostics.error(
        "Write-only attributes need Terraform 1.11",
        `${pathText(here)} would be kept in the state by an older one.`,
        here,
      );
    const problem = hasUnknown(value) ? undefined : attribute.options.check?.(value as never);
    if (problem !== undefined) diagnostics.error(`${pathText(here)} has a value that cannot be`, `${problem}.`, here);
    const { nested } = attribute;
    if (!nested) continue;
    for (const [key, inner] of objectsIn(nested, value))
      validateConfig(
        nested.attributes,
        inner,
        diagnostics,
        options,
        nested.nesting === "single" ? here : [...here, key],
      );
  }
}

/**
 * A finished state must have every required attribute, and nothing unknown.
 * @throws ProviderError naming the attributes; it is the provider's fault.
 */
export function assertFinished(attributes: Attributes, state: Values): void {
  const missing = Object.entries(attributes).filter(
    ([name, { options }]) => options.required && !options.writeOnly && (state[name] ?? null) === null,
  );
  const unknown = Object.keys(attributes).filter((name) => hasUnknown(state[name]));
  const problems = [
    ...missing.map(([name]) => `${name} is required and missing`),
    ...unknown.map((name) => `${name} is still unknown`),
  ];
  if (problems.length > 0)
    throw new ProviderError(
      "The provider returned an unfinished object",
      `This is a fault of the provider: ${problems.join(", ")}.`,
    );
}

/**
 * Attributes that contradict themselves are refused when the provider starts.
 * @throws TypeError naming the attribute.
 */
export function assertAttributes(attributes: Attributes, where: string): void {
  for (const [name, { options, nested }] of Object.entries(attributes)) {
    const hasDefault = options.default !== undefined;
    const problem = [
      [!/^[a-z_][a-z0-9_]*$/.test(name), "a name is made of a-z, 0-9 and _"],
      [
        options.required === true && (options.computed === true || options.optional === true),
        "required, and optional or computed",
      ],
      [options.required === true && hasDefault, "required, and has a default"],
      [
        options.writeOnly === true && (options.computed === true || hasDefault),
        "write-only, and filled in by the provider",
      ],
      [options.stable === true && options.computed !== true, "stable is said of a computed attribute"],
    ].find(([wrong]) => wrong)?.[1];
    if (problem !== undefined) throw new TypeError(`${where}.${name}: ${String(problem)}`);
    if (nested) assertAttributes(nested.attributes, `${where}.${name}`);
  }
}
