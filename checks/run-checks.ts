/** The live half on one page: every check of a plan, each as soon as what it needs has passed. */
import { chooseChecks, type CoverageWish } from "../model/choose-checks.ts";
import type { LabPlan, PlannedCheck, PlannedTunnel } from "../model/plan-document.ts";
import { worstVerdict, type CheckResult, type Evidence, type RunResult } from "../model/run-result.ts";
import type { Clock, Session } from "../model/session.ts";
import { Turns } from "../model/turns.ts";
import type { AnyKind, CheckContext, CheckKind, Judgement } from "./check-kind.ts";
import { childSa } from "./child-sa.ts";
import { clocks } from "./clocks.ts";
import { endsAgree } from "./ends-agree.ts";
import { failClosedDrill } from "./fail-closed-drill.ts";
import { failClosed } from "./fail-closed.ts";
import { icmp } from "./icmp.ts";
import { ikeSa } from "./ike-sa.ts";
import { ipv6 } from "./ipv6.ts";
import { failoverDrill } from "./failover-drill.ts";
import { keepaliveDrill } from "./keepalive-drill.ts";
import { keepalive } from "./keepalive.ts";
import { linksFull } from "./links-full.ts";
import { ospfFull } from "./ospf-full.ts";
import { pathMtu } from "./path-mtu.ts";
import { shareAnswers } from "./share-answers.ts";
import { recordEvidence, type RecordedEvidence } from "./record-evidence.ts";
import { siteRoutes } from "./site-routes.ts";
import { tcpMss } from "./tcp-mss.ts";
import { tunnelUp } from "./tunnel-up.ts";
import { underlay } from "./underlay.ts";
import { wire } from "./wire.ts";
import { askIos, iosEndsOf } from "./ios/ask-ios.ts";

/** What a run is handed by its caller: sessions, a clock, and somebody to tell. */
export interface CheckRun {
  readonly plan: LabPlan;
  readonly planSha256: string;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** What is looked at. @default - of many tunnels a sample, where packets are watched; nothing is taken away */
  readonly coverage?: CoverageWish;
  /** Wait at most this long for any state, in milliseconds. @default - as long as each check's own settle time */
  readonly patienceMs?: number;
  /** Keeps a capture under the path, which is relative to the lab's results. @default - captures are not kept */
  readonly keepCapture?: (path: string, bytes: Uint8Array) => Promise<void>;
  /** Lends a session to the node; the caller opens and closes it. */
  readonly withSession: <T>(node: string, work: (session: Session) => Promise<T>) => Promise<T>;
  /** Told when a check begins. */
  readonly onStart?: (check: PlannedCheck) => void;
  /** Told when a check looked and will look again, with what it saw instead of what is predicted. */
  readonly onWait?: (check: PlannedCheck, seen: string) => void;
  /** Told when a check is done. */
  readonly onCheck?: (result: CheckResult) => void;
}

/**
 * A router that does not answer holds the few checks of its own tunnels; of the others so many go on. More at once would only make
 * each of them slower: the routers of a lab share the machine's cores.
 */
const mostChecksAskingAtOnce = 24;

/** A run under way. */
interface StartedRun extends CheckRun {
  /** The checks that it makes. */
  readonly chosen: ReadonlyMap<string, PlannedCheck>;
  /** Turns to ask: so many routers are spoken to at once. */
  readonly turns: Turns;
  readonly tunnels: ReadonlyMap<string, PlannedTunnel>;
  /** Where its captures go, within the lab's results. */
  readonly folder: string;
}

function anyKind<Observation>({ pollMs, lookAt, ask, judge }: CheckKind<Observation>): AnyKind {
  return { pollMs, lookAt, look: async (context) => judge(context.tunnel, await ask(context)) };
}

