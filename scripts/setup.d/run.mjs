/** Commands: each in a process group of its own, so that Ctrl-C ends it whole; all output goes to the log. */
import { spawn } from "node:child_process";
import { accessSync, constants, createWriteStream, mkdirSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { CommandFailed, Interrupted, Trouble } from "./trouble.mjs";

/** @import { Context } from "./context.mjs" */

const tailCharacters = 4000;
const graceMs = 5000;

/** Where the output of all commands is kept. @param {Context} context */
export const logFile = (context) => join(context.working, "setup.log");

/**
 * Runs a command to its end and gives its standard output.
 * @param {Context} context
 * @param {string} command
 * @param {string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env] added to the context's
 * @param {(line: string) => void} [options.note] told the last line, for a live display
 * @param {boolean} [options.finishFirst] not to be killed midway (a package manager): an interruption waits for its end
 * @param {boolean} [options.sameSession] stay in the terminal's session (sudo keeps its word per terminal)
 * @param {boolean} [options.quiet] a question that changes nothing: no log is kept
 * @returns {Promise<string>}
 */
export async function run(context, command, args, options = {}) {
  const { cwd = context.root, env = {}, note, finishFirst = false, sameSession = false, quiet = false } = options;
  if (context.signal.aborted) throw new Interrupted();
  const log = quiet ? undefined : openLog(context, `$ ${[command, ...args].join(" ")}`);
  const child = spawn(command, args, {
    cwd,
    env: { ...context.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: !sameSession,
  });
  const stop = () => {
    if (finishFirst || child.pid === undefined) return;
    killGroup(child.pid, "SIGTERM");
    setTimeout(() => child.pid && child.exitCode === null && killGroup(child.pid, "SIGKILL"), graceMs).unref();
  };
  context.signal.addEventListener("abort", stop);
  let stdout = "";
  let tail = "";
  /** @param {Buffer} bytes */
  const hear = (bytes) => {
    log?.write(bytes);
    tail = (tail + bytes.toString()).slice(-tailCharacters);
    const line = tail.trimEnd().split("\n").at(-1);
    if (line) note?.(line);
  };
  child.stdout.on("data", (bytes) => ((stdout += bytes), hear(bytes)));
  child.stderr.on("data", hear);
  try {
    /** @type {{ code: number | null, signal: string | null }} */
    const { code, signal } = await new Promise((done, fail) => {
      child.once("error", fail);
      child.once("close", (code, signal) => done({ code, signal }));
    });
    if (context.signal.aborted) throw new Interrupted();
    if (code !== 0)
      throw new CommandFailed({
        command: [command, ...args.slice(0, 2)].join(" "),
        reason: code === null ? `was ended by ${signal}` : `ended with code ${code}`,
        tail,
      });
    return stdout;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT")
      throw new CommandFailed({ command, reason: "is not installed", tail: "" });
    throw error;
  } finally {
    context.signal.removeEventListener("abort", stop);
    log?.end();
  }
}

/**
 * The path of a command, or undefined. The project's own node_modules/.bin does not count: set-up puts links there.
 * @param {Context} context
 * @param {string} name
 */
export function which(context, name) {
  return (context.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder && !folder.endsWith("node_modules/.bin"))
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** @param {string} file */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Runs a command as root: as it is for root, else through sudo, which may ask for a password once.
 * @param {Context} context
 * @param {string} command
 * @param {string[]} args
 * @param {Parameters<typeof run>[3] & { what: string }} options `what` needs root, in words
 */
export async function runAsRoot(context, command, args, options) {
  if (context.uid === 0) return run(context, command, args, options);
  await askSudo(context, options.what);
  // Ctrl-C at the terminal reaches everything there: what must finish first is told to pass over it.
  const shielded = options.finishFirst ? ["sh", "-c", 'trap "" INT; exec "$@"', "sh", command] : [command];
  return run(context, "sudo", ["-n", "-E", ...shielded, ...args], { ...options, sameSession: true });
}

/**
 * Has the user's word that this may be done as root; sudo keeps it for what follows.
 * @param {Context} context
 * @param {string} what
 */
export async function askSudo(context, what) {
  const mend = "run scripts/setup as root, or as a user who may use sudo";
  if (!which(context, "sudo")) throw new Trouble({ what: `${what} needs root, and there is no sudo here.`, mend });
  const child = spawn("sudo", ["-v", "-p", `${what} needs root; password for sudo: `], { stdio: "inherit" });
  const code = await new Promise((done) => child.once("close", done));
  if (code !== 0) throw new Trouble({ what: `${what} needs root, and sudo refused.`, mend });
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
function killGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // It ended by itself.
  }
}

/**
 * @param {Context} context
 * @param {string} title
 */
function openLog(context, title) {
  mkdirSync(context.working, { recursive: true, mode: 0o700 });
  const log = createWriteStream(logFile(context), { flags: "a" });
  log.write(`\n${title}\n`);
  return log;
}
