/** What set-up found and built, as the benches need it. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The project's folder. */
export const root = resolve(import.meta.dirname, "..");

/** The Terraform that set-up chose, and the mirrors of providers, Docker's first; absolute. Throws where set-up is not done. */
export function readSetUp(): { readonly terraform: string; readonly mirrors: readonly string[] } {
  const { terraform, pluginDirs } = readOwn("setup.json") as { terraform: string; pluginDirs: string[] };
  return { terraform: resolve(root, terraform), mirrors: pluginDirs.map((each) => resolve(root, each)) };
}

/** The router image, by its exact tag. Throws where it was not built. */
export function builtImage(): string {
  return (readOwn("router-image.json") as { image: string }).image;
}

function readOwn(name: string): unknown {
  return JSON.parse(readFileSync(join(root, ".tunnelwright", name), "utf8"));
}
