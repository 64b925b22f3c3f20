import type { OspfDeclaration } from "../model/declaration.ts";

/** How the routers notice that the primary tunnel is dead, and what then routes by the backup. */
export type Failover =
  /** GRE keepalives take the line protocol down, and a floating static route takes over. */
  | { readonly by: "keepalive"; readonly periodSeconds: number; readonly retryCount: number }
  | OspfFailover
  /** IKE asks the peer; without an SA the line protocol is down, and a floating static route takes over. */
  | { readonly by: "dpd"; readonly delaySeconds: number }
  /** Nobody asks: the floating static route never takes over. */
  | { readonly by: "none" };

/** Those in which OSPF routes, so that routers further behind hear of it. */
export type OspfFailover =
  /** OSPF's dead interval. */
  | { readonly by: "ospf"; readonly helloIntervalSeconds: number; readonly deadIntervalSeconds: number }
  /** BFD tells OSPF, which is otherwise in a hurry only to come back: hello 1 s, dead 4 s. */
  | { readonly by: "bfd"; readonly intervalMs: number; readonly multiplier: number };

/** Of OSPF's costs the smaller sum is preferred. */
export const ospfCosts = { primary: 10, backup: 100 } as const;

/** What two OSPF neighbours are told, so that they notice one another's death in this way. */
export function ospfTold(failover: OspfFailover): OspfDeclaration {
  switch (failover.by) {
    case "ospf": {
      const { helloIntervalSeconds, deadIntervalSeconds } = failover;
      return { helloIntervalSeconds, deadIntervalSeconds };
    }
    case "bfd": {
      const { intervalMs, multiplier } = failover;
      return { helloIntervalSeconds: 1, deadIntervalSeconds: 4, bfd: { intervalMs, multiplier } };
    }
  }
}
