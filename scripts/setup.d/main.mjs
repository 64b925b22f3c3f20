/** scripts/setup: arguments in, exit code out. */
import { parseArgs } from "node:util";
import { makeContext } from "./context.mjs";
import { makeProgress } from "./progress.mjs";
import { logFile } from "./run.mjs";
import { check, setUp } from "./sequence.mjs";
import { steps } from "./steps/index.mjs";
import { CommandFailed, Interrupted, Trouble, exitCodes } from "./trouble.mjs";

const help = `scripts/setup [--check] [--help]

Makes this machine ready for the labs, using what is there first. It says what it will change before it does it,
may be run again at any time, and goes on where it was interrupted.

  --check   change nothing; tell what is missing and why it matters
  --help    this text

Exit codes: 0 ready, 2 misuse, 3 the machine lacks something, 4 interrupted.
`;

const stopping = new AbortController();
const context = makeContext({ signal: stopping.signal });
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.on(signal, () => stopping.abort());
process.exitCode = await main(process.argv.slice(2));

/** @param {string[]} args */
async function main(args) {
  /** @type {{ check?: boolean, help?: boolean }} */
  let options;
  try {
    options = parseArgs({ args, options: { check: { type: "boolean" }, help: { type: "boolean" } } }).values;
  } catch (error) {
    console.error(`${/** @type {Error} */ (error).message.split(". ")[0]}: scripts/setup knows --check and --help.`);
    return exitCodes.misuse;
  }
  if (options.help) {
    process.stdout.write(help);
    return exitCodes.ready;
  }
  const progress = makeProgress(process.stdout);
  try {
    return await (options.check ? check : setUp)(context, steps, progress);
  } catch (error) {
    progress.say("");
    return tell(error);
  }
}

/** @param {unknown} error */
function tell(error) {
  if (error instanceof Interrupted || stopping.signal.aborted) {
    console.error("Interrupted. Nothing is half done: run scripts/setup again and it goes on from here.");
    return exitCodes.interrupted;
  }
  if (error instanceof Trouble) console.error(`✖ ${error.message}`);
  else if (error instanceof CommandFailed)
    console.error(`✖ ${error.message}: ${error.lastLine}\n  → read ${logFile(context)}, then run scripts/setup again`);
  else {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === "ENOSPC") console.error("✖ The disk is full.\n  → free some space, then run scripts/setup again");
    else if (code === "EACCES" || code === "EPERM")
      console.error(
        `✖ A file may not be changed by this user: ${message}\n  → give it back to this user (was set-up run as root before?), then run scripts/setup again`,
      );
    else console.error(`✖ Set-up has a fault of its own: ${message}\n  → please report it, with ${logFile(context)}`);
  }
  return exitCodes.lacking;
}
