import { isBase64 } from "../../model/base64.ts";

/**
 * The `ipsec-secrets` text with the keys in it, from the template of a plan. `keys` holds a tunnel's key as base64, by the
 * tunnel's name. Throws when a tunnel of the template has no key, or one that is not base64; no message holds a key.
 * Behind `psk-text` the base64 is the secret itself.
 * @see swanctl.conf(5): `0s` stands before a secret in base64
 */
export function renderSecrets(template: string, keys: ReadonlyMap<string, string>): string {
  return template.replace(/\{\{psk(-text)?:([^}]*)\}\}/g, (_, isText: string | undefined, tunnel: string) => {
    const key = keys.get(tunnel);
    if (key === undefined) throw new Error(`there is no pre-shared key for the tunnel "${tunnel}"`);
    if (!isBase64(key)) throw new Error(`the pre-shared key of the tunnel "${tunnel}" is not base64`);
    return isText === undefined ? `0s${key}` : `"${key}"`;
  });
}
