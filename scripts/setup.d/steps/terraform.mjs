import { join } from "node:path";
import { goBuild, goChange } from "../go.mjs";
import { isExecutable, run, which } from "../run.mjs";
import { CommandFailed, Trouble } from "../trouble.mjs";
import { atLeast } from "../versions.mjs";

/** @import { Context, Step } from "../context.mjs" */

const leastVersion = "1.11"; // the first with write-only attributes: keys stay out of the state
const builtVersion = "1.11.4";

/** Terraform, or OpenTofu: PATH's, else one built from the Go module proxy and kept in the user's cache. */
/** @type {Step} */
export const terraform = {
  name: "Terraform",
  why: "cdktf deploys with it",
  async look(context) {
    const tooOld = [];
    for (const binary of [which(context, "terraform"), which(context, "tofu"), cachedBinary(context)]) {
      if (!binary || !isExecutable(binary)) continue;
      const version = await versionOf(context, binary);
      if (version && atLeast(version, leastVersion)) {
        context.found.terraform = binary;
        return { ready: true, told: `${version} at ${binary}` };
      }
      tooOld.push(`${binary} is ${version ?? "broken"}`);
    }
    const old = tooOld.length > 0 ? ` (${tooOld.join(", ")})` : "";
    return {
      ready: false,
      missing: `no Terraform or OpenTofu ${leastVersion} or later on PATH${old}`,
      change: `build Terraform ${builtVersion} from the Go module proxy into ${context.cache} (several minutes)${await goChange(context)}`,
      needs: [{ folder: context.cache, megabytes: 3800 }],
    };
  },
  async mend(context, note) {
    const output = cachedBinary(context);
    try {
      await goBuild(
        context,
        {
          module: join(import.meta.dirname, "../terraform"),
          command: "github.com/hashicorp/terraform",
          output,
          // Without it the binary calls itself a development version, which refuses version constraints.
          ldflags: "-X github.com/hashicorp/terraform/version.dev=no",
        },
        note,
      );
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      throw new Trouble({
        what: `Terraform could not be built: ${error.lastLine}`,
        mend: `install Terraform or OpenTofu ${leastVersion} or later on PATH, or mend GOPROXY, then run scripts/setup again`,
        cause: error,
      });
    }
    context.found.terraform = output;
    return `${builtVersion} built at ${output}`;
  },
};

/** @param {Context} context */
const cachedBinary = (context) => join(context.cache, "bin/terraform");

/**
 * @param {Context} context
 * @param {string} binary
 * @returns {Promise<string | undefined>}
 */
async function versionOf(context, binary) {
  try {
    return JSON.parse(await run(context, binary, ["version", "-json"], { cwd: "/", quiet: true })).terraform_version;
  } catch (error) {
    if (error instanceof CommandFailed || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
