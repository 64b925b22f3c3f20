/** The whole of set-up, over any list of steps: look at everything, say what will change, then change it. */
import { performance } from "node:perf_hooks";
import { assertRoom } from "./disk.mjs";
import { oneAtATime } from "./one-at-a-time.mjs";
import { seconds } from "./progress.mjs";
import { Trouble, exitCodes } from "./trouble.mjs";

/** @import { Context, Missing, Step } from "./context.mjs" */
/** @import { Progress } from "./progress.mjs" */

/**
 * Changes nothing; tells of each step whether it is ready, and why it matters where it is not.
 * @param {Context} context
 * @param {Step[]} steps
 * @param {Progress} progress
 */
export async function check(context, steps, progress) {
  let missingCount = 0;
  /** @type {Missing[]} */
  const missing = [];
  for (const step of steps) {
    try {
      const state = await step.look(context);
      if (state.ready) {
        progress.end("✔", step.name, state.told);
        continue;
      }
      missing.push(state);
      tellMissing(progress, step, state.missing, `scripts/setup will ${state.change}`);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      tellMissing(progress, step, error.what, error.mend);
    }
    missingCount += 1;
  }
  if (missingCount === 0) {
    progress.say("\nReady: nothing is missing.");
    return exitCodes.ready;
  }
  await assertRoom(
    context,
    missing.flatMap((state) => state.needs ?? []),
  );
  progress.say(`\n${missingCount} of ${steps.length} missing. Nothing was changed.`);
  return exitCodes.lacking;
}

/**
 * @param {Progress} progress
 * @param {Step} step
 * @param {string} what
 * @param {string} mend
 */
function tellMissing(progress, step, what, mend) {
  progress.end("✖", step.name, what);
  progress.say(`      why  ${step.why}\n      fix  ${mend}`);
}

/**
 * @param {Context} context
 * @param {Step[]} steps
 * @param {Progress} progress
 */
export async function setUp(context, steps, progress) {
  const began = performance.now();
  return oneAtATime(context, async () => {
    const missing = await lookAtAll(context, steps);
    if (missing.size > 0) {
      await assertRoom(
        context,
        [...missing.values()].flatMap((state) => state.needs ?? []),
      );
      progress.say("Set-up will change this on the machine:");
      for (const [step, { change }] of missing) progress.say(`  - ${step.name}: ${change}`);
      progress.say("");
    }
    let changedCount = 0;
    for (const step of steps) {
      const stepBegan = performance.now();
      // A change before it may have mended or spoilt this one: look again.
      const state = await step.look(context);
      if (state.ready) {
        progress.end("✔", step.name, state.told);
        continue;
      }
      if (!step.mend) throw new Trouble({ what: state.missing, mend: state.change });
      const note = progress.begin(step.name);
      const told = await step.mend(context, note);
      progress.end("✔", step.name, told, performance.now() - stepBegan);
      changedCount += 1;
    }
    const did = changedCount === 0 ? "nothing was to be done" : `${changedCount} of ${steps.length} were to be done`;
    progress.say(`\nReady in ${seconds(performance.now() - began)}: ${did}.`);
    return exitCodes.ready;
  });
}

/**
 * @param {Context} context
 * @param {Step[]} steps
 */
async function lookAtAll(context, steps) {
  /** @type {Map<Step, Missing>} */
  const missing = new Map();
  for (const step of steps) {
    const state = await step.look(context);
    if (!state.ready) missing.set(step, state);
  }
  return missing;
}
