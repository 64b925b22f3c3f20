/** Debian packages: the lists are brought up to date once a run, and nothing recommended comes along. */
import { runAsRoot, which } from "./run.mjs";
import { CommandFailed, Trouble } from "./trouble.mjs";

/** @import { Context } from "./context.mjs" */

/** @type {WeakSet<Context>} */
const updated = new WeakSet();

/**
 * @param {Context} context
 * @param {string[]} packages
 * @param {(text: string) => void} note
 */
export async function installPackages(context, packages, note) {
  if (!which(context, "apt-get"))
    throw new Trouble({
      what: `This machine has no apt-get, and ${packages.join(", ")} is missing.`,
      mend: `install ${packages.join(", ")} with this system's own package manager, then run scripts/setup again`,
    });
  const options = {
    what: `Installing ${packages.join(", ")}`,
    note,
    finishFirst: true,
    env: { DEBIAN_FRONTEND: "noninteractive" },
  };
  try {
    if (!updated.has(context)) await runAsRoot(context, "apt-get", ["update", "-q"], options);
    updated.add(context);
    const quietly = ["-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=2"];
    await runAsRoot(
      context,
      "apt-get",
      ["install", "-qy", "--no-install-recommends", ...quietly, ...packages],
      options,
    );
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new Trouble({
      what: `apt could not install ${packages.join(", ")}: ${error.lastLine}`,
      mend: "mend the package sources or the network until `apt-get update` works, then run scripts/setup again",
      cause: error,
    });
  }
}
