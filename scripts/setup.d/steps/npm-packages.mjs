import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../run.mjs";
import { CommandFailed, Trouble } from "../trouble.mjs";

/** @import { Step } from "../context.mjs" */

/** node_modules as package-lock.json says. npm writes its own list last, so an installation that was cut short has none. */
/** @type {Step} */
export const npmPackages = {
  name: "npm packages",
  why: "the constructs, the provider and the checks are built with them",
  async look(context) {
    const wanted = Object.entries(packagesIn(join(context.root, "package-lock.json")));
    const installed = packagesIn(join(context.root, "node_modules/.package-lock.json"));
    const odd = wanted.filter(
      ([place, { version, link, optional }]) =>
        place !== "" && !link && !optional && installed[place]?.version !== version,
    );
    if (odd.length === 0 && Object.keys(installed).length > 0)
      return { ready: true, told: `${Object.keys(installed).length} as in package-lock.json` };
    const none = Object.keys(installed).length === 0;
    return {
      ready: false,
      missing: none
        ? "node_modules is missing or half made"
        : `${odd.length} of ${wanted.length} differ from package-lock.json`,
      change: "make node_modules anew from package-lock.json (about 450 MB, half a minute)",
      needs: none ? [{ folder: context.root, megabytes: 900 }] : [],
    };
  },
  async mend(context, note) {
    try {
      await run(context, "npm", ["ci", "--include=dev", "--no-audit", "--no-fund"], { note });
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      throw new Trouble({
        what: `npm could not install the packages: ${error.tail.match(/npm error (?!code|A complete log)[^\n]+/)?.[0] ?? error.lastLine}`,
        mend: "mend the network or npm's registry setting until `npm ci` works, then run scripts/setup again",
        cause: error,
      });
    }
    return `${Object.keys(packagesIn(join(context.root, "node_modules/.package-lock.json"))).length} installed`;
  },
};

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, link?: boolean, optional?: boolean }>}
 */
function packagesIn(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).packages : {};
}
