/** When OSPF's neighbours came and went, by the router's clock: FRR tells it in a log alone. */

const file = "/run/frr/adjacency.log";

/** Argument vector: lets a router write its neighbours' changes down. Not part of its configuration: a plan does not see it. */
export const logAdjacencies: readonly string[] = vtysh([
  `log file ${file} informational`,
  "log timestamp precision 6",
  "router ospf",
  "log-adjacency-changes",
]);

/** Argument vector: ends it. */
export const forgetAdjacencies: readonly string[] = vtysh([
  "no log file",
  "no log timestamp precision",
  "router ospf",
  "no log-adjacency-changes",
]);

/** Argument vector: what was written so far, for {@link readAdjacencyLog}. */
export const showAdjacencyLog: readonly string[] = ["cat", file];

/** A neighbour left the state Full, or came to it. */
export interface AdjacencyChange {
  /** The local interface, `tunnel0`. */
  readonly device: string;
  readonly full: boolean;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/**
 * The changes from and to Full, in their order; other lines are passed over.
 * @see FRR ospfd/ospf_nsm.c `nsm_change_state`: `AdjChg: Nbr 192.168.20.1, NbrIP 172.16.0.2 (default) on tunnel0:172.16.0.1: Full -> Deleted (InactivityTimer)`; seen with FRR 8.4.4
 */
export function readAdjacencyLog(text: string): AdjacencyChange[] {
  return text.split("\n").flatMap((line) => {
    const [, day, time, device = "", from, to] =
      /^(\d{4}\/\d\d\/\d\d) (\d\d:\d\d:\d\d\.\d+) OSPF: .*AdjChg: Nbr .* on ([^: ]+):\S+: (\S+) -> (\S+)/.exec(line) ??
      [];
    if (day === undefined || time === undefined || (from !== "Full" && to !== "Full")) return [];
    const fraction = Number(`0.${time.split(".")[1] ?? "0"}`) * 1000;
    const atMs = Date.parse(`${day.replaceAll("/", "-")}T${time.split(".")[0] ?? ""}Z`) + fraction;
    return [{ device, full: to === "Full", atMs }];
  });
}

function vtysh(lines: readonly string[]): string[] {
  return ["vtysh", ...["configure terminal", ...lines].flatMap((line) => ["-c", line])];
}
