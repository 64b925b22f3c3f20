/** What is off on an engine that came back is started, as often as the engine refuses; a lab on one engine is let alone. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { wakeNodes } from "../../../devices/wake-nodes.ts";

const folder = mkdtempSync(join(tmpdir(), "wake-"));
const directory = join(folder, "lab");
const place = { lab: "lab", directory };
let engine: Server;
let started: string[];
let refusals: number;

const container = (id: string, state: string) => ({
  Id: id,
  Names: [`/tw-lab-${id}`],
  State: state,
  Labels: { "tunnelwright.directory": directory },
  Created: 1,
});

beforeEach(async () => {
  started = [];
  refusals = 0;
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, "terraform.tfstate"),
    JSON.stringify({
      resources: ["r1", "r2", "h1"].map((id) => ({ type: "docker_container", instances: [{ attributes: { id } }] })),
    }),
  );
  writeFileSync(
    join(directory, "engines.json"),
    JSON.stringify([{ name: "left", dockerHost: `unix://${join(folder, "docker.sock")}` }]),
  );
  engine = createServer((request, response) => {
    const [, id] = /^\/containers\/(\w+)\/start$/.exec(request.url ?? "") ?? [];
    if (id !== undefined) {
      started.push(id);
      if (refusals > 0) {
        refusals -= 1;
        response.statusCode = 500;
        response.end(JSON.stringify({ message: "Could not attach to network" }));
      } else response.writeHead(204).end();
    } else if (request.url?.startsWith("/containers/json"))
      response.end(
        JSON.stringify([
          container("r1", "exited"),
          container("r2", "running"),
          container("h1", "exited"),
          // Not in the state: the deploy removes it.
          container("left", "exited"),
        ]),
      );
    else response.end("[]");
  });
  await new Promise<void>((done) => engine.listen(join(folder, "docker.sock"), done));
});

afterEach(async () => {
  engine.closeAllConnections();
  await new Promise((done) => engine.close(done));
  rmSync(directory, { recursive: true, force: true });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("what is off is started, and told", async () => {
  expect(await wakeNodes(place)).toEqual(["tw-lab-r1", "tw-lab-h1"]);
  expect(started.sort()).toEqual(["h1", "r1"]);
});

test("an engine that refuses at first is asked again; one that goes on refusing is left to the deploy", async () => {
  refusals = 3;
  expect(await wakeNodes(place)).toEqual(["tw-lab-r1", "tw-lab-h1"]);
  expect(started.length).toBe(5);
  refusals = 99;
  expect(await wakeNodes(place, { deadlineMs: 0 })).toEqual([]);
});

test("an interruption ends the asking", async () => {
  refusals = 99;
  const interrupt = new AbortController();
  const waking = wakeNodes(place, { signal: interrupt.signal });
  interrupt.abort(new Error("enough"));
  await expect(waking).rejects.toThrow("enough");
});

test("a lab on one engine is let alone", async () => {
  rmSync(join(directory, "engines.json"));
  expect(await wakeNodes(place)).toEqual([]);
  expect(started).toEqual([]);
});
