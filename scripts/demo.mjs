/** scripts/demo: set-up, the lab gre-over-ipsec, and what was predicted beside what was measured. */
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root, setUpFirst, show } from "./command.mjs";
import { isStateLocked, removeLeftovers } from "./leftovers.mjs";
import { makeContext } from "./setup.d/context.mjs";
import { exitCodes } from "./setup.d/trouble.mjs";

const lab = "gre-over-ipsec";
const labFolder = join(root, ".tunnelwright", lab);
const stateFile = join(labFolder, "terraform.tfstate");
const resultsFile = join(labFolder, "results/latest.json");

const help = `scripts/demo [--destroy] [--help]

Sets the machine up (scripts/setup), deploys the lab ${lab} with cdktf, and prints one table of what was
predicted and what was measured. Ends with 0 only if every check passed.

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
  if (isStateLocked(stateFile)) {
    console.error(`✖ Another deploy of ${lab} is at work.\n  → wait for its end, then run this again`);
    return exitCodes.lacking;
  }
  return options.destroy ? destroy() : deployAndTell();
}

async function deployAndTell() {
  await clearLeftovers();
  const before = measuredAt();
  title(`npx cdktf deploy ${lab}`);
  const deployed = await show("npx", ["cdktf", "deploy", lab, "--auto-approve"]);
  if (deployed === exitCodes.interrupted) {
    console.error(
      "Interrupted. What was made so far is known: scripts/demo goes on from here, scripts/demo --destroy takes it down.",
    );
    return deployed;
  }
  const measured = measuredAt() !== before;
  if (deployed !== 0 && !measured) return exitCodes.failed;
  title("predicted and measured");
  const judged = await show(process.execPath, ["dist/cli/main.js", measured ? "results" : "verify", lab]);
  return judged === 0 && deployed !== 0 ? exitCodes.failed : judged;
}

async function destroy() {
  title(`npx cdktf destroy ${lab}`);
  const destroyed = await show("npx", ["cdktf", "destroy", lab, "--auto-approve"]);
  // Also what the state never knew.
  if (destroyed === 0) await clearLeftovers();
  return destroyed === 0 || destroyed === exitCodes.interrupted ? destroyed : exitCodes.failed;
}

async function clearLeftovers() {
  mkdirSync(labFolder, { recursive: true, mode: 0o700 });
  for (const name of await removeLeftovers(makeContext(), lab, stateFile))
    console.log(`Removed ${name}: it carried the lab's label and was not in its state.`);
}

/** When the last verification was written, or undefined. */
function measuredAt() {
  return statSync(resultsFile, { throwIfNoEntry: false })?.mtimeMs;
}

/** @param {string} text */
function title(text) {
  console.log(`\n── ${text} ${"─".repeat(Math.max(0, 76 - text.length))}`);
}
