import fc from "fast-check";
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { renderProgress } from "../../../reports/index.ts";
import { blocked, check, failed } from "./support.ts";

test("verdict, id, title and time, cut where the terminal ends and the title first", () => {
  const [, childSa, ospf] = failed.checks;
  const lines = (width: number) => [childSa!, ospf!].map((one) => renderProgress(one, { colour: false, width }));
  expect(lines(100)).toEqual([
    "✔ pass     tunnel0/child-sa  CHILD SA between r1 and r2  420 ms\n",
    "✖ fail     tunnel0/ospf-full  OSPF neighbours over tunnel0  1 min 05 s\n",
  ]);
  expect(lines(60)).toEqual([
    "✔ pass     tunnel0/child-sa  CHILD SA between r1 an…  420 ms\n",
    "✖ fail     tunnel0/ospf-full  OSPF neighbours o…  1 min 05 s\n",
  ]);
  expect(lines(45)).toEqual(["✔ pass     tunnel0/child-sa  420 ms\n", "✖ fail     tunnel0/ospf-full  1 min 05 s\n"]);
});

test("a blocked check took no time: it tells what blocked it", () => {
  const lines = blocked.checks.slice(2).map((one) => renderProgress(one, { colour: false, width: 80 }));
  expect(lines).toEqual([
    "? unknown  tunnel0/ospf-full  OSPF neighbours over tunnel0  420 ms\n",
    "? unknown  tunnel0/wire  blocked by tunnel0/underlay, tunnel0/child-sa, tunnel0…\n",
  ]);
});

test("whatever is in it, it is one line, no longer than the terminal, and acts on nothing but colour", () => {
  const text = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(
      text,
      text,
      fc.integer({ min: 20, max: 200 }),
      fc.integer({ min: 0, max: 1e9 }),
      (id, title, width, durationMs) => {
        const painted = renderProgress(check({ id, title, durationMs }), { colour: true, width });
        const line = stripVTControlCharacters(painted);
        expect(line).toBe(renderProgress(check({ id, title, durationMs }), { colour: false, width }));
        expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(Array.from(line).length - 1).toBeLessThanOrEqual(width);
      },
    ),
  );
});
