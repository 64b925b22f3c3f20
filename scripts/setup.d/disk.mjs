/** Is there room for what set-up would make? Asked before anything is changed. */
import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { Trouble } from "./trouble.mjs";

/** @import { Context, Need } from "./context.mjs" */

const megabyte = 1_000_000;

/**
 * Free space where a folder is, or will be.
 * @param {Context} context
 * @param {string} folder
 */
export async function freeMegabytes(context, folder) {
  const { bavail, bsize } = await context.statfs(existing(folder));
  return Math.floor((bavail * bsize) / megabyte);
}

/**
 * Throws when a disk has less free than is needed on it.
 * @param {Context} context
 * @param {Need[]} needs
 */
export async function assertRoom(context, needs) {
  /** @type {Map<number, Need>} */
  const disks = new Map();
  for (const { folder, megabytes } of needs) {
    const device = statSync(existing(folder)).dev;
    const sofar = disks.get(device);
    disks.set(device, { folder: sofar?.folder ?? folder, megabytes: (sofar?.megabytes ?? 0) + megabytes });
  }
  for (const { folder, megabytes } of disks.values()) {
    const free = await freeMegabytes(context, folder);
    if (free < megabytes)
      throw new Trouble({
        what: `The disk that holds ${existing(folder)} has ${gigabytes(free)} free, and set-up needs ${gigabytes(megabytes)} there.`,
        mend: "free some space, or point XDG_CACHE_HOME to a folder on another disk, then run scripts/setup again",
      });
  }
}

/** @param {number} megabytes */
export function gigabytes(megabytes) {
  return megabytes < 1000 ? `${megabytes} MB` : `${(megabytes / 1000).toFixed(1)} GB`;
}

/**
 * @param {string} folder
 * @returns {string}
 */
function existing(folder) {
  return existsSync(folder) ? folder : existing(dirname(folder));
}
