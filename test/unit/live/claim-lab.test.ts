import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { claimLab, releaseLab } from "../../live/claim-lab.ts";

let folder = "";
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "claims-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An engine that has these containers. */
const world = (...names: string[]) => {
  const removed: string[] = [];
  return {
    removed,
    folder,
    leftovers: () => Promise.resolve([...names]),
    remove: (lab: string) => {
      removed.push(lab);
      names.splice(0);
      return Promise.resolve();
    },
  };
};
const claimOf = (pid: number, started: string) =>
  writeFileSync(join(folder, "x.json"), JSON.stringify({ pid, started, root: folder }));

test("a free name is taken and given back", async () => {
  const engine = world();
  await claimLab("x", engine);
  expect(existsSync(join(folder, "x.json"))).toBe(true);
  expect(await releaseLab("x", engine)).toEqual([]);
  expect(existsSync(join(folder, "x.json"))).toBe(false);
  expect(engine.removed).toEqual([]);
});

test("what a killed run left is removed; a pid that was given again does not hide that", async () => {
  const child = spawn("true");
  await once(child, "exit");
  for (const [pid, started] of [
    [child.pid ?? 0, "1"],
    [1, "another start"],
  ] as const) {
    claimOf(pid, started);
    const engine = world("/tw-x-r1");
    await claimLab("x", engine);
    expect(engine.removed).toEqual(["x"]);
  }
});

test("a lab that no test stood up is left alone, and so is the lab of a run at work", async () => {
  const engine = world("/tw-x-r1");
  await expect(claimLab("x", engine)).rejects.toThrow("a lab x is up that no test stood up: npx cdktf destroy x");
  const child = spawn("sleep", ["20"]);
  try {
    const started = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(" ")[21] ?? "";
    claimOf(child.pid ?? 0, started);
    await expect(claimLab("x", engine)).rejects.toThrow(`in use by the tests of process ${child.pid}`);
  } finally {
    child.kill();
  }
  expect(engine.removed).toEqual([]);
});

test("with something left at the end the claim stays, for the next run to remove", async () => {
  await claimLab("x", world());
  expect(await releaseLab("x", world("/tw-x-r1"))).toEqual(["/tw-x-r1"]);
  expect(existsSync(join(folder, "x.json"))).toBe(true);
});
