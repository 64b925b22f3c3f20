/** Two set-ups in one folder would undo each other's work: the second waits for the first. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Interrupted } from "./trouble.mjs";

/** @import { Context } from "./context.mjs" */

/**
 * @template T
 * @param {Context} context
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function oneAtATime(context, work) {
  const file = join(context.working, "setup.pid");
  mkdirSync(context.working, { recursive: true, mode: 0o700 });
  for (let told = false; !take(file); told = true) {
    if (!told)
      context.warn(
        `Another set-up (process ${readFileSync(file, "utf8")}) is at work in this folder: waiting for its end.`,
      );
    if (context.signal.aborted) throw new Interrupted();
    await pause(300);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    if (isAlive(file)) return false;
    rmSync(file, { force: true });
    return take(file);
  }
}

/** @param {string} file */
function isAlive(file) {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    // Its maker may not have written its number yet.
    return pid === 0 || (process.kill(pid, 0) && pid !== process.pid);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}
