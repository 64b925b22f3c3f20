import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { contextIn, fakeEngine, load, temporaryFolder, type Context } from "./modules.ts";

const { removeLeftovers, isStateLocked } = (await load("leftovers.mjs")) as {
  removeLeftovers: (context: Context, lab: string, stateFile: string) => Promise<string[]>;
  isStateLocked: (stateFile: string) => boolean;
};
const { countTests } = (await load("test-count.mjs")) as {
  countTests: (report: string, exitCode: number) => { passedCount: number; failedCount: number };
};

test("removes what carries the label and is not in the state, containers first", async () => {
  const folder = temporaryFolder();
  const state = { resources: [{ type: "docker_container", instances: [{ attributes: { id: "kept" } }] }] };
  writeFileSync(join(folder, "terraform.tfstate"), JSON.stringify(state));
  const asked = await fakeEngine(join(folder, "docker.sock"), {
    "GET /containers/json": [
      { Id: "kept", Names: ["/tw-r1"] },
      { Id: "lost", Names: ["/tw-r2"] },
    ],
    "GET /networks": [{ Id: "net", Name: "tw-management" }],
    "DELETE /containers/lost": {},
    "DELETE /networks/net": {},
  });
  expect(await removeLeftovers(contextIn(folder), "a-lab", join(folder, "terraform.tfstate"))).toEqual([
    "container tw-r2",
    "network tw-management",
  ]);
  expect(asked).toEqual(["GET /containers/json", "DELETE /containers/lost", "GET /networks", "DELETE /networks/net"]);
});

test("a lab that was never deployed has no state, so all that carries its label goes", async () => {
  const folder = temporaryFolder();
  await fakeEngine(join(folder, "docker.sock"), {
    "GET /containers/json": [{ Id: "lost", Names: ["/tw-r2"] }],
    "GET /networks": [],
    "DELETE /containers/lost": {},
  });
  expect(await removeLeftovers(contextIn(folder), "a-lab", join(folder, "none.tfstate"))).toEqual(["container tw-r2"]);
  expect(isStateLocked(join(folder, "none.tfstate"))).toBe(false);
});

test("counts what vitest reports, and a red run is never counted as 0 failed", () => {
  const folder = temporaryFolder();
  const report = join(folder, "report.json");
  const broken = { status: "failed", assertionResults: [] };
  writeFileSync(report, JSON.stringify({ numPassedTests: 5, numFailedTests: 2, testResults: [broken] }));
  expect(countTests(report, 1)).toEqual({ passedCount: 5, failedCount: 3 });
  writeFileSync(report, JSON.stringify({ numPassedTests: 5, numFailedTests: 0, testResults: [] }));
  expect(countTests(report, 0)).toEqual({ passedCount: 5, failedCount: 0 });
  expect(countTests(report, 1)).toEqual({ passedCount: 5, failedCount: 1 });
  expect(countTests(join(folder, "none.json"), 137)).toEqual({ passedCount: 0, failedCount: 1 });
});
