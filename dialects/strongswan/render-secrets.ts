import { fillKeys } from "../fill-keys.ts";

/**
 * The `ipsec-secrets` text with the keys in it, from the template of a plan. `keys` holds a tunnel's key as base64, by the
 * tunnel's name. Throws when a tunnel of the template has no key, or one that is not base64; no message holds a key.
 * Behind `psk-text` the base64 is the secret itself.
 * @see swanctl.conf(5): `0s` stands before a secret in base64
 */
export function renderSecrets(template: string, keys: ReadonlyMap<string, string>): string {
  return fillKeys(template, keys, (key, mark) => (mark === "psk" ? `0s${key}` : `"${key}"`));
}
