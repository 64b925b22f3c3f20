import { join } from "node:path";
import { installPackages } from "../apt.mjs";
import { DockerRefused, askDocker } from "../docker-socket.mjs";
import { askSudo, which } from "../run.mjs";
import { hashOf, textOf } from "../stamp.mjs";
import { CommandFailed, Trouble } from "../trouble.mjs";

/** @import { Context, Step } from "../context.mjs" */

/** The image of every node, built from Debian packages; again whenever its recipe changed or the engine lost it. */
/** @type {Step} */
export const routerImage = {
  name: "router image",
  why: "every router and host runs it",
  async look(context) {
    const built = lastBuild(context);
    const current = built?.recipe === hashOf(context.root, ["images/router"]);
    if (built && current && (await isInEngine(context, built.image))) return { ready: true, told: built.image };
    const packages = missingPackages(context);
    const tools = packages.length === 0 ? "" : `install ${packages.join(", ")} by apt (about 30 MB) and `;
    return {
      ready: false,
      missing: built && !current ? "its recipe changed since it was built" : "the engine has no such image",
      change: `${tools}build it from Debian's packages into the Docker engine (about 150 MB, half a minute)`,
      needs: [
        { folder: "/var/lib", megabytes: 200 },
        { folder: "/tmp", megabytes: 700 },
      ],
    };
  },
  async mend(context, note) {
    const packages = missingPackages(context);
    if (packages.length > 0) await installPackages(context, packages, note);
    if (context.uid !== 0) await askSudo(context, "Building the router image");
    const { buildRouterImage } = await import(join(context.root, "scripts/build-image.mjs"));
    try {
      await buildRouterImage({ log: note, signal: context.signal });
    } catch (error) {
      if (context.signal.aborted || error instanceof CommandFailed || error instanceof Trouble) throw error;
      throw new Trouble({
        what: `The router image could not be built: ${/** @type {Error} */ (error).message.trim().split("\n").at(-1)}`,
        mend: "see that apt's package sources answer and that this user is root (or may use sudo), then run scripts/setup again",
        cause: error,
      });
    }
    return lastBuild(context)?.image ?? "built";
  },
};

/**
 * What the recipe runs on this machine: mmdebstrap (on Ubuntu Debian's keys are a package of their own), and strip for the kernel's modules.
 * @param {Context} context
 */
function missingPackages(context) {
  const tools = [];
  if (!which(context, "mmdebstrap")) tools.push("mmdebstrap", "debian-archive-keyring");
  if (!which(context, "strip")) tools.push("binutils");
  return tools;
}

/**
 * What the build left word of; synth reads the same file.
 * @param {Context} context
 * @returns {{ image: string, recipe: string } | undefined}
 */
function lastBuild(context) {
  const text = textOf(join(context.working, "router-image.json"));
  return text === undefined ? undefined : JSON.parse(text);
}

/**
 * @param {Context} context
 * @param {string} image
 */
async function isInEngine(context, image) {
  try {
    await askDocker(context, "GET", `/images/${image}/json`, { deadlineMs: 5_000 });
    return true;
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    // No engine yet: its own step tells.
    if (error instanceof DockerRefused || code === "ENOENT" || code === "ECONNREFUSED") return false;
    throw error;
  }
}
