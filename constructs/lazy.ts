/** Values that are known when the stack is written, because by then everything has been declared. */
import { Lazy } from "cdktf";

/** A text made at synth; where there is none the attribute is left out. */
export function lazyText(produce: () => string | undefined): string {
  return Lazy.stringValue({ produce });
}

/** Texts made at synth. */
export function lazyList(produce: () => string[]): string[] {
  return Lazy.listValue({ produce });
}

/** A value of any kind made at synth; where there is none the attribute is left out. */
export function lazyValue<T>(produce: () => T | undefined): T {
  return Lazy.anyValue({ produce }) as unknown as T;
}

/** A number made at synth. */
export function lazyNumber(produce: () => number): number {
  return Lazy.numberValue({ produce });
}

/** A map of texts made at synth. */
export function lazyMap(produce: () => Readonly<Record<string, string>>): Record<string, string> {
  return Lazy.anyValue({ produce }) as unknown as Record<string, string>;
}

/** Values by name, made at synth; where there are none the attribute is left out. */
export function lazySome<T>(produce: () => Readonly<Record<string, T>>): Record<string, T> {
  return Lazy.anyValue({
    produce: () => {
      const values = produce();
      return Object.keys(values).length > 0 ? values : undefined;
    },
  }) as unknown as Record<string, T>;
}