const kinds: Readonly<Record<PlannedCheck["kind"], AnyKind>> = {
  clocks: anyKind(clocks),
  underlay: anyKind(underlay),
  icmp: anyKind(icmp),
  "fail-closed": anyKind(failClosed),
  "ike-sa": anyKind(ikeSa),
  "child-sa": anyKind(childSa),
  "ends-agree": anyKind(endsAgree),
  "tunnel-up": anyKind(tunnelUp),
  keepalive: anyKind(keepalive),
  "ospf-full": anyKind(ospfFull),
  "links-full": anyKind(linksFull),
  "site-routes": anyKind(siteRoutes),
  "path-mtu": anyKind(pathMtu),
  ipv6: anyKind(ipv6),
  "tcp-mss": anyKind(tcpMss),
  wire: anyKind(wire),
  "drill-sa": anyKind(failClosedDrill("sa")),
  "drill-charon": anyKind(failClosedDrill("charon")),
  "drill-psk": anyKind(failClosedDrill("psk")),
  "drill-keepalive": anyKind(keepaliveDrill),
  "drill-failover": anyKind(failoverDrill),
};

/**
 * Runs the plan's checks, side by side where they do not need one another; the disruptive ones, if asked for, one at a time after
 * all others. A fault of the network is a verdict; only an interruption rejects.
 */
export async function runChecks(asked: CheckRun): Promise<RunResult> {
  const startedAt = asked.clock.nowIso();
  const { checks: wanted, coverage } = chooseChecks(asked.plan.checks, asked.coverage);
  const run: StartedRun = {
    ...asked,
    withSession: shareAnswers(asked.withSession),
    chosen: new Map(wanted.map((check) => [check.id, check])),
    turns: new Turns(mostChecksAskingAtOnce),
    tunnels: new Map(asked.plan.tunnels.map((tunnel) => [tunnel.name, tunnel])),
    folder: startedAt.replaceAll(":", ""),
  };
  const startMs = run.clock.nowMs();
  const pending = new Map<string, Promise<CheckResult>>();
  const start = (check: PlannedCheck): Promise<CheckResult> => {
    const known = pending.get(check.id);
    if (known) return known;
    const work = runWhenReady(run, check, start);
    pending.set(check.id, work);
    return work;
  };
  const quiet = wanted.filter((check) => !check.disruptive);
  const [ground, checks] = await Promise.all([readGround(run), Promise.all(quiet.map(start))]);
  for (const check of wanted.filter((each) => each.disruptive)) checks.push(await start(check));
  run.signal?.throwIfAborted();
  return {
    format: "tunnelwright-run/1",
    lab: run.plan.lab,
    planSha256: run.planSha256,
    startedAt,
    durationMs: Math.round(run.clock.nowMs() - startMs),
    verdict: worstVerdict(checks.map((check) => check.verdict)),
    ...ground,
    coverage,
    checks,
  };
}

async function runWhenReady(
  run: StartedRun,
  check: PlannedCheck,
  start: (check: PlannedCheck) => Promise<CheckResult>,
): Promise<CheckResult> {
  const startAll = (ids: readonly string[]) => Promise.all(ids.flatMap((id) => run.chosen.get(id) ?? []).map(start));
  const [needed] = await Promise.all([startAll(check.needs), startAll(check.after)]);
  const blockedBy = needed.filter((result) => result.verdict !== "pass").map((result) => result.id);
  const result = blockedBy.length > 0 ? blocked(run, check, blockedBy) : await runOne(run, check);
  run.onCheck?.(result);
  return result;
}

function blocked(run: StartedRun, check: PlannedCheck, blockedBy: string[]): CheckResult {
  return {
    ...identity(run, check),
    verdict: "unknown",
    summary: `not looked at: ${blockedBy.join(", ")} did not pass`,
    blockedBy,
    facts: [],
    lookAt: [],
    evidence: [],
    durationMs: 0,
  };
}

async function runOne(run: StartedRun, check: PlannedCheck): Promise<CheckResult> {
  const { clock, plan } = run;
  const tunnel = run.tunnels.get(check.tunnel);
  if (!tunnel) throw new Error(`check ${check.id} names the tunnel ${check.tunnel}, which the plan does not have`);
  const ios = iosEndsOf(plan, tunnel);
  const kind = ios.length > 0 ? (askIos(check.kind, ios) ?? kinds[check.kind]) : kinds[check.kind];
  run.onStart?.(check);
  const startMs = clock.nowMs();
  const { judgement, recorded } = await settle(run, check, kind, tunnel);
  return {
    ...identity(run, check),
    ...judgement,
    facts: [...judgement.facts],
    blockedBy: [],
    lookAt: judgement.verdict === "pass" ? [] : [...kind.lookAt],
    evidence: await keepCaptures(run, check, recorded),
    durationMs: Math.round(clock.nowMs() - startMs),
  };
}

