/** Pre-shared keys in the place of their marks: `{{psk:TUNNEL}}`, or `{{psk-text:TUNNEL}}`. */
import { isBase64 } from "../model/base64.ts";

/**
 * The template with the keys in it, each as `write` has it. `keys` holds a tunnel's key as base64, by the tunnel's name.
 * Throws when a tunnel of the template has no key, or one that is not base64; no message holds a key.
 */
export function fillKeys(
  template: string,
  keys: ReadonlyMap<string, string>,
  write: (key: string, mark: "psk" | "psk-text") => string,
): string {
  return template.replace(/\{\{(psk|psk-text):([^}]*)\}\}/g, (_, mark: "psk" | "psk-text", tunnel: string) => {
    const key = keys.get(tunnel);
    if (key === undefined) throw new Error(`there is no pre-shared key for the tunnel "${tunnel}"`);
    if (!isBase64(key)) throw new Error(`the pre-shared key of the tunnel "${tunnel}" is not base64`);
    return write(key, mark);
  });
}
