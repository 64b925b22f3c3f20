/** What a check is made of: it asks, it judges, it tells. One file a kind. */
import type { PlannedTunnel } from "../model/plan-document.ts";
import type { Fact, Verdict } from "../model/run-result.ts";
import type { Clock, Session } from "../model/session.ts";

/** What whoever looks at a running lab is handed; it opens nothing by itself. */
export interface LiveContext {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Runs the work with a session to the node. */
  readonly on: <T>(node: string, work: (session: Session) => Promise<T>) => Promise<T>;
}

/** What a check is handed; what it runs on a node is kept as evidence. */
export interface CheckContext extends LiveContext {
  readonly tunnel: PlannedTunnel;
  /** The tunnel that takes over when this one is dead, if there is one. */
  readonly backup?: PlannedTunnel | undefined;
}

/** What a judge says of one observation. */
export interface Judgement {
  readonly verdict: Verdict;
  /** One line, in the field's words. */
  readonly summary: string;
  readonly facts: readonly Fact[];
}

/** One kind of check. `ask` collects an observation, `judge` compares it with the prediction and looks at nothing else. */
export interface CheckKind<Observation> {
  /** How long to wait before asking again while the expected state has not come, in milliseconds. */
  readonly pollMs: number;
  /** Where to look when it fails. */
  readonly lookAt: readonly string[];
  readonly ask: (context: CheckContext) => Promise<Observation>;
  readonly judge: (tunnel: PlannedTunnel, observation: Observation) => Judgement;
}

/** A kind of check whose observation only it knows. */
export interface AnyKind {
  readonly pollMs: number;
  readonly lookAt: readonly string[];
  readonly look: (context: CheckContext) => Promise<Judgement>;
}

/** A quantity beside its prediction; they agree when the words are the same. */
export function compare(
  quantity: string,
  unit: string,
  predicted: string | number,
  measured: string | number | null | undefined,
): Fact {
  const seen = measured === null || measured === undefined || measured === "" ? "-" : String(measured);
  return { quantity, unit, predicted: String(predicted), measured: seen, agrees: seen === String(predicted) };
}

/** Pass when all facts agree, else fail; the summary names what differs. */
export function judgeFacts(facts: readonly Fact[], agreed: string): Judgement {
  const wrong = facts.filter((fact) => !fact.agrees);
  if (wrong.length === 0) return { verdict: "pass", summary: agreed, facts };
  const told = wrong.map(
    ({ quantity, unit, predicted, measured }) =>
      `${quantity}: ${measured} instead of ${predicted}${unit && ` ${unit}`}`,
  );
  return { verdict: "fail", summary: told.join("; "), facts };
}
