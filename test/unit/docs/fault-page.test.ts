import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { listChecks } from "../../../plan/list-checks.ts";
import { faultPage } from "../../../scripts/write-fault-page.mjs";
import { plannedTunnel } from "../checks/samples.ts";
import { checkedKinds, faultNames, faults } from "../../live/faults/fault-table.ts";

const checks = listChecks(plannedTunnel()).filter(({ disruptive }) => !disruptive);

test("docs/faults.md is what scripts/write-fault-page.mjs writes", () => {
  expect(readFileSync(new URL("../../../docs/faults.md", import.meta.url), "utf8")).toBe(faultPage());
});

test("the table has a column for every check that runs by default", () => {
  expect(checks.map(({ kind }) => kind)).toEqual(checkedKinds);
});

test("every check is seen failing, and nothing passes that needs what failed", () => {
  const failed = checkedKinds.filter((kind) => faultNames.some((name) => faults[name].expected[kind] === "fail"));
  expect(checkedKinds.filter((kind) => !failed.includes(kind))).toEqual([]);
  for (const name of faultNames)
    for (const { kind, needs } of checks) {
      const { expected } = faults[name];
      const blocked = needs.some((need) => expected[need.split("/")[1] as typeof kind as "underlay"] !== "pass");
      if (blocked) expect([name, kind, expected[kind as "underlay"]]).toEqual([name, kind, "unknown"]);
    }
});
