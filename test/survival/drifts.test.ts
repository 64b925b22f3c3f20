/** What was changed by hand on a running lab: the plan shows exactly that, a deploy heals exactly that. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claimLab, releaseLab } from "../live/claim-lab.ts";
import { onNode } from "../live/lab-commands.ts";
import { drifts, notOurs, type Drift } from "./drift-table.ts";
import { batches, must, restartedParts, SurvivalLab, type PlannedChange } from "./survival-lab.ts";

const lab = new SurvivalLab("drifts");

interface Outcome {
  readonly changes: readonly PlannedChange[];
  readonly others: readonly string[];
  readonly restarted: readonly string[];
}
const outcomes = new Map<string, Outcome>();

beforeAll(async () => {
  await claimLab(lab.name);
  await lab.deploy();
  await onNode(lab.name, "r1", notOurs.map(({ command }) => command).join(" && "));
  for (const batch of batches(drifts)) await tryBatch(batch);
}, 900_000);

afterAll(async () => {
  await lab.destroy();
  expect(await releaseLab(lab.name)).toEqual([]);
});

/** Drifts of different nodes at once; each sees only its own node's changes. */
async function tryBatch(batch: readonly Drift[]): Promise<void> {
  const routers = ["r1", "r2"];
  const before = await Promise.all(routers.map((node) => lab.identity(node)));
  await Promise.all(batch.map(({ node, command }) => onNode(lab.name, node, command)));
  const { changes, others, file } = await lab.plan();
  must(await lab.terraform("apply", "-input=false", "-no-color", file));
  const after = await Promise.all(routers.map((node) => lab.identity(node)));
  for (const { title, node } of batch) {
    const at = routers.indexOf(node);
    const restarted = at < 0 ? [] : restartedParts(before[at]!, after[at]!);
    outcomes.set(title, { changes: changes.filter((change) => change.node === node), others, restarted });
  }
}

describe("changed by hand", () => {
  test.each(drifts)("$title", ({ title, node, shows, restarted }) => {
    const outcome = outcomes.get(title)!;
    expect(outcome.others).toEqual([]);
    expect(outcome.changes).toEqual(shows === null ? [] : [{ node, ...shows }]);
    expect(outcome.restarted).toEqual(restarted);
  });
});

test.each(notOurs)("not ours, left alone: $title", async ({ seen }) => {
  expect((await onNode(lab.name, "r1", seen)).trim()).not.toBe("");
});

test("all healed: ten plans in a row find nothing to do, also after both routers restarted", async () => {
  for (let time = 0; time < 10; time++) {
    if (time === 5) await lab.restart("r1", "r2");
    expect(await lab.plan(), `plan ${time + 1}`).toMatchObject({ changes: [], others: [] });
  }
  must(await lab.synth({ verify: true }));
  must(await lab.apply());
});
