/** What was carried, as a document and as a table. */

/** One stream of TCP. */
export interface ThroughputRow {
  readonly what: string;
  /** That arrived. */
  readonly megabitsPerSecond: number;
  /** Of one minute, at its end. */
  readonly load: number;
}

export interface Throughput {
  readonly format: "tunnelwright-throughput/1";
  readonly at: string;
  readonly command: string;
  readonly machine: { readonly cores: number; readonly kernel: string; readonly node: string };
  /** The kernel that the lab's nodes run. */
  readonly labKernel: string;
  /** The plain bridge is the first. */
  readonly rows: readonly ThroughputRow[];
}

/** A row a stream, each as a part of the first. */
export function throughputTable({ rows }: Throughput): string {
  const first = rows[0]?.megabitsPerSecond ?? NaN;
  return [
    "| one TCP stream | Mbit/s | of the bridge | load at its end |",
    "|---|---|---|---|",
    ...rows.map(
      ({ what, megabitsPerSecond, load }) =>
        `| ${what} | ${megabitsPerSecond.toFixed(0)} | ${((100 * megabitsPerSecond) / first).toFixed(2)} % | ${load.toFixed(1)} |`,
    ),
    "",
  ].join("\n");
}
