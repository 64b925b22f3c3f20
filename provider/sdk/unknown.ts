/** A value that is known only after apply. */
export class Unknown {
  // Without a private member every object would be assignable to Unknown.
  readonly #text = "(known after apply)";

  /** As Terraform prints it. */
  toString(): string {
    return this.#text;
  }
}

/** The one unknown value. */
export const UNKNOWN = new Unknown();

/** True for a value that is not known yet; a list or an object that holds one is known itself: ask `hasUnknown`. */
export function isUnknown(value: unknown): value is Unknown {
  return value instanceof Unknown;
}

/** A value of which any part may not be known yet. */
export type WithUnknown<T> =
  | Unknown
  | (T extends readonly (infer E)[]
      ? readonly WithUnknown<E>[]
      : T extends object
        ? { readonly [K in keyof T]: WithUnknown<T[K]> }
        : T);

/** An object whose attributes may not be known yet: what `plan` changes, what `validate` looks at. */
export type Draft<T> = { -readonly [K in keyof T]: WithUnknown<T[K]> };
