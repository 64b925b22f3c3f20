/** A lab of one's own, as `tunnelwright new` makes it in an app of one's own: it passes the test that it came with. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { claimLab, releaseLab } from "./claim-lab.ts";
import { dockerLeftovers, root, run } from "./lab-commands.ts";

const lab = "newcomer";
/** Below the project, so that the app finds its packages; below a folder that is nobody's source. */
let folder: string;

beforeEach(async () => {
  await claimLab(lab);
  await mkdir(join(root, ".tunnelwright"), { recursive: true });
  folder = await mkdtemp(join(root, ".tunnelwright", "new-"));
  await writeFile(join(folder, "cdktf.json"), JSON.stringify({ app: "node --import tsx main.ts" }));
  await writeFile(join(folder, "main.ts"), 'import { App } from "cdktf";\nconst app = new App();\napp.synth();\n');
  // The app of this folder is set up as the project is.
  await mkdir(join(folder, ".tunnelwright"));
  await cp(join(root, ".tunnelwright/router-image.json"), join(folder, ".tunnelwright/router-image.json"));
  const setup = JSON.parse(await readFile(join(root, ".tunnelwright/setup.json"), "utf8")) as {
    pluginDirs: string[];
    lockFile: string;
  };
  await writeFile(
    join(folder, ".tunnelwright/setup.json"),
    JSON.stringify({
      ...setup,
      pluginDirs: setup.pluginDirs.map((each) => resolve(root, each)),
      lockFile: resolve(root, setup.lockFile),
    }),
  );
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
  expect(await releaseLab(lab)).toEqual([]);
});

test("new, then its test", { timeout: 300_000 }, async () => {
  const made = await run("node", [join(root, "dist/cli/main.js"), "new", lab], { cwd: folder });
  expect(made.exitCode, made.all).toBe(0);
  const tested = await run("npx", ["vitest", "run", "--root", folder], { cwd: folder, timeoutMs: 280_000 });
  expect(tested.exitCode, tested.all).toBe(0);
  expect(tested.all).toMatch(/Tests +2 passed/);
  expect(await dockerLeftovers(lab)).toEqual([]);
});
