/** The labs of a folder, a line each. */
import { harmless } from "../model/harmless.ts";
import { gap, pad, widthOf } from "./layout.ts";

/** A lab as its plan tells it. */
export interface ListedLab {
  readonly lab: string;
  /** Its nodes answered when it was deployed, and it was not taken down since. */
  readonly isUp: boolean;
  readonly nodes: readonly string[];
  readonly tunnels: readonly string[];
  /** Why its plan cannot be read; else null. */
  readonly problem: string | null;
}

/** A table with a head; ends with a newline. */
export function renderLabs(labs: readonly ListedLab[]): string {
  const rows = labs.map(({ lab, isUp, nodes, tunnels, problem }) => [
    lab,
    isUp ? "up" : "not up",
    ...(problem === null ? [nodes.join(" "), tunnels.join(" ")] : [problem, ""]),
  ]);
  const table = [["lab", "state", "nodes", "tunnels"], ...rows].map((cells) => cells.map(harmless));
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((cells) => widthOf(cells[column] ?? ""))));
  return table
    .map(
      (cells) =>
        `${cells
          .map((cell, column) => pad(cell, widths[column] ?? 0))
          .join(gap)
          .trimEnd()}\n`,
    )
    .join("");
}
