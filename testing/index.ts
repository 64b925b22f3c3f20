/**
 * The test kit for suites of your own: a lab that stands while a file's tests run, and matchers for it.
 *
 * @example
 * ```ts
 * import { labTest } from "tunnelwright/testing";
 * import { expect } from "vitest";
 *
 * const test = labTest("gre-over-ipsec");
 *
 * test("the tunnel is as it was predicted", async ({ lab }) => {
 *   await expect(lab).toHold();
 *   expect(lab.plan).toPredictTunnelMtu(1442);
 * });
 * ```
 */
import { test, type TestAPI } from "vitest";
import { LabUnderTest } from "./lab-under-test.ts";
import "./matchers.ts";

export { LabUnderTest, type Impairment, type OutageOf } from "./lab-under-test.ts";
export type { ResourceType, Window } from "./matchers.ts";
export type { EndOfCut, MeasuredCut } from "../checks/cut-and-watch.ts";

/** Which lab. */
export interface LabTestOptions {
  /** The folder of the app that declares it. @default - the current folder */
  readonly folder?: string;
}

/**
 * A `test` whose fixture `lab` is stood up before the first test of the file that asks for it, and taken down after the last, whatever
 * happens to them. Standing up takes half a minute or more: give the first test that time.
 */
export function labTest(name: string, { folder }: LabTestOptions = {}): TestAPI<{ lab: LabUnderTest }> {
  return test.extend<{ lab: LabUnderTest }>({
    lab: [
      // vitest reads from this pattern what a fixture needs.
      async ({}, use) => {
        const lab = await LabUnderTest.standUp(name, folder);
        try {
          await use(lab);
        } finally {
          await lab.takeDown();
        }
      },
      { scope: "file" },
    ],
  });
}
