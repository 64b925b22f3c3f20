/** The live half on one page: every check of a plan, each as soon as what it needs has passed. */
import type { LabPlan, PlannedCheck, PlannedTunnel } from "../model/plan-document.ts";
import { worstVerdict, type CheckResult, type Evidence, type RunResult } from "../model/run-result.ts";
import type { Clock, Session } from "../model/session.ts";
import type { CheckContext, CheckKind, Judgement } from "./check-kind.ts";
import { childSa } from "./child-sa.ts";
import { ikeSa } from "./ike-sa.ts";
import { ospfFull } from "./ospf-full.ts";
import { pathMtu } from "./path-mtu.ts";
import { recordEvidence } from "./record-evidence.ts";
import { tunnelUp } from "./tunnel-up.ts";
import { underlay } from "./underlay.ts";
import { wire } from "./wire.ts";

/** What a run is handed by its caller: sessions, a clock, and somebody to tell. */
export interface CheckRun {
  readonly plan: LabPlan;
  readonly planSha256: string;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** Lends a session to the node; the caller opens and closes it. */
  readonly withSession: <T>(node: string, work: (session: Session) => Promise<T>) => Promise<T>;
  /** Told when a check begins. */
  readonly onStart?: (check: PlannedCheck) => void;
  /** Told when a check is done. */
  readonly onCheck?: (result: CheckResult) => void;
}

/** A kind of check whose observation only it knows. */
interface AnyKind {
  readonly pollMs: number;
  readonly lookAt: readonly string[];
  readonly look: (context: CheckContext) => Promise<Judgement>;
}

function anyKind<Observation>({ pollMs, lookAt, ask, judge }: CheckKind<Observation>): AnyKind {
  return { pollMs, lookAt, look: async (context) => judge(context.tunnel, await ask(context)) };
}

const kinds: Readonly<Record<PlannedCheck["kind"], AnyKind>> = {
  underlay: anyKind(underlay),
  "ike-sa": anyKind(ikeSa),
  "child-sa": anyKind(childSa),
  "tunnel-up": anyKind(tunnelUp),
  "ospf-full": anyKind(ospfFull),
  "path-mtu": anyKind(pathMtu),
  wire: anyKind(wire),
};

/** Runs the plan's checks. A fault of the network is a verdict; only an interruption rejects. */
export async function runChecks(run: CheckRun): Promise<RunResult> {
  const startedAt = run.clock.nowIso();
  const startMs = run.clock.nowMs();
  const pending = new Map<string, Promise<CheckResult>>();
  const start = (check: PlannedCheck): Promise<CheckResult> => {
    const known = pending.get(check.id);
    if (known) return known;
    const work = runWhenReady(run, check, start);
    pending.set(check.id, work);
    return work;
  };
  const [kernels, checks] = await Promise.all([readKernels(run), Promise.all(run.plan.checks.map(start))]);
  run.signal?.throwIfAborted();
  return {
    format: "tunnelwright-run/1",
    lab: run.plan.lab,
    planSha256: run.planSha256,
    startedAt,
    durationMs: Math.round(run.clock.nowMs() - startMs),
    verdict: worstVerdict(checks.map((check) => check.verdict)),
    kernels,
    checks,
  };
}

async function runWhenReady(
  run: CheckRun,
  check: PlannedCheck,
  start: (check: PlannedCheck) => Promise<CheckResult>,
): Promise<CheckResult> {
  const needed = await Promise.all(run.plan.checks.filter(({ id }) => check.needs.includes(id)).map(start));
  const blockedBy = needed.filter((result) => result.verdict !== "pass").map((result) => result.id);
  const result = blockedBy.length > 0 ? blocked(check, blockedBy) : await runOne(run, check);
  run.onCheck?.(result);
  return result;
}

function blocked(check: PlannedCheck, blockedBy: string[]): CheckResult {
  return {
    ...identity(check),
    verdict: "unknown",
    summary: `not looked at: ${blockedBy.join(", ")} did not pass`,
    blockedBy,
    facts: [],
    lookAt: [],
    evidence: [],
    durationMs: 0,
  };
}

async function runOne(run: CheckRun, check: PlannedCheck): Promise<CheckResult> {
  const { clock, plan } = run;
  const kind = kinds[check.kind];
  const tunnel = plan.tunnels.find((t) => t.name === check.tunnel);
  if (!tunnel) throw new Error(`check ${check.id} names the tunnel ${check.tunnel}, which the plan does not have`);
  run.onStart?.(check);
  const startMs = clock.nowMs();
  const { judgement, evidence } = await settle(run, check, kind, tunnel);
  return {
    ...identity(check),
    ...judgement,
    facts: [...judgement.facts],
    blockedBy: [],
    lookAt: judgement.verdict === "pass" ? [] : [...kind.lookAt],
    evidence,
    durationMs: Math.round(clock.nowMs() - startMs),
  };
}

function identity({ id, kind, title }: PlannedCheck): Pick<CheckResult, "id" | "kind" | "title"> {
  return { id, kind, title };
}

/** Asks until the expected state is seen or the settle time has passed; the last answer counts, and only its evidence is kept. */
async function settle(
  run: CheckRun,
  check: PlannedCheck,
  kind: AnyKind,
  tunnel: PlannedTunnel,
): Promise<{ judgement: Judgement; evidence: Evidence[] }> {
  const { clock } = run;
  const signal = run.signal ?? new AbortController().signal;
  const deadlineMs = clock.nowMs() + check.settleTimeoutMs;
  for (;;) {
    const evidence: Evidence[] = [];
    const context: CheckContext = {
      tunnel,
      clock,
      signal,
      on: (node, work) => run.withSession(node, (session) => work(recordEvidence(session, evidence))),
    };
    const judgement = await askOnce(kind, context);
    signal.throwIfAborted();
    if (judgement.verdict === "pass" || clock.nowMs() + kind.pollMs > deadlineMs) return { judgement, evidence };
    await clock.wait(kind.pollMs, signal);
  }
}

/** What could not be asked is unknown, in the words of the error. */
async function askOnce(kind: AnyKind, context: CheckContext): Promise<Judgement> {
  try {
    return await kind.look(context);
  } catch (error) {
    context.signal.throwIfAborted();
    return { verdict: "unknown", summary: error instanceof Error ? error.message : String(error), facts: [] };
  }
}

const kernelFile = "/run/tunnelwright/kernel";

async function readKernels({ plan, withSession }: CheckRun): Promise<Record<string, string>> {
  const named = await Promise.all(
    plan.nodes.map(async ({ name }) => {
      const kernel = await withSession(name, (session) => session.run(["cat", kernelFile])).then(
        ({ stdout }) => stdout.trim(),
        () => "not reached",
      );
      return [name, kernel] as const;
    }),
  );
  return Object.fromEntries(named);
}
