/** The rules of a plan, pure: what Terraform proposes, with defaults, write-only attributes and computed ones settled. */
import { objectType, type Attribute, type Attributes, type NestedAttributes } from "../schema/attributes.ts";
import { isPlain, sameValue } from "./compare.ts";
import { UNKNOWN } from "./unknown.ts";

/** An object's attributes by name. */
export type Values = Record<string, unknown>;

/**
 * The planned state. Defaults fill what the configuration leaves out; write-only attributes are null; when something is created or changed,
 * computed attributes that the configuration leaves out become unknown, unless they are stable and were known before.
 */
export function settlePlan(attributes: Attributes, config: Values, prior: Values | null, proposed: Values): Values {
  const planned = withDefaults(attributes, config, proposed);
  if (prior !== null && sameValue(objectType(attributes), prior, planned)) return planned;
  return withComputed(attributes, config, prior, planned);
}

function withDefaults(attributes: Attributes, config: Values | null, values: Values): Values {
  return mapValues(attributes, values, (name, { options, nested }, value) => {
    if (options.writeOnly) return null;
    const given = config?.[name] ?? null;
    // An object that the provider made has no configuration, so no defaults either.
    if (config !== null && options.default !== undefined && given === null) return options.default;
    return nested
      ? inEach(nested, value, [given], (inner, [own]) => withDefaults(nested.attributes, own ?? null, inner))
      : value;
  });
}

function withComputed(attributes: Attributes, config: Values | null, prior: Values | null, values: Values): Values {
  return mapValues(attributes, values, (name, { options, nested }, value) => {
    const given = config?.[name] ?? null;
    const before = prior?.[name] ?? null;
    if (options.computed && options.default === undefined && given === null)
      return options.stable && before !== null ? before : UNKNOWN;
    if (!nested) return value;
    return inEach(nested, value, [given, before], (inner, [own, old]) =>
      withComputed(nested.attributes, own ?? null, old ?? null, inner),
    );
  });
}

/** Paths of the changed attributes that ask for a new object. */
export function replacements(attributes: Attributes, prior: Values, planned: Values): string[][] {
  return Object.entries(attributes).flatMap(([name, { type, options, nested }]) => {
    const [before, after] = [prior[name], planned[name]];
    if (sameValue(type, before, after)) return [];
    if (options.replace) return [[name]];
    if (!nested) return [];
    if (nested.nesting === "single" && isPlain(before) && isPlain(after))
      return replacements(nested.attributes, before, after).map((path) => [name, ...path]);
    return replaceInside(nested, before, after) ? [[name]] : [];
  });
}

/** True when any object inside, of those before or those after, differs in an attribute that asks for a new object. */
function replaceInside(nested: NestedAttributes, before: unknown, after: unknown): boolean {
  const [left, right] = [objectsIn(nested, before), objectsIn(nested, after)];
  return [...new Set([...left.keys(), ...right.keys()])].some(
    (key) => replacements(nested.attributes, left.get(key) ?? {}, right.get(key) ?? {}).length > 0,
  );
}

/** The values with write-only attributes null: what may leave the provider. */
export function withoutWriteOnly(attributes: Attributes, values: Values | null): Values | null {
  if (values === null) return null;
  return mapValues(attributes, values, (_name, { options, nested }, value) => {
    if (options.writeOnly) return null;
    return nested ? inEach(nested, value, [], (inner) => withoutWriteOnly(nested.attributes, inner) ?? {}) : value;
  });
}

/** Keeps names the attributes do not have: the encoder is to refuse them by name. */
function mapValues(
  attributes: Attributes,
  values: Values,
  change: (name: string, attribute: Attribute, value: unknown) => unknown,
): Values {
  const known = Object.entries(attributes).map(
    ([name, one]) => [name, change(name, one, values[name] ?? null)] as const,
  );
  return { ...values, ...Object.fromEntries(known) };
}

/** Changes each object inside a nested attribute's value; `beside` are the values of the same attribute in configuration and prior state. */
function inEach(
  nested: NestedAttributes,
  value: unknown,
  beside: readonly unknown[],
  change: (inner: Values, beside: readonly (Values | undefined)[]) => Values,
): unknown {
  const others = beside.map((other) => objectsIn(nested, other));
  const one = (item: unknown, key: string | number) =>
    isPlain(item)
      ? change(
          { ...item },
          others.map((objects) => objects.get(key)),
        )
      : item;
  if (nested.nesting === "single") return one(value, 0);
  if (nested.nesting === "list") return Array.isArray(value) ? value.map(one) : value;
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, one(item, key)]));
}

/** The objects inside a nested attribute's value, by place; none where it is null or unknown. */
export function objectsIn(nested: NestedAttributes, value: unknown): Map<string | number, Values> {
  const places: (readonly [string | number, unknown])[] =
    nested.nesting === "single"
      ? [[0, value]]
      : nested.nesting === "list"
        ? [...(Array.isArray(value) ? value : []).entries()]
        : Object.entries(isPlain(value) ? value : {});
  return new Map(places.filter((place): place is readonly [string | number, Values] => isPlain(place[1])));
}
