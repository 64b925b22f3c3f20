/**
 * How a resource's attributes are written down: one object from which come the wire schema (provider/sdk), the TypeScript types of
 * state and configuration, and the typed constructs (constructs/resources.ts). Data alone: nothing here speaks gRPC.
 */

/** Terraform's types, in the JSON form the protocol uses. */
export type TerraformType =
  | "string"
  | "number"
  | "bool"
  | readonly ["list" | "set" | "map", TerraformType]
  | readonly ["object", Readonly<Record<string, TerraformType>>];

/** What may be said of an attribute besides its type. */
export interface AttributeOptions<T> {
  readonly description: string;
  readonly required?: boolean;
  /** Filled in by the provider. */
  readonly computed?: boolean;
  readonly sensitive?: boolean;
  /** Given to create and update, kept nowhere. */
  readonly writeOnly?: boolean;
  /** A change makes a new object. */
  readonly replace?: boolean;
  /** Computed once: an update keeps the value instead of showing it as not known yet. */
  readonly stable?: boolean;
  /** Taken when the configuration leaves the attribute out. */
  readonly default?: T;
  /** What is wrong with a known value; undefined when nothing is. */
  readonly check?: (value: T) => string | undefined;
}

/** One attribute; the type parameters remember its value's type and whether it must and can be given. */
export interface Attribute<T = unknown, Required extends boolean = boolean, Computed extends boolean = boolean> {
  readonly type: TerraformType;
  // Checks and defaults are of T; the container of mixed attributes cannot say so.
  readonly options: AttributeOptions<never> & { readonly default?: unknown };
  readonly phantom?: { readonly value: T; readonly required: Required; readonly computed: Computed };
}

export type Attributes = Readonly<Record<string, Attribute>>;

type IsRequired<O> = O extends { readonly required: true } ? true : false;
type IsComputed<O> = O extends { readonly computed: true } | { readonly default: unknown } ? true : false;

function attribute<T>(type: TerraformType) {
  return <const O extends AttributeOptions<T>>(options: O): Attribute<T, IsRequired<O>, IsComputed<O>> => ({
    type,
    options: options as unknown as Attribute["options"],
  });
}

/** Makers of attributes: `t.string({ description, required: true })`. */
export const t = {
  string: attribute<string>("string"),
  /** Whole numbers only: Terraform's fractions do not survive a double. */
  integer: attribute<number>("number"),
  boolean: attribute<boolean>("bool"),
  stringMap: attribute<Readonly<Record<string, string>>>(["map", "string"]),
  stringList: attribute<readonly string[]>(["list", "string"]),
};

/** A finished object: required, computed and defaulted attributes are there, others may be null. */
export type State<A extends Attributes> = {
  -readonly [K in keyof A]: A[K] extends Attribute<infer T, infer R, infer C>
    ? R extends true
      ? T
      : C extends true
        ? T
        : T | null
    : never;
};

/** What the configuration holds: anything not required may be null. */
export type Config<A extends Attributes> = {
  -readonly [K in keyof A]: A[K] extends Attribute<infer T, infer R> ? (R extends true ? T : T | null) : never;
};

/** The type of an object with these attributes. */
export function objectType(attributes: Attributes): TerraformType {
  return ["object", Object.fromEntries(Object.entries(attributes).map(([name, { type }]) => [name, type]))];
}
