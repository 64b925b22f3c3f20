import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { askEngine, DockerEngineError } from "../../../devices/docker-engine.ts";
import { FakeEngine } from "./fake-engine.ts";
import { isStateLocked, isStateWhole, listLabParts, removeParts, stateFileOf } from "../../../devices/lab-leftovers.ts";

let engine: FakeEngine;
beforeEach(() => (engine = new FakeEngine()));
afterEach(() => engine.close());

const labels = (directory?: string) => (directory === undefined ? {} : { "tunnelwright.directory": directory });

test("who knows a part: this folder's state, nobody, another folder", async () => {
  const state = { resources: [{ type: "docker_container", instances: [{ attributes: { id: "kept" } }] }] };
  writeFileSync(stateFileOf(engine.folder), JSON.stringify(state));
  await engine.answers({
    "GET /containers/json": [
      { Id: "kept", Names: ["/tw-x-r1"], Created: 17, Labels: labels(engine.folder) },
      { Id: "lost", Names: ["/tw-x-r2"], Created: 17, Labels: labels(engine.folder) },
      { Id: "old", Names: ["/tw-x-h1"], Created: 17, Labels: labels() },
      { Id: "theirs", Names: ["/tw-x-r2"], Created: 17, Labels: labels("/another/folder") },
    ],
    "GET /networks": [
      { Id: "net", Name: "tw-x-management", Created: "1970-01-01T00:00:17.9Z", Labels: labels(engine.folder) },
    ],
  });
  const { known, left, foreign } = await listLabParts({ lab: "x", directory: engine.folder }, engine.options);
  const ids = (parts: readonly { id: string }[]) => parts.map(({ id }) => id);
  expect([ids(known), ids(left), ids(foreign)]).toEqual([["kept"], ["lost", "old", "net"], ["theirs"]]);
  expect(left[2]).toEqual({
    kind: "network",
    id: "net",
    name: "tw-x-management",
    directory: engine.folder,
    createdSeconds: 17,
  });
});

test("removes containers first, then networks; what is gone already is no fault", async () => {
  const asked = await engine.answers({ "DELETE /containers/a": {}, "DELETE /networks/n": {} });
  const part = (kind: "container" | "network", id: string) => ({
    kind,
    id,
    name: id,
    directory: "",
    createdSeconds: 0,
  });
  await removeParts([part("network", "n"), part("container", "a"), part("container", "gone")], engine.options);
  expect(asked.slice(0, 2).sort()).toEqual(["DELETE /containers/a", "DELETE /containers/gone"]);
  expect(asked[2]).toBe("DELETE /networks/n");
});

test("a state that was cut short is not whole; none and an empty one are", () => {
  const file = stateFileOf(engine.folder);
  expect([isStateWhole(file), isStateLocked(file)]).toEqual([true, false]);
  writeFileSync(file, "");
  expect(isStateWhole(file)).toBe(true);
  writeFileSync(file, '{"version": 4, "resources": [{"ty');
  expect(isStateWhole(file)).toBe(false);
});

test("an engine that is not there, refuses, or is silent is told by its place", async () => {
  await expect(askEngine("GET", "/info", engine.options)).rejects.toThrow(
    /the Docker engine at unix:.*docker.sock does not answer \(.*ENOENT.*\): is it running\?$/,
  );
  await engine.answers({});
  await expect(askEngine("GET", "/info", engine.options)).rejects.toThrow("refused GET /info: No such container");
  await expect(askEngine("GET", "/info", { env: { DOCKER_HOST: "ssh://elsewhere" } })).rejects.toThrow(
    new DockerEngineError("DOCKER_HOST=ssh://elsewhere is not spoken here: use unix:// or tcp://"),
  );
  engine.fallSilent();
  await expect(askEngine("GET", "/info", { ...engine.options, deadlineMs: 100 })).rejects.toThrow(
    "no answer within 100 ms",
  );
});
