/** A lab put into an app's source, as a person would: one import, one call before the synth. */

export interface NewCall {
  /** The function that declares the lab. */
  readonly name: string;
  /** Where it is imported from. */
  readonly from: string;
}

/**
 * The source with the lab in it: imported behind the last import, called before `app.synth()` with the app's own name. Null where
 * there is not exactly one such line, and nobody but its author can tell where the call belongs.
 */
export function addToApp(source: string, { name, from }: NewCall): string | null {
  const synths = [...source.matchAll(/^([ \t]*)(\w+)\.synth\(\);?[ \t]*$/gm)];
  const [synth] = synths;
  if (!synth || synths.length > 1) return null;
  const [, indent = "", app = "app"] = synth;
  const called = `${source.slice(0, synth.index)}${indent}${name}(${app});\n${source.slice(synth.index)}`;
  const imports = [...called.matchAll(/^import\b[^;]*;[ \t]*\n/gm)];
  const last = imports.at(-1);
  const at = last === undefined ? 0 : last.index + last[0].length;
  return `${called.slice(0, at)}import { ${name} } from ${JSON.stringify(from)};\n${called.slice(at)}`;
}
