/** What scripts/demo and scripts/test share: set-up first, children with the terminal, and Ctrl-C. */
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { exitCodes } from "./setup.d/trouble.mjs";

export const root = resolve(import.meta.dirname, "..");

let interrupted = false;
// The terminal sends Ctrl-C to the children too; they end by themselves and are waited for.
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]))
  process.on(signal, () => (interrupted = true));

/**
 * Runs a command on the user's terminal and gives its exit code (4 when the user interrupted).
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function show(command, args) {
  if (interrupted) return exitCodes.interrupted;
  const env = { ...process.env, CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1" };
  const child = spawn(command, args, { cwd: root, stdio: "inherit", env });
  /** @param {NodeJS.Signals} signal */
  const pass = (signal) => child.kill(signal);
  process.on("SIGTERM", pass).on("SIGHUP", pass);
  const code = await new Promise((done) => {
    child.once("error", (error) => {
      console.error(`✖ ${command} could not be started: ${error.message}`);
      done(exitCodes.lacking);
    });
    child.once("close", (code, signal) => {
      if (signal === "SIGINT" || signal === "SIGTERM") interrupted = true;
      done(code ?? exitCodes.failed);
    });
  });
  process.off("SIGTERM", pass).off("SIGHUP", pass);
  return interrupted ? exitCodes.interrupted : code;
}

/** scripts/setup; its exit code. */
export const setUpFirst = () => show(process.execPath, [join(root, "scripts/setup.d/main.mjs")]);
