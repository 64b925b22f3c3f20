/** What one comparison found: a document, and the page made of it. */
import { median } from "../statistics.ts";

/** One time that a peer stood its lab up and took it down. */
export interface PeerRun {
  /** Before it began, of one minute. */
  readonly load: number;
  /** Seconds of its own command. */
  readonly upSeconds: number;
  /** Seconds from the start of that command to neighbours in state Full, or to its end where it waits for that. */
  readonly readySeconds: number;
  readonly downSeconds: number;
  /** Seconds of a core that the whole machine was busy, from the start to Full. */
  readonly cpuSeconds: number;
}

export interface PeerResult {
  readonly name: string;
  readonly does: string;
  readonly changed: string | null;
  /** Why it took no part; then there are no runs. */
  readonly lacking: string | null;
  readonly runs: readonly PeerRun[];
}

export interface Comparison {
  readonly format: "tunnelwright-peers/1";
  readonly at: string;
  readonly command: string;
  readonly machine: { readonly cores: number; readonly kernel: string; readonly node: string };
  readonly peers: readonly PeerResult[];
}

/** Whether anything else was at work: more processes than cores wanted to run before a peer began, in more than half of the runs. */
export function wasBusy({ machine, peers }: Comparison): boolean {
  const loads = peers.flatMap(({ runs }) => runs.map(({ load }) => load));
  return median(loads) > machine.cores + 1;
}

/** A median with the least and the most. */
export function spread(values: readonly number[]): string {
  return `${median(values).toFixed(1)} (${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)})`;
}

/** The comparison as tables of Markdown: seconds, then each as a ratio to the first other peer. */
export function comparisonTable(comparison: Comparison): string {
  const { peers } = comparison;
  const taken = peers.filter(({ runs }) => runs.length > 0);
  const of = ({ runs }: PeerResult, key: keyof PeerRun) => runs.map((run) => run[key]);
  const rows = taken.map((peer) => [
    peer.name,
    String(peer.runs.length),
    spread(of(peer, "load")),
    spread(of(peer, "upSeconds")),
    spread(of(peer, "readySeconds")),
    spread(of(peer, "downSeconds")),
    spread(of(peer, "cpuSeconds")),
  ]);
  const [us, floor] = taken;
  const ratio = (key: keyof PeerRun) => (us && floor ? (median(of(us, key)) / median(of(floor, key))).toFixed(2) : "-");
  return [
    "| | runs | load before | command s | until ready s | down s | CPU s until ready |",
    "|---|---|---|---|---|---|---|",
    ...rows.map((cells) => `| ${cells.join(" | ")} |`),
    "",
    ...(us && floor
      ? [
          `${us.name} to ${floor.name}: until ready ${ratio("readySeconds")} times, down ${ratio("downSeconds")} times, CPU ${ratio("cpuSeconds")} times.`,
          "",
        ]
      : []),
    ...peers.map(
      ({ name, does, changed, lacking }) =>
        `- **${name}**: ${does}.${changed === null ? "" : ` Changed for this machine: ${changed}.`}${lacking === null ? "" : ` It took no part: ${lacking}.`}`,
    ),
    "",
  ].join("\n");
}
