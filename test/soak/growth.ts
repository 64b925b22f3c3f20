/** Does something grow from run to run, or is it noise? A straight line through the runs, and how sure its slope is. */
import { readFileSync } from "node:fs";
import { allProcesses } from "../../devices/processes.ts";

export interface Growth {
  /** By the line of least squares, a run. */
  readonly slope: number;
  /** One standard deviation of the slope; infinite with fewer than three runs. */
  readonly uncertainty: number;
}

/** The line through the values, one a run, in their order. */
export function growthOf(values: readonly number[]): Growth {
  const count = values.length;
  const meanX = (count - 1) / 2;
  const meanY = values.reduce((sum, y) => sum + y, 0) / count;
  const squares = values.reduce((sum, _, x) => sum + (x - meanX) ** 2, 0);
  const slope = values.reduce((sum, y, x) => sum + (x - meanX) * (y - meanY), 0) / squares;
  const rest = values.reduce((sum, y, x) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  return { slope, uncertainty: count < 3 ? Infinity : Math.sqrt(rest / (count - 2) / squares) };
}

/** Whether it surely grows by more than the bound: by the slope less two of its standard deviations. */
export function growsBeyond(values: readonly number[], boundARun: number): boolean {
  const { slope, uncertainty } = growthOf(values);
  return slope - 2 * uncertainty > boundARun;
}

/** Resident memory of `dockerd` and `containerd` together, in KiB; `null` where the engine runs on another machine. */
export function engineResidentKib(): number | null {
  const daemons = allProcesses().filter(({ words }) => /(?:^|\/)(?:dockerd|containerd)$/.test(words[0] ?? ""));
  const sizes = daemons.map(({ pid }) =>
    Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]),
  );
  return sizes.length === 0 ? null : sizes.reduce((sum, kib) => sum + kib, 0);
}
