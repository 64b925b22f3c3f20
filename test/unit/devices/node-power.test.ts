import { afterEach, beforeEach, expect, test } from "vitest";
import { setNodePower } from "../../../devices/node-power.ts";
import { FakeEngine } from "./fake-engine.ts";

let engine: FakeEngine;
beforeEach(() => (engine = new FakeEngine()));
afterEach(() => engine.close());

const container = (directory: string) => ({
  Id: "c1",
  Names: ["/tw-x-r1"],
  Created: 17,
  Labels: { "tunnelwright.directory": directory },
});
const place = (node: string) => ({ lab: "x", directory: engine.folder, node });

test("off is killed and waited for, on is started", async () => {
  const asked = await engine.answers({
    "GET /containers/json": [container(engine.folder)],
    "GET /networks": [],
    "POST /containers/c1/kill": {},
    "POST /containers/c1/wait": {},
    "POST /containers/c1/start": {},
  });
  await setNodePower(place("r1"), "off", engine.options);
  await setNodePower(place("r1"), "on", engine.options);
  expect(asked.filter((each) => each.startsWith("POST"))).toEqual([
    "POST /containers/c1/kill",
    "POST /containers/c1/wait",
    "POST /containers/c1/start",
  ]);
});

test("a node that is not there, or is another folder's, is told and left alone", async () => {
  const asked = await engine.answers({ "GET /containers/json": [container("/another")], "GET /networks": [] });
  for (const node of ["r1", "r9"])
    await expect(setNodePower(place(node), "off", engine.options)).rejects.toThrow(
      `lab x has no container tw-x-${node}: npx tunnelwright up x`,
    );
  expect(asked.some((each) => each.startsWith("POST"))).toBe(false);
});
