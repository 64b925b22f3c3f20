/** Content hashes: what was built from what. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";

/**
 * One hash over files and folders, by their names and contents; what does not exist counts as absent.
 * @param {string} root
 * @param {string[]} places relative to root
 */
export function hashOf(root, places) {
  const hash = createHash("sha256");
  for (const file of places.flatMap((place) => filesBelow(join(root, place))).sort())
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  return hash.digest("hex");
}

/**
 * The text of a small file, or undefined.
 * @param {string} file
 */
export function textOf(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/**
 * @param {string} place
 * @returns {string[]}
 */
function filesBelow(place) {
  if (!existsSync(place)) return [];
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place).flatMap((name) => filesBelow(join(place, name)));
}
