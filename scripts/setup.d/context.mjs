/** What every step is handed: places, environment, ways out. Tests hand in others. */
import { statfs } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/**
 * @typedef {object} Context
 * @property {string} root       the project's folder
 * @property {string} working    `.tunnelwright` in it
 * @property {string} cache      per user, outside the tree: what is built once a machine
 * @property {NodeJS.ProcessEnv} env
 * @property {string} platform   as process.platform
 * @property {string} arch       as process.arch
 * @property {number} uid        0 is root
 * @property {(folder: string) => Promise<{ bavail: number, bsize: number }>} statfs
 * @property {AbortSignal} signal
 * @property {string} defaultSocket   where a Docker engine listens unless DOCKER_HOST says otherwise
 * @property {Found} found       what the steps found, for later steps
 * @property {(text: string) => void} warn
 *
 * @typedef {object} Found
 * @property {string} [terraform]      path of Terraform or OpenTofu
 * @property {string} [dockerProvider] path of the Docker provider's binary
 * @property {string} [dockerVersion]  the version it is laid out as
 *
 * @typedef {{ ready: true, told: string }} Ready
 * @typedef {object} Missing
 * @property {false} ready
 * @property {string} missing    what is not there
 * @property {string} change     what set-up will do to the machine about it
 * @property {Need[]} [needs]    the disk this takes
 *
 * @typedef {{ folder: string, megabytes: number }} Need
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {string} why        why it matters, for --check
 * @property {(context: Context) => Promise<Ready | Missing>} look   changes nothing; throws Trouble when no mend is known
 * @property {(context: Context, note: (text: string) => void) => Promise<string>} [mend]   gives one line of what was done
 */

/**
 * @param {Partial<Context>} given
 * @returns {Context}
 */
export function makeContext(given = {}) {
  const root = given.root ?? resolve(import.meta.dirname, "../..");
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...(given.env ?? process.env), CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1" };
  return {
    root,
    working: join(root, ".tunnelwright"),
    cache: join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), ".cache"), "tunnelwright"),
    platform: process.platform,
    arch: process.arch,
    uid: process.getuid?.() ?? -1,
    statfs,
    signal: new AbortController().signal,
    defaultSocket: "/var/run/docker.sock",
    found: {},
    warn: (text) => console.error(text),
    ...given,
    env,
  };
}
