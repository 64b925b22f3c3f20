import { numberOf, objectOf, objectsOf, parseJson, textOf } from "../json.ts";

/** An OSPF neighbour as a router sees it. */
export interface OspfNeighbor {
  readonly routerId: string;
  /** `Full`, `ExStart`, `2-Way`, …: RFC 2328 section 10.1, without the role that FRR puts behind a slash. */
  readonly state: string;
  /** The neighbour's address. */
  readonly address: string;
  /** The local interface, `tunnel0`. */
  readonly interfaceName: string;
  /** Until it is declared dead; `null` when FRR does not say. */
  readonly deadTimeMs: number | null;
  /** Since it reached its state; `null` when FRR does not say. */
  readonly upTimeMs: number | null;
}

/**
 * The neighbours of `show ip ospf neighbor json`, in the order printed; none for an empty text or an empty object.
 * @see FRR ospfd/ospf_vty.c `show_ip_ospf_neighbour_brief`; seen with FRR 8.4.4
 */
export function parseOspfNeighbors(json: string): OspfNeighbor[] {
  const neighbors = objectOf(objectOf(parseJson(json)).neighbors);
  return Object.entries(neighbors).flatMap(([routerId, entries]) =>
    objectsOf(entries).map((entry) => ({
      routerId,
      state: (textOf(entry, "nbrState") ?? textOf(entry, "state") ?? "").split("/")[0] ?? "",
      address: textOf(entry, "ifaceAddress") ?? textOf(entry, "address") ?? "",
      interfaceName: (textOf(entry, "ifaceName") ?? "").split(":")[0] ?? "",
      deadTimeMs: numberOf(entry, "routerDeadIntervalTimerDueMsec") ?? numberOf(entry, "deadTimeMsecs") ?? null,
      upTimeMs: numberOf(entry, "upTimeInMsec") ?? null,
    })),
  );
}