function identity(
  { patienceMs = Infinity }: StartedRun,
  { id, kind, title, settle: { name, timeoutMs } }: PlannedCheck,
): Pick<CheckResult, "id" | "kind" | "title" | "settle"> {
  return { id, kind, title, settle: { name, timeoutMs: Math.min(timeoutMs, patienceMs) } };
}

/** Asks until the expected state is seen or the settle time has passed; the last answer counts, and only its evidence is kept. */
async function settle(
  run: StartedRun,
  check: PlannedCheck,
  kind: AnyKind,
  tunnel: PlannedTunnel,
): Promise<{ judgement: Judgement; recorded: RecordedEvidence }> {
  const { clock } = run;
  const signal = run.signal ?? new AbortController().signal;
  let deadlineMs: number | undefined;
  for (;;) {
    const recorded: RecordedEvidence = { evidence: [], captures: new Map() };
    const context: CheckContext = {
      tunnel,
      backup: run.tunnels.get(tunnel.backup ?? ""),
      clock,
      signal,
      on: (node, work) => run.withSession(node, (session) => work(recordEvidence(session, recorded))),
    };
    // Between two questions others have their turn, and what waits for its first is not waited for.
    const judgement = await run.turns.take(() => {
      deadlineMs ??= clock.nowMs() + identity(run, check).settle.timeoutMs;
      return askOnce(kind, context);
    }, signal);
    signal.throwIfAborted();
    if (judgement.verdict === "pass" || clock.nowMs() + kind.pollMs > (deadlineMs ?? 0)) return { judgement, recorded };
    run.onWait?.(check, judgement.summary);
    await clock.wait(kind.pollMs, signal);
  }
}

/** Each capture under the run, the check and the node that it was made at. */
async function keepCaptures(run: StartedRun, check: PlannedCheck, recorded: RecordedEvidence): Promise<Evidence[]> {
  const { keepCapture, folder } = run;
  if (!keepCapture) return recorded.evidence;
  return Promise.all(
    recorded.evidence.map(async (evidence, index) => {
      const bytes = recorded.captures.get(index);
      if (bytes === undefined) return evidence;
      const file = `${folder}/${check.id.replaceAll("/", "-")}-${evidence.node}-${index}.pcap`;
      await keepCapture(file, bytes);
      return { ...evidence, file };
    }),
  );
}

/** What could not be asked is unknown, in the words of the error. */
async function askOnce(kind: AnyKind, context: CheckContext): Promise<Judgement> {
  try {
    return await kind.look(context);
  } catch (error) {
    context.signal.throwIfAborted();
    const said = error instanceof Error ? error.message : String(error);
    return { verdict: "unknown", summary: said.trim().replaceAll(/\s*\n\s*/g, "; "), facts: [] };
  }
}

/** The kernel that a node told when it started, and the versions that its image was made of: a kernel's line, then `NAME VERSION` lines. */
const groundFiles = ["/run/tunnelwright/kernel", "/usr/lib/tunnelwright/versions"];

async function readGround({ plan, withSession }: CheckRun): Promise<Pick<RunResult, "kernels" | "software">> {
  const kernels: Record<string, string> = {};
  const software: Record<string, string> = {};
  await Promise.all(
    plan.nodes.map(async ({ name, platform }) => {
      kernels[name] = platform === "ios" ? "IOS" : "not reached";
      if (platform === "ios") return;
      const told = await withSession(name, (session) => session.run(["cat", ...groundFiles])).catch(() => null);
      if (!told) return;
      const [kernel = "", ...versions] = told.stdout.trim().split("\n");
      kernels[name] = kernel === "" ? "not told" : kernel;
      for (const [what = "", version] of versions.map((line) => line.split(" ")))
        if (what !== "linux" && version !== undefined) software[what] = version;
    }),
  );
  // In the order of the plan, whoever answered first.
  const ordered = Object.fromEntries(plan.nodes.map(({ name }) => [name, kernels[name] ?? ""]));
  return { kernels: ordered, ...(Object.keys(software).length > 0 && { software }) };
}
