/** What a recorded run of Terraform looks like while it is under way. The lines were printed by Terraform 1.11.4 with -json. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LabWork } from "../../../cli/terraform/lab-work.ts";
import { linesOf, titleOf } from "../../../cli/terraform/live-list.ts";
import { makePlainLines } from "../../../cli/terraform/plain-lines.ts";
import { readTerraformEvent, type TerraformEvent } from "../../../cli/terraform/terraform-event.ts";
import type { CheckLine } from "../../../model/lab-progress.ts";
import type { PlannedCheck } from "../../../model/plan-document.ts";

const recorded = (name: string): TerraformEvent[] =>
  readFileSync(join(import.meta.dirname, `fixtures/terraform-${name}.jsonl`), "utf8")
    .trimEnd()
    .split("\n")
    .map(readTerraformEvent);

const check = (id: string, ...needs: string[]): PlannedCheck => ({
  kind: "underlay",
  id,
  title: id,
  needs,
  after: [],
  settle: { name: "of the test", timeoutMs: 1000 },
  tunnel: "tunnel0",
  disruptive: false,
});
const checks = [check("a"), check("b", "a"), check("c", "b")];
const ended = (id: string, verdict: CheckLine["verdict"] = "pass", blockedBy: string[] = []) =>
  ({ kind: "check-ends", check: { id, title: id, verdict, durationMs: 5, blockedBy } }) as const;

/** A clock that a test sets. */
function makeWork(planned = checks) {
  const clock = { ms: 0 };
  const work = new LabWork(planned, () => clock.ms);
  const titles = () => work.groups.map(titleOf);
  const lines = (index: number, rows = 10) => {
    const group = work.groups[index];
    return group ? linesOf(group, rows, clock.ms) : [];
  };
  return { clock, work, titles, lines };
}

describe("a lab that is stood up", () => {
  test("its networks, nodes and checks, from the plan to the end", async () => {
    const { clock, work, titles, lines } = makeWork();
    const seen: string[][] = [];
    for (const event of recorded("apply")) {
      clock.ms += 1000;
      work.onTerraform(event);
      if (event["@message"].startsWith("docker_container.h2: Creation complete")) seen.push(titles(), lines(1));
      if (event["@message"].startsWith("tunnelwright_router_config.h1: Creating")) {
        work.onProgress({ kind: "node-answers", node: "h1" });
        clock.ms += 2000;
        seen.push(lines(1));
      }
    }
    expect(await work.planned).toMatchObject({ add: 17, change: 0, remove: 0 });
    expect(seen).toMatchInlineSnapshot(`
      [
        [
          "networks: 5 of 5",
          "nodes: 0 of 5",
          "checks: 0 of 3",
        ],
        [
          "h1                           is started  7 s",
          "r1                           is started  6 s",
          "isp                          is started  4 s",
          "r2                           is started  2 s",
          "h2                           is started  1 s",
        ],
        [
          "h1                           takes its configuration  2 s",
          "r1                           is started  13 s",
          "isp                          boots  4 s",
          "r2                           is started  9 s",
          "h2                           boots  5 s",
        ],
      ]
    `);
    expect(titles()).toEqual(["networks: 5 of 5", "nodes: 5 of 5", "checks: 0 of 3"]);
    await Promise.all(work.groups.slice(0, 2).map((group) => group.ended));
  });

  test("which check waits for which, and what is seen meanwhile", () => {
    const { clock, work, titles, lines } = makeWork();
    for (const event of recorded("apply")) work.onTerraform(event);
    expect(lines(2)).toEqual([]);
    work.onProgress({ kind: "check-begins", id: "a" });
    clock.ms += 3000;
    work.onProgress({ kind: "check-waits", id: "a", seen: "r1 has no SA" });
    expect(lines(2)).toEqual([
      "a                            r1 has no SA  3 s",
      "b                            waits for a",
      "c                            waits for b",
    ]);
    expect(lines(2, 2)).toEqual(["a                            r1 has no SA  3 s", "and 2 more"]);
    work.onProgress(ended("a", "fail"));
    work.onProgress(ended("b", "unknown", ["a"]));
    expect(lines(2)).toEqual([]);
    expect(titles()[2]).toBe("checks: 0 of 3, 2 not");
  });

  test("what a device says is shown, never obeyed", () => {
    const { work, lines } = makeWork();
    for (const event of recorded("apply")) work.onTerraform(event);
    work.onProgress({ kind: "check-begins", id: "a" });
    work.onProgress({ kind: "check-waits", id: "a", seen: "\u001b[2Jgone" });
    expect(lines(2)[0]).toContain("\\x1b[2Jgone");
  });
});

test("a lab that is taken down", () => {
  const { work, titles } = makeWork([]);
  for (const event of recorded("destroy")) work.onTerraform(event);
  expect(titles()).toEqual(["networks: 5 of 5", "nodes: 5 of 5"]);
});

test("a Terraform that ends early leaves nobody waiting", async () => {
  const { work } = makeWork();
  const events = recorded("apply");
  for (const event of events.slice(
    0,
    events.findIndex(({ type }) => type === "apply_complete"),
  ))
    work.onTerraform(event);
  work.close();
  await Promise.all(work.groups.map(({ ended }) => ended));
  const { work: unplanned } = makeWork();
  unplanned.close();
  expect(await unplanned.planned).toBeNull();
});

test("lines for a log: each beginning and each end, once", async () => {
  const clock = { ms: 0 };
  const written: string[] = [];
  const view = makePlainLines(
    (line) => written.push(line),
    () => clock.ms,
  );
  const work = new LabWork(checks, () => clock.ms);
  const [, ...events] = recorded("apply");
  const planned = events.findIndex(({ type }) => type === "change_summary");
  for (const event of events.slice(0, planned + 1)) work.onTerraform(event);
  const watched = view.watch(work.groups);
  for (const event of events.slice(planned + 1)) {
    clock.ms += 100;
    work.onTerraform(event);
  }
  work.onProgress({ kind: "check-begins", id: "a" });
  work.onProgress({ kind: "check-waits", id: "a", seen: "nothing yet" });
  work.onProgress(ended("a", "fail"));
  work.close();
  await watched;
  expect(written.filter((line) => /r1|checks/.test(line)).join("")).toMatchInlineSnapshot(`
    "… networks: r1-inside is made
    ✔ networks: r1-inside made (700 ms)
    … nodes: r1 is started
    … nodes: r1 boots
    ✔ nodes: r1 configured (2.5 s)
    … checks: a looks
    ✖ checks: a fail (0 ms)
    "
  `);
});

test("a step that fails says so, and throws on", async () => {
  const written: string[] = [];
  const view = makePlainLines(
    (line) => written.push(line),
    () => 0,
  );
  await expect(view.step("reads", () => Promise.reject(new Error("no")), String)).rejects.toThrow("no");
  expect(written).toEqual(["… reads\n", "✖ reads (0 ms)\n"]);
});

test.each(["", "panic: runtime error", "{", "null", "[]", '{"type":"diagnostic"}', "7"])(
  "%j is words, not an event",
  (line) => {
    expect(readTerraformEvent(line)).toEqual({ "@message": line, type: "other" });
  },
);
