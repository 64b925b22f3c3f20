/** What is otherwise in one run of a lab's checks than in another: what a rebuild tells of the night before. */
import type { Fact, RunResult } from "./run-result.ts";

/** One difference; `before` and `after` are words, `null` where there was nothing. */
export interface ResultChange {
  /** verdict: a check ends otherwise. number: a quantity is predicted otherwise, or no longer (or again) as predicted. kernel: of a node. */
  readonly kind: "verdict" | "number" | "kernel";
  /** The check's id, or the node. */
  readonly where: string;
  /** The quantity of a number; else empty. */
  readonly quantity: string;
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * The differences, in the order of the newer run. A measured value that lies in its predicted window both times is none, though it is
 * never the same twice.
 *
 * @example
 * ```ts
 * compareResults(result, result); // []
 * ```
 */
export function compareResults(before: RunResult, after: RunResult): ResultChange[] {
  const verdictsBefore = new Map(before.checks.map(({ id, verdict }) => [id, verdict]));
  const verdictsAfter = new Map(after.checks.map(({ id, verdict }) => [id, verdict]));
  return [
    ...differing(verdictsBefore, verdictsAfter).map(
      (change) => ({ kind: "verdict", quantity: "", ...change }) as const,
    ),
    ...after.checks.flatMap(({ id, facts }) => {
      const old = before.checks.find((check) => check.id === id);
      // Of a check that is new or gone its verdict says enough.
      return old ? numberChanges(id, old.facts, facts) : [];
    }),
    ...differing(new Map(Object.entries(before.kernels)), new Map(Object.entries(after.kernels))).map(
      (change) => ({ kind: "kernel", quantity: "", ...change }) as const,
    ),
  ];
}

function numberChanges(where: string, before: readonly Fact[], after: readonly Fact[]): ResultChange[] {
  const words = (facts: readonly Fact[]): Map<string, string> =>
    new Map(facts.map((fact) => [fact.quantity, sayFact(fact)]));
  return differing(words(before), words(after)).map(({ where: quantity, ...change }) => ({
    kind: "number",
    where,
    quantity,
    ...change,
  }));
}

/** What is the same in two runs that found the same. */
function sayFact({ predicted, measured, agrees, unit }: Fact): string {
  const behind = unit === "" ? "" : ` ${unit}`;
  return agrees ? `${predicted}${behind}` : `${measured} instead of ${predicted}${behind}`;
}

function differing(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): Pick<ResultChange, "where" | "before" | "after">[] {
  const gone = [...before.keys()].filter((key) => !after.has(key));
  return [...after.keys(), ...gone].flatMap((key) => {
    const change = { where: key, before: before.get(key) ?? null, after: after.get(key) ?? null };
    return change.before === change.after ? [] : [change];
  });
}
