/** `judge`: the checks of a plan on outputs that were pasted; no router is spoken to. */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { judgeIosOutputs } from "../checks/ios/judge-ios-outputs.ts";
import type { PastedOutput } from "../checks/ios/ios-evidence.ts";
import { readableCommand } from "../dialects/ios/show/read-show.ts";
import { splitTranscript } from "../dialects/ios/show/split-transcript.ts";
import type { CheckKindName, LabPlan } from "../model/plan-document.ts";
import type { RunResult } from "../model/run-result.ts";
import { DocumentError } from "./document-error.ts";
import { placeOf, readText } from "./read-text.ts";

/** Judges the outputs against the plan; every file is a pasted session, with prompts, of one router or of several. */
export async function judgeFiles(
  planFile: string,
  files: readonly string[],
  kinds: readonly string[],
): Promise<RunResult> {
  const text = await readText(planFile);
  const plan = parsePlan(text, planFile);
  const known = new Set(plan.checks.map(({ kind }) => kind));
  const asked = kinds.filter((kind): kind is CheckKindName => [...known].some((each) => each === kind));
  const strange = kinds.filter((kind) => !asked.some((each) => each === kind));
  if (strange.length > 0)
    throw new DocumentError(
      `the plan has no check of the kind ${strange.join(", ")}; its kinds are ${[...known].join(", ")}`,
    );
  const outputs = (await Promise.all(files.map((file) => outputsOf(plan, file)))).flat();
  return judgeIosOutputs({
    plan,
    planSha256: createHash("sha256").update(text).digest("hex"),
    outputs,
    nowIso: new Date().toISOString(),
    ...(asked.length > 0 && { kinds: asked }),
  });
}

function parsePlan(text: string, file: string): LabPlan {
  const wrong = (why: string): never => {
    throw new DocumentError(`${placeOf(file)} is no plan: ${why}; a lab's is .tunnelwright/<lab>/plan.json`);
  };
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return wrong("it is not JSON");
  }
  if (typeof document !== "object" || document === null || !("format" in document)) return wrong("it has no format");
  if (document.format !== "tunnelwright-plan/1") return wrong(`its format is ${JSON.stringify(document.format)}`);
  return document as LabPlan;
}

/** `r1=FILE` says whose outputs they are; else the prompts do, whatever their case. */
async function outputsOf(plan: LabPlan, argument: string): Promise<PastedOutput[]> {
  const routers = plan.nodes.filter(({ role }) => role === "router").map(({ name }) => name);
  const named = /^([^=/]+)=(.+)$/.exec(argument);
  const owner = named?.[1];
  const file = named?.[2] ?? argument;
  if (owner !== undefined && !routers.includes(owner))
    throw new DocumentError(`the plan has no router ${owner}; its routers are ${routers.join(", ")}`);
  const parts = splitTranscript(await readText(file)).filter(
    ({ command }) => command !== null && readableCommand(command) !== null,
  );
  if (parts.length === 0)
    throw new DocumentError(
      `${placeOf(file)} shows no prompt with a command that can be read, such as «R1#show crypto ipsec sa»`,
    );
  return parts.map(({ hostname, command, output, isWhole }) => {
    const router = owner ?? routers.find((name) => name.toLowerCase() === hostname?.toLowerCase());
    if (router === undefined)
      throw new DocumentError(
        `${placeOf(file)} has outputs of ${hostname ?? "nobody"}, which the plan does not have: say whose they are, ${routers[0] ?? "r1"}=${basename(file)}`,
      );
    return { router, command: command ?? "", output, isWhole };
  });
}
