/** The rules of a plan, pure: what Terraform proposes, with defaults, write-only attributes and computed ones settled. */
import type { Attributes } from "../schema/attributes.ts";
import { sameValue, UNKNOWN } from "./values.ts";

type Values = Record<string, unknown>;

/**
 * The planned state. Defaults fill what the configuration leaves out; write-only attributes are null; when something is created or changed,
 * computed attributes that the configuration leaves out become unknown, unless they are stable and were known before.
 */
export function settlePlan(attributes: Attributes, config: Values, prior: Values | null, proposed: Values): Values {
  const planned: Values = { ...proposed };
  for (const [name, { options }] of Object.entries(attributes)) {
    if (options.writeOnly) planned[name] = null;
    else if (options.default !== undefined && (config[name] ?? null) === null) planned[name] = options.default;
  }
  if (prior !== null && sameValue(prior, planned)) return planned;
  for (const [name, { options }] of Object.entries(attributes)) {
    if (!options.computed || (config[name] ?? null) !== null) continue;
    const keep = prior !== null && options.stable && (prior[name] ?? null) !== null;
    if (!keep) planned[name] = UNKNOWN;
  }
  return planned;
}

/** Names of the changed attributes that ask for a new object. */
export function replacements(attributes: Attributes, prior: Values, planned: Values): string[] {
  return Object.entries(attributes).flatMap(([name, { options }]) =>
    options.replace && !sameValue(prior[name], planned[name]) ? [name] : [],
  );
}

/** The values with write-only attributes null: what may leave the provider. */
export function withoutWriteOnly(attributes: Attributes, values: Values | null): Values | null {
  if (values === null) return null;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, attributes[name]?.options.writeOnly ? null : value]),
  );
}
