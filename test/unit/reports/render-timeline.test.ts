import { expect, test } from "vitest";
import { renderTimeline } from "../../../reports/render-timeline.ts";

test("a common scale, windows, and the later of two letters in one column", () => {
  const lines = renderTimeline(
    {
      zero: "isp1 is cut",
      lanes: [
        {
          name: "bfd",
          window: { leastMs: 600, mostMs: 900 },
          marks: [
            { letter: "B", words: "routed by the backup", atMs: 950 },
            { letter: "N", words: "noticed", atMs: 800 },
          ],
        },
        {
          name: "ospf",
          window: { leastMs: 3000, mostMs: 4000 },
          marks: [{ letter: "N", words: "noticed", atMs: 3500 }],
        },
        { name: "none", window: null, marks: [] },
      ],
    },
    60,
  );
  expect(lines).toEqual([
    "0 s: isp1 is cut",
    "      0         1         2         3         4",
    "bfd   ──────░░NB",
    "ospf  ──────────────────────────────░░░░░N░░░░░",
    "none  ─────────────────────────────────────────",
    "B routed by the backup  N noticed",
  ]);
});

test("it never takes more than the width", () => {
  for (const atMs of [1, 999, 60_000, 3_600_000, 1e9]) {
    const marks = [{ letter: "N", words: "noticed", atMs }];
    const lines = renderTimeline({ zero: "a cut", lanes: [{ name: "a name", window: null, marks }] }, 50);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(50);
    expect(lines[2]).toContain("N");
  }
});
