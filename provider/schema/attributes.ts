/**
 * How a resource's attributes are written down: one object from which come the wire schema (provider/sdk), the TypeScript types of
 * state and configuration, and the typed constructs (constructs/resources.ts). Data alone: nothing here speaks gRPC.
 */

/** Terraform's types, in the JSON form the protocol uses. */
export type CtyType =
  | "string"
  | "number"
  | "bool"
  | readonly ["list" | "set" | "map", CtyType]
  | readonly ["object", Readonly<Record<string, CtyType>>];

/** The TypeScript type of a known value of a Terraform type. */
export type ValueOf<C extends CtyType> = C extends "string"
  ? string
  : C extends "number"
    ? number
    : C extends "bool"
      ? boolean
      : C extends readonly ["map", infer E extends CtyType]
        ? Readonly<Record<string, ValueOf<E>>>
        : C extends readonly ["list" | "set", infer E extends CtyType]
          ? readonly ValueOf<E>[]
          : C extends readonly ["object", infer O extends Readonly<Record<string, CtyType>>]
            ? { readonly [K in keyof O]: ValueOf<O[K]> | null }
            : never;

/** What may be said of an attribute besides its type. Neither required nor computed means optional. */
export interface AttributeOptions<T> {
  /** One sentence for the user: editors and `terraform providers schema` show it. */
  readonly description: string;
  /** The configuration must give it. */
  readonly required?: boolean;
  /** The configuration may give it: to be said of a computed attribute alone. */
  readonly optional?: boolean;
  /** Filled in by the provider. */
  readonly computed?: boolean;
  /** Terraform prints `(sensitive value)`; plan and state hold it nevertheless. */
  readonly sensitive?: boolean;
  /** Given to create and update, kept nowhere. */
  readonly writeOnly?: boolean;
  /** A change makes a new object. */
  readonly replace?: boolean;
  /** Computed once: an update keeps the value instead of showing it as not known yet. */
  readonly stable?: boolean;
  /** Terraform warns whoever gives it. */
  readonly deprecated?: boolean;
  /** Taken when the configuration leaves the attribute out. */
  readonly default?: T;
  /** What is wrong with a known value; undefined when nothing is. */
  readonly check?: (value: T) => string | undefined;
}

/** Attributes inside an attribute: one object, a list of them, or a map of them. */
export interface NestedAttributes {
  readonly nesting: "single" | "list" | "map";
  readonly attributes: Attributes;
}

/**
 * One attribute. The type parameters remember the value's type in a finished state, whether it must be given, whether the provider
 * fills it in, whether it is the provider's alone (an output), and the value's type in a configuration.
 */
export interface Attribute<
  T = unknown,
  Required extends boolean = boolean,
  Computed extends boolean = boolean,
  Output extends boolean = boolean,
  Given = unknown,
> {
  readonly type: CtyType;
  readonly nested?: NestedAttributes;
  // Checks and defaults are of T; the container of mixed attributes cannot say so.
  readonly options: Omit<AttributeOptions<never>, "default"> & {
    readonly default?: unknown;
  } & (Output extends true ? { readonly computed: true } : unknown);
  /** Never there: it carries the types. */
  readonly phantom?: {
    readonly value: T;
    readonly required: Required;
    readonly computed: Computed;
    readonly output: Output;
    readonly given: Given;
  };
}

/** The attributes of a resource, by name. */
export type Attributes = Readonly<Record<string, Attribute>>;

type IsRequired<O> = O extends { readonly required: true } ? true : false;
type IsComputed<O> = O extends { readonly computed: true } | { readonly default: unknown } ? true : false;
type IsOutput<O> = O extends { readonly computed: true }
  ? O extends { readonly optional: true } | { readonly default: unknown }
    ? false
    : true
  : false;
type Made<T, O, Given = T> = Attribute<T, IsRequired<O>, IsComputed<O>, IsOutput<O>, Given>;

function make<T, O, Given = T>(type: CtyType, options: O, nested?: NestedAttributes): Made<T, O, Given> {
  return { type, options: options as Made<T, O, Given>["options"], ...(nested && { nested }) };
}

function simple<T>(type: CtyType) {
  return <const O extends AttributeOptions<T>>(options: O): Made<T, O> => make(type, options);
}

function collection<const K extends "list" | "set" | "map">(kind: K) {
  return <const E extends CtyType, const O extends AttributeOptions<ValueOf<readonly [K, E]>>>(
    element: E,
    options: O,
  ): Made<ValueOf<readonly [K, E]>, O> => make([kind, element], options);
}

/** Whole numbers a double holds exactly: beyond them Terraform sees another number come back. */
function wholeNumber(value: number): string | undefined {
  return Number.isSafeInteger(value) ? undefined : "a whole number is wanted";
}

/** Makers of attributes: `t.string({ description, required: true })`, `t.list("string", { description })`. */
export const t = {
  string: simple<string>("string"),
  boolean: simple<boolean>("bool"),
  /** Any number of up to 15 digits: those survive the way to Terraform and back. */
  number: simple<number>("number"),
  /** Whole numbers only. */
  integer: <const O extends AttributeOptions<number>>(options: O): Made<number, O> =>
    make("number", { ...options, check: (value: number) => wholeNumber(value) ?? options.check?.(value) }),
  list: collection("list"),
  /** Order tells nothing, and no element is there twice. */
  set: collection("set"),
  map: collection("map"),
  stringMap: simple<Readonly<Record<string, string>>>(["map", "string"]),
  stringList: simple<readonly string[]>(["list", "string"]),
  /** Attributes inside an attribute: `tunnel = { … }`. */
  object: <const A extends Attributes, const O extends AttributeOptions<Config<A>>>(
    attributes: A,
    options: O,
  ): Made<State<A>, O, Config<A>> => make(objectType(attributes), options, { nesting: "single", attributes }),
  /** A list of objects: `tunnels = [{ … }, { … }]`. */
  objects: <const A extends Attributes, const O extends AttributeOptions<readonly Config<A>[]>>(
    attributes: A,
    options: O,
  ): Made<readonly State<A>[], O, readonly Config<A>[]> =>
    make(["list", objectType(attributes)], options, { nesting: "list", attributes }),
  /** Objects by name: `tunnels = { a = { … } }`. */
  objectMap: <const A extends Attributes, const O extends AttributeOptions<Readonly<Record<string, Config<A>>>>>(
    attributes: A,
    options: O,
  ): Made<Readonly<Record<string, State<A>>>, O, Readonly<Record<string, Config<A>>>> =>
    make(["map", objectType(attributes)], options, { nesting: "map", attributes }),
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
  -readonly [K in keyof A]: A[K] extends Attribute<unknown, infer R, boolean, boolean, infer G>
    ? R extends true
      ? G
      : G | null
    : never;
};

/** The type of an object with these attributes. */
export function objectType(attributes: Attributes): CtyType {
  return ["object", Object.fromEntries(Object.entries(attributes).map(([name, { type }]) => [name, type]))];
}
