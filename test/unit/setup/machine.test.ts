import { expect, test } from "vitest";
import { complaint, contextIn, load, temporaryFolder, type Context, type Step } from "./modules.ts";

const { machine } = (await load("setup.d/steps/machine.mjs")) as { machine: Step };
const { assertRoom } = (await load("setup.d/disk.mjs")) as {
  assertRoom: (context: Context, needs: { folder: string; megabytes: number }[]) => Promise<void>;
};

test("an amd64 Linux machine is ready, with its free space", async () => {
  expect(await machine.look(contextIn(temporaryFolder()))).toEqual({ ready: true, told: "amd64 Linux, 50.0 GB free" });
});

test("fails on another processor, in one sentence", async () => {
  expect(await complaint(machine.look(contextIn(temporaryFolder(), { arch: "arm64" })))).toMatchInlineSnapshot(`
    "The routers' kernel runs on amd64 processors only, and this one is arm64.
      → run the labs on an amd64 machine or virtual machine"
  `);
});

test("fails on another system, in one sentence", async () => {
  expect(await complaint(machine.look(contextIn(temporaryFolder(), { platform: "darwin" })))).toMatchInlineSnapshot(`
    "The labs need Linux, and this is darwin.
      → run them in an amd64 Linux virtual machine"
  `);
});

test("fails on a full disk, by the sum of what lies on it", async () => {
  const folder = temporaryFolder();
  const context = contextIn(folder, { statfs: () => Promise.resolve({ bavail: 1_200_000, bsize: 1000 }) });
  const needs = [
    { folder, megabytes: 900 },
    { folder: `${folder}/not/there/yet`, megabytes: 1500 },
  ];
  await assertRoom(context, needs.slice(0, 1));
  expect((await complaint(assertRoom(context, needs))).replaceAll(folder, "FOLDER")).toMatchInlineSnapshot(`
    "The disk that holds FOLDER has 1.2 GB free, and set-up needs 2.4 GB there.
      → free some space, or point XDG_CACHE_HOME to a folder on another disk, then run scripts/setup again"
  `);
});
