import { randomBytes } from "node:crypto";
import { mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { LabProvider } from "../lab-provider.ts";
import { preSharedKeyAttributes } from "../schema/resources.ts";
import { defineEphemeral } from "../sdk/definitions.ts";
import { ProviderError } from "../sdk/diagnostics.ts";

const keyBytes = 32;

/** `tunnelwright_pre_shared_key`: the same key for both ends, also when a deploy was killed between them, because it is kept in one file. */
export const preSharedKey = defineEphemeral<LabProvider, typeof preSharedKeyAttributes>({
  description:
    "A pre-shared key, made once and kept in one file that its owner alone reads: both ends get the same, also when an apply was killed between them. It is in neither plan nor state; hand it to a write-only attribute.",
  attributes: preSharedKeyAttributes,
  async open(_context, { file }) {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    return { file, value: (await makeKey(file)) ?? (await readKey(file)) };
  },
});

/** Makes the key; undefined when the file is there already: of two makers at once one wins. */
async function makeKey(file: string): Promise<string | undefined> {
  const value = randomBytes(keyBytes).toString("base64");
  try {
    const handle = await open(file, "wx", 0o600);
    try {
      await handle.writeFile(`${value}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return value;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
    throw error;
  }
}

async function readKey(file: string): Promise<string> {
  const value = (await readFile(file, "utf8")).trim();
  if (/^[A-Za-z0-9+/]{22,}={0,2}$/.test(value)) return value;
  throw new ProviderError(
    "A pre-shared key's file holds no key",
    `${file} should hold one line of base64. Remove it, and the next deploy makes a new key.`,
  );
}
