/** Containers and networks that carry a lab's label and are not in its state: what a killed deploy left behind. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { askDocker } from "./setup.d/docker-socket.mjs";

/** @import { Context } from "./setup.d/context.mjs" */

/**
 * Removes them, containers first (a network with a container in it stays); gives the names of what went.
 * @param {Context} context
 * @param {string} lab
 * @param {string} stateFile
 * @returns {Promise<string[]>}
 */
export async function removeLeftovers(context, lab, stateFile) {
  const kept = idsInState(stateFile);
  const filters = encodeURIComponent(JSON.stringify({ label: [`tunnelwright.lab=${lab}`] }));
  const removed = [];
  for (const { Id, Names } of await askDocker(context, "GET", `/containers/json?all=1&filters=${filters}`)) {
    if (kept.has(Id)) continue;
    await askDocker(context, "DELETE", `/containers/${Id}?force=1&v=1`);
    removed.push(`container ${Names[0].slice(1)}`);
  }
  for (const { Id, Name } of await askDocker(context, "GET", `/networks?filters=${filters}`)) {
    if (kept.has(Id)) continue;
    await askDocker(context, "DELETE", `/networks/${Id}`);
    removed.push(`network ${Name}`);
  }
  return removed;
}

/**
 * Is a Terraform at work on this state? It holds a lock on the file, which the kernel drops when it dies.
 * @param {string} stateFile
 */
export function isStateLocked(stateFile) {
  const stats = statSync(stateFile, { throwIfNoEntry: false });
  if (!stats || !existsSync("/proc/locks")) return false;
  const held = new RegExp(`POSIX .* [0-9a-f]+:[0-9a-f]+:${stats.ino} `);
  return held.test(readFileSync("/proc/locks", "utf8"));
}

/** @param {string} stateFile */
function idsInState(stateFile) {
  /** @type {{ resources?: { type: string, instances: { attributes?: { id?: string } }[] }[] }} */
  const state = existsSync(stateFile) ? JSON.parse(readFileSync(stateFile, "utf8") || "{}") : {};
  const resources = (state.resources ?? []).filter(
    ({ type }) => type === "docker_container" || type === "docker_network",
  );
  return new Set(resources.flatMap(({ instances }) => instances.map(({ attributes }) => attributes?.id)));
}
