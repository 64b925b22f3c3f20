/** @jsxRuntime automatic @jsxImportSource preact */
/** Times with the window that was predicted for each: how long a dead tunnel went unnoticed, how long a drill took. */
import type { JSX } from "preact";
import type { CheckResult } from "../../model/run-result.ts";

/** A measured time and its window, in seconds. */
export interface WindowedTime {
  readonly what: string;
  readonly least: number;
  readonly most: number;
  readonly measured: number;
  readonly agrees: boolean;
}

/** The facts that have a window in seconds: predicted `3 to 4`, measured `3.41`. */
export function windowedTimes(checks: readonly CheckResult[]): WindowedTime[] {
  return checks.flatMap(({ id, facts }) =>
    facts.flatMap(({ quantity, unit, predicted, measured, agrees }) => {
      const [, least, most] = /^([\d.]+) to ([\d.]+)$/.exec(predicted) ?? [];
      if (unit !== "s" || least === undefined || most === undefined || !/^[\d.]+$/.test(measured)) return [];
      return [
        { what: `${id}: ${quantity}`, least: Number(least), most: Number(most), measured: Number(measured), agrees },
      ];
    }),
  );
}

const width = 640;
const rowHeight = 42;

/** A row a time: the window as a bar, what was measured as a mark. */
export function WindowsChart({ times }: { readonly times: readonly WindowedTime[] }): JSX.Element {
  const longest = Math.max(...times.map(({ most, measured }) => Math.max(most, measured))) * 1.08;
  const x = (seconds: number): number => 8 + (seconds / longest) * (width - 16);
  const said = times.map(({ what, least, most, measured }) => `${what}: ${measured} s, window ${least} to ${most} s`);
  return (
    <svg class="chart" role="img" aria-label={said.join("; ")} viewBox={`0 0 ${width} ${times.length * rowHeight}`}>
      {times.map(({ what, least, most, measured, agrees }, index) => (
        <g key={what} transform={`translate(0 ${index * rowHeight})`}>
          <text class="tick" x="8" y="14">
            {what}: {measured} s, predicted {least} to {most} s{agrees ? "" : ": outside"}
          </text>
          <path class="axis" d={`M8 30H${width - 8}`} />
          <rect class="window" x={x(least)} y="22" width={Math.max(3, x(most) - x(least))} height="16" rx="3" />
          <path class={agrees ? "mark" : "mark bad"} d={`M${x(measured)} 19v22`} />
        </g>
      ))}
    </svg>
  );
}
