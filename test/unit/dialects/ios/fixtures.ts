/** Pasted texts: pairs without a fault, and the seed. */
import { readFileSync } from "node:fs";
import type { SourceText } from "../../../../dialects/ios/transcript.ts";

export const correctPairs = [
  "classic-crypto-map",
  "tunnel-protection-ikev1",
  "ikev2-profile",
  "ipsec-over-gre",
  "gre-keepalive",
  "nat-crypto-map",
  "vrf",
] as const;
export type FixtureName = (typeof correctPairs)[number] | "seed";

/** The text of a fixture. */
export function fixture(name: FixtureName): string {
  const file = name === "seed" ? "seed.md" : `${name}.txt`;
  return readFileSync(new URL(`fixtures/${file}`, import.meta.url), "utf8");
}

/** One text as the reader takes it. */
export function source(text: string, name = "pair.txt"): SourceText[] {
  return [{ name, text }];
}

/**
 * A fixture with a part of it said otherwise.
 * @throws Error when the part is not there: the case would plant nothing.
 */
export function planted(
  name: FixtureName,
  part: string,
  otherwise: string,
  which: "first" | "last" | "all" = "first",
): string {
  const text = fixture(name);
  if (!text.includes(part)) throw new Error(`${name} has no ${JSON.stringify(part)}`);
  if (which === "all") return text.replaceAll(part, otherwise);
  const at = which === "first" ? text.indexOf(part) : text.lastIndexOf(part);
  return text.slice(0, at) + otherwise + text.slice(at + part.length);
}
