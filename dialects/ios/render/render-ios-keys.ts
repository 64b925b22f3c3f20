import { fillKeys } from "../../fill-keys.ts";

/**
 * A configuration with its keys, from one with `{{psk:TUNNEL}}`. IOS knows keys as text: the base64 is the key itself, and a Linux
 * router at the far end is told so. Throws when a tunnel has no key, or one that is not base64; no message holds a key.
 */
export function renderIosKeys(config: string, keys: ReadonlyMap<string, string>): string {
  return fillKeys(config, keys, (key) => key);
}

/** Any configuration without its keys, whether they stand in it readable, encrypted or as a place: to compare where no key is at hand. */
export function withoutIosKeys(config: string): string {
  return config
    .replace(/^(\s*crypto isakmp key )(?:[067] )?\S+( (?:address|hostname) )/gm, "$1***$2")
    .replace(/^(\s*pre-shared-key (?:(?:local|remote) )?)(?:[067] )?(?:hex )?\S+[ \t]*$/gm, "$1***");
}
