import { expect, test } from "vitest";
import { comparisonTable, wasBusy, type Comparison, type PeerResult } from "../../../bench/peers/result.ts";

const peer = (name: string, readySeconds: readonly number[], load = 0.5): PeerResult => ({
  name,
  does: `${name} does it`,
  changed: null,
  lacking: null,
  runs: readySeconds.map((seconds) => ({
    load,
    upSeconds: seconds - 1,
    readySeconds: seconds,
    downSeconds: 2,
    cpuSeconds: seconds / 2,
  })),
});

const comparison = (...peers: PeerResult[]): Comparison => ({
  format: "tunnelwright-peers/1",
  at: "2026-11-26T10:00:00.000Z",
  command: "npm run bench:peers -- --runs 3",
  machine: { cores: 2, kernel: "6.1", node: "v20.20.2" },
  peers,
});

test("a table of medians with their spread, and us as a ratio to the first other", () => {
  const absent = { ...peer("Absent", []), lacking: "there is no Go" };
  const changed = { ...peer("Other", [10, 11, 30]), changed: "two lines" };
  expect(comparisonTable(comparison(peer("Ours", [20, 24, 22]), changed, absent))).toMatchInlineSnapshot(`
    "| | runs | load before | command s | until ready s | down s | CPU s until ready |
    |---|---|---|---|---|---|---|
    | Ours | 3 | 0.5 (0.5 to 0.5) | 21.0 (19.0 to 23.0) | 22.0 (20.0 to 24.0) | 2.0 (2.0 to 2.0) | 11.0 (10.0 to 12.0) |
    | Other | 3 | 0.5 (0.5 to 0.5) | 10.0 (9.0 to 29.0) | 11.0 (10.0 to 30.0) | 2.0 (2.0 to 2.0) | 5.5 (5.0 to 15.0) |

    Ours to Other: until ready 2.00 times, down 1.00 times, CPU 2.00 times.

    - **Ours**: Ours does it.
    - **Other**: Other does it. Changed for this machine: two lines.
    - **Absent**: Absent does it. It took no part: there is no Go.
    "
  `);
});

test("a busy machine is told: more wanted to run than it has cores, in most of the runs", () => {
  expect(wasBusy(comparison(peer("Ours", [20, 20, 20], 2)))).toBe(false);
  expect(wasBusy(comparison(peer("Ours", [20, 20, 20], 6)))).toBe(true);
  expect(wasBusy(comparison(peer("Ours", [20, 20, 20], 1), peer("Other", [5], 9)))).toBe(false);
});
