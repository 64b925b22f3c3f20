/** Which of a plan's checks a run makes: all of them, or of those that send traffic and take something away the ones of a sample of tunnels. */
import type { CheckKindName, PlannedCheck } from "./plan-document.ts";
import type { Coverage } from "./run-result.ts";

/** How much a run is to look at. */
export interface CoverageWish {
  /**
   * `full`: every check of every tunnel. `sampled`: of the kinds that watch packets, those of a sample of tunnels, where there are more
   * than {@link sampledAboveTunnels}.
   * @default "sampled"
   */
  readonly mode?: "full" | "sampled";
  /**
   * Decides which tunnels the sample is made of, 0 to 4294967295: the same seed on the same plan gives the same sample.
   * @default 1
   */
  readonly seed?: number;
  /** How many tunnels the sample is made of. @default 4 */
  readonly sampleSize?: number;
  /** Also those that take something away. @default false */
  readonly disruptive?: boolean;
}

/** Up to so many tunnels nothing is left out. */
export const sampledAboveTunnels = 8;
const defaultSampleSize = 4;

/** What a router answers about itself is asked of every tunnel; these send packets by dozens, capture them, or take something away. */
const sampledKinds: ReadonlySet<CheckKindName> = new Set<CheckKindName>([
  "icmp",
  "path-mtu",
  "ipv6",
  "tcp-mss",
  "wire",
  "drill-sa",
  "drill-charon",
  "drill-psk",
  "drill-keepalive",
  "drill-failover",
]);

/**
 * The checks to make, in the plan's order, and what they cover. Each kind has a sample of its own tunnels: not every tunnel has hosts
 * at both ends. A check that needs or waits for one outside the sample does so no more.
 */
export function chooseChecks(
  allPlanned: readonly PlannedCheck[],
  { mode = "sampled", seed = 1, sampleSize = defaultSampleSize, disruptive = false }: CoverageWish = {},
): { readonly checks: readonly PlannedCheck[]; readonly coverage: Coverage } {
  const planned = allPlanned.filter((check) => disruptive || !check.disruptive);
  const tunnels = [...new Set(planned.map(({ tunnel }) => tunnel))];
  const isSampled = mode === "sampled" && tunnels.length > sampledAboveTunnels;
  const rank = new Map(shuffled(tunnels, seed).map((tunnel, place) => [tunnel, place]));
  const kinds = [...new Set(planned.map(({ kind }) => kind))].map((kind) => {
    const having = [...new Set(planned.filter((check) => check.kind === kind).map(({ tunnel }) => tunnel))];
    const nearest = having.toSorted((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0)).slice(0, sampleSize);
    const lookedAt = isSampled && sampledKinds.has(kind) ? having.filter((tunnel) => nearest.includes(tunnel)) : having;
    return { kind, lookedAt, ofCount: having.length };
  });
  const chosen = new Map(kinds.map(({ kind, lookedAt }) => [kind, new Set(lookedAt)]));
  const checks = planned.filter(({ kind, tunnel }) => chosen.get(kind)?.has(tunnel));
  const ids = new Set(checks.map(({ id }) => id));
  const made = (wanted: readonly string[]): readonly string[] => wanted.filter((id) => ids.has(id));
  return {
    checks: isSampled
      ? checks.map((check) => ({ ...check, needs: made(check.needs), after: made(check.after) }))
      : checks,
    coverage: {
      mode: isSampled ? "sampled" : "full",
      seed: isSampled ? seed : null,
      tunnelCount: tunnels.length,
      kinds,
    },
  };
}

/** The seed of a deploy's own sample: the plan decides it, so that who shows the deploy knows which checks it makes. */
export function seedOfPlan(planSha256: string): number {
  return Number.parseInt(planSha256.slice(0, 8), 16);
}

/** The values in an order that the seed decides (Fisher and Yates). */
function shuffled<Value>(values: readonly Value[], seed: number): Value[] {
  const order = [...values];
  const next = randomNumbers(seed);
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(next() * (last + 1));
    [order[last], order[other]] = [order[other] as Value, order[last] as Value];
  }
  return order;
}

/** Numbers from 0 up to 1, the same for the same seed: a linear congruence modulo 2^32 (Numerical Recipes), its low bits left out. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}
