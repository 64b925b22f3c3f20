/** OpenTofu for the tests that hold the provider against it: PATH's, else one built from the Go module proxy and kept in the user's cache. */
import { join } from "node:path";
import { goBuild } from "./go.mjs";
import { isExecutable, which } from "./run.mjs";

/** @import { Context } from "./context.mjs" */

/** The newest that builds with the Go of set-up. */
const builtVersion = "1.11.4";

/**
 * Its path; builds it first where there is none, which takes several minutes once.
 * @param {Context} context
 * @param {(text: string) => void} note
 * @returns {Promise<string>}
 */
export async function provideOpenTofu(context, note) {
  const cached = join(context.cache, "bin/tofu");
  const found = which(context, "tofu") ?? (isExecutable(cached) ? cached : undefined);
  if (found) return found;
  note(`building OpenTofu ${builtVersion} from the Go module proxy (several minutes, once)`);
  await goBuild(
    context,
    {
      module: join(import.meta.dirname, "opentofu"),
      command: "github.com/opentofu/opentofu/cmd/tofu",
      output: cached,
      // Without it the binary calls itself a development version, which refuses version constraints.
      ldflags: "-X github.com/opentofu/opentofu/version.dev=no",
    },
    () => undefined,
  );
  return cached;
}
