import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  complaint,
  contextIn,
  load,
  spokenProgress,
  temporaryFolder,
  type Context,
  type Progress,
  type Step,
} from "./modules.ts";

type Sequence = (context: Context, steps: readonly Step[], progress: Progress) => Promise<number>;
const { check, setUp } = (await load("setup.d/sequence.mjs")) as { check: Sequence; setUp: Sequence };
const { run } = (await load("setup.d/run.mjs")) as {
  run: (context: Context, command: string, args: string[]) => Promise<string>;
};

/** Ready when its file is there; makes it. `after` names the file it is made from. */
function fileStep(name: string, after?: string): Step {
  const text = (context: Context) => (after ? `from ${readFileSync(join(context.root, after), "utf8")}` : "first");
  return {
    name,
    why: `${name} matters`,
    look: (context) => {
      const file = join(context.root, name);
      const current =
        existsSync(file) &&
        (!after || existsSync(join(context.root, after))) &&
        readFileSync(file, "utf8") === text(context);
      return Promise.resolve(
        current ? { ready: true, told: "there" } : { ready: false, missing: `no ${name}`, change: `make ${name}` },
      );
    },
    mend: (context) => {
      writeFileSync(join(context.root, name), text(context));
      return Promise.resolve("made");
    },
  };
}

const steps = [fileStep("one"), fileStep("two", "one")];

test("says everything it will change before it changes the first thing; a second run has nothing to do", async () => {
  const context = contextIn(temporaryFolder());
  const first = spokenProgress();
  expect(await setUp(context, steps, first.progress)).toBe(0);
  expect(first.said()).toMatchInlineSnapshot(`
    "Set-up will change this on the machine:
      - one: make one
      - two: make two

      … one                begins
      ✔ one                made  (T s)
      … two                begins
      ✔ two                made  (T s)

    Ready in T s: 2 of 2 were to be done.
    "
  `);
  const second = spokenProgress();
  expect(await setUp(context, steps, second.progress)).toBe(0);
  expect(second.said()).toMatchInlineSnapshot(`
    "  ✔ one                there
      ✔ two                there

    Ready in T s: nothing was to be done.
    "
  `);
});

test("--check changes nothing, says why each missing thing matters, and ends with 3", async () => {
  const context = contextIn(temporaryFolder());
  const { progress, said } = spokenProgress();
  expect(await check(context, steps, progress)).toBe(3);
  expect(said()).toMatchInlineSnapshot(`
    "  ✖ one                no one
          why  one matters
          fix  scripts/setup will make one
      ✖ two                no two
          why  two matters
          fix  scripts/setup will make two

    2 of 2 missing. Nothing was changed.
    "
  `);
  expect(existsSync(join(context.root, "one"))).toBe(false);
  expect(existsSync(context.working)).toBe(false);
});

test("a change that spoils a later step is followed by that step", async () => {
  const context = contextIn(temporaryFolder());
  await setUp(context, steps, spokenProgress().progress);
  writeFileSync(join(context.root, "one"), "old");
  const { progress, said } = spokenProgress();
  await setUp(context, [fileStep("one"), fileStep("two", "one")], progress);
  expect(said()).toContain("Ready in T s");
  expect(readFileSync(join(context.root, "two"), "utf8")).toBe("from first");
});

test("a full disk is told before anything is changed", async () => {
  const folder = temporaryFolder();
  const context = contextIn(folder, { statfs: () => Promise.resolve({ bavail: 10, bsize: 1_000_000 }) });
  const hungry: Step = {
    ...fileStep("one"),
    look: () => Promise.resolve({ ready: false, missing: "it", change: "make it", needs: [{ folder, megabytes: 11 }] }),
  };
  expect(await complaint(setUp(context, [hungry], spokenProgress().progress))).toContain(
    "10 MB free, and set-up needs 11 MB",
  );
  expect(existsSync(join(folder, "one"))).toBe(false);
});

test("an interruption ends the running command and its children, and a second run goes on", async () => {
  const stopping = new AbortController();
  const folder = temporaryFolder();
  const env = { PATH: process.env["PATH"], HOME: folder };
  const interrupted = contextIn(folder, { signal: stopping.signal, env });
  const slow: Step = {
    ...fileStep("two", "one"),
    mend: async (context) => {
      setTimeout(() => stopping.abort(), 100);
      await run(context, "sh", ["-c", `echo $$ >${folder}/pid; sleep 60 & wait`]);
      return "made";
    },
  };
  expect(await complaint(setUp(interrupted, [fileStep("one"), slow], spokenProgress().progress))).toBe("interrupted");
  expect(() => process.kill(Number(readFileSync(join(folder, "pid"), "utf8")), 0)).toThrow("ESRCH");
  const { progress, said } = spokenProgress();
  expect(await setUp(contextIn(folder, { env }), steps, progress)).toBe(0);
  expect(said()).toContain("1 of 2 were to be done");
});
