import { readFile } from "node:fs/promises";
import { runChecks } from "../../checks/run-checks.ts";
import { inventoryIosTargets, inventoryTargets, readInventory } from "../../devices/inventory.ts";
import { systemClock } from "../../devices/system-clock.ts";
import { checkLine } from "../../model/lab-progress.ts";
import { seedOfPlan } from "../../model/choose-checks.ts";
import type { LabPlan } from "../../model/plan-document.ts";
import type { CheckResult, RunResult } from "../../model/run-result.ts";
import { captureKeeper, keepResult } from "../keep-result.ts";
import type { LabProvider } from "../lab-provider.ts";
import type { State } from "../schema/attributes.ts";
import { verificationAttributes } from "../schema/resources.ts";
import { defineResource, type Context } from "../sdk/definitions.ts";
import { ProviderError } from "../sdk/diagnostics.ts";
import { log } from "../sdk/log.ts";

type VerificationState = State<typeof verificationAttributes>;

/** `tunnelwright_verification`: the lab's checks; anything but a pass fails the apply, so that the next one looks again. */
export const verification = defineResource<LabProvider, typeof verificationAttributes>({
  description:
    "A lab's checks, run when a configuration changed: every prediction of the plan document is held against the routers and the wire. Anything but a pass fails the apply, so that the next one looks again.",
  attributes: verificationAttributes,
  create: (context, { planned }) => verify(context, planned),
  update: (context, { planned }) => verify(context, planned),
  read: (_context, state) => Promise.resolve(state),
  delete: () => Promise.resolve(),
});

async function verify(context: Context<LabProvider>, planned: VerificationState): Promise<VerificationState> {
  const { directory, lab } = planned;
  const plan = JSON.parse(await readFile(planned.plan_file, "utf8")) as LabPlan;
  const inventory = await readInventory(directory);
  const targets = await inventoryTargets(directory, inventory);
  const ios = await inventoryIosTargets(directory, inventory);
  const result = await runChecks({
    plan,
    planSha256: planned.plan_sha256,
    clock: systemClock,
    coverage: { seed: seedOfPlan(planned.plan_sha256) },
    keepCapture: captureKeeper(directory),
    signal: context.signal,
    withSession: async (node, work) => {
      const router = ios.get(node);
      if (router) return context.provider.ios.withSession(router, work, { signal: context.signal });
      const target = targets.get(node);
      if (!target)
        throw new ProviderError(
          `The inventory of ${lab} has no node ${node}`,
          "Deploy the lab again, so that the inventory is written anew.",
        );
      return context.provider.pool.withSession(target, work, { signal: context.signal });
    },
    onStart: ({ id }) => context.provider.progress.tell({ kind: "check-begins", id }),
    onWait: ({ id }, seen) => context.provider.progress.tell({ kind: "check-waits", id, seen }),
    onCheck: (check) => {
      log.info("check done", { id: check.id, verdict: check.verdict, summary: check.summary });
      context.provider.progress.tell({ kind: "check-ends", check: checkLine(check) });
    },
  });
  const resultFile = await keepResult(directory, result);
  if (result.verdict !== "pass")
    throw new ProviderError(
      `Lab ${lab} runs, but not as predicted: ${summaryOf(result)}${notAskedOf(plan)}`,
      result.checks
        .filter((c) => c.verdict !== "pass")
        .map(inDetail)
        .join("\n\n"),
    );
  return { ...planned, id: lab, summary: `${summaryOf(result)}${notAskedOf(plan)}`, result_file: resultFile };
}

/** So that nobody takes for passed what nobody looked at. */
function notAskedOf({ notAsked = [] }: LabPlan): string {
  return notAsked.length === 0 ? "" : `; ${notAsked.length} not asked of IOS, see notAsked in the plan`;
}

function summaryOf({ checks }: RunResult): string {
  const count = (verdict: CheckResult["verdict"]) => checks.filter((c) => c.verdict === verdict).length;
  return `${count("pass")} of ${checks.length} checks passed, ${count("fail")} failed, ${count("unknown")} unknown`;
}

function inDetail({ id, verdict, summary, facts, blockedBy, lookAt }: CheckResult): string {
  return [
    `${id}: ${verdict}. ${summary}`,
    ...facts
      .filter((f) => !f.agrees)
      .map((f) => `  ${f.quantity}: predicted ${f.predicted} ${f.unit}, measured ${f.measured}`),
    ...(blockedBy.length > 0 ? [`  blocked by ${blockedBy.join(", ")}`] : []),
    ...lookAt.map((place) => `  look at: ${place}`),
  ].join("\n");
}
