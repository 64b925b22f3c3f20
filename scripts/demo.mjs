/** scripts/demo: set-up, the lab gre-over-ipsec, and what was predicted beside what was measured. */
import { parseArgs } from "node:util";
import { setUpFirst, show } from "./command.mjs";
import { exitCodes } from "./setup.d/trouble.mjs";

const lab = "gre-over-ipsec";

const help = `scripts/demo [--destroy] [--help]

Sets the machine up (scripts/setup), stands the lab ${lab} up (npx tunnelwright up), and prints one table of
what was predicted and what was measured. Ends with 0 only if every check passed.

  --destroy  take the lab down again
  --help     this text

Exit codes: 0 every check passed, 1 a check failed or is unknown, 2 misuse, 3 the machine lacks something, 4 interrupted.
`;

process.exitCode = await main(process.argv.slice(2));

/** @param {string[]} args */
async function main(args) {
  /** @type {{ destroy?: boolean, help?: boolean }} */
  let options;
  try {
    options = parseArgs({ args, options: { destroy: { type: "boolean" }, help: { type: "boolean" } } }).values;
  } catch (error) {
    console.error(`${/** @type {Error} */ (error).message.split(". ")[0]}: scripts/demo knows --destroy and --help.`);
    return exitCodes.misuse;
  }
  if (options.help) {
    process.stdout.write(help);
    return 0;
  }
  const ready = await setUpFirst();
  if (ready !== exitCodes.ready) return ready;
  return show(process.execPath, ["dist/cli/main.js", options.destroy ? "down" : "up", lab]);
}
