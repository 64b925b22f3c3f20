/** The package in the project that `cdktf init --template typescript` makes: CommonJS, ts-node, jest, TypeScript 5; a lab from nothing to nothing. */
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { claimLab, releaseLab } from "../live/claim-lab.ts";
import { pack, root } from "./pack.ts";
import { bytesBelow, dockerMirror, emptyFolder, inFolder, type Ended } from "./project.ts";

const lab = "from-package";
const mostInstalledBytes = 85_000_000;
const template = join(root, "node_modules/@cdktf/cli-core/templates/typescript");

/** The app that docs/package.md shows, to the letter. */
const [, main = ""] =
  /^`main\.ts`[^`]*```ts\n([\s\S]*?)```/m.exec(readFileSync(join(root, "docs/package.md"), "utf8")) ?? [];

const jestTest = `import "cdktf/lib/testing/adapters/jest";
import { TerraformStack, Testing } from "cdktf";
import { Construct } from "constructs";
import { DeclarationError, Lab, Router, Wan } from "tunnelwright";

const lab = (outside: string) => {
  const made = new Lab(Testing.app(), "under-test", { routerImage: "tunnelwright/router:test", workingFolder: "of-tests" });
  const isp = new Wan(made, "isp", { left: "198.51.100.1/30", right: "203.0.113.1/30" });
  new Router(made, "r1", { transit: isp.left, outside });
  return made;
};

test("a lab is a stack of this project's cdktf", () => {
  expect(lab("198.51.100.2/30")).toBeInstanceOf(TerraformStack);
  expect(lab("198.51.100.2/30")).toBeInstanceOf(Construct);
  expect(Testing.synth(lab("198.51.100.2/30"))).toHaveResourceWithProperties({ tfResourceType: "docker_container" }, { hostname: "r1" });
});

test("a faulty declaration is an error of this project's tunnelwright", () => {
  expect(() => lab("198.51.100.9/30").plan()).toThrow(DeclarationError);
});
`;

let folder: string;
const npx = (...words: string[]): Promise<Ended> => inFolder(folder, ["npx", "--no-install", ...words]);

beforeAll(async () => {
  folder = emptyFolder();
  const { tarball } = await pack(root, folder);
  for (const name of ["package.json", "tsconfig.json", "jest.config.js", "setup.js", "cdktf.json", "__tests__"])
    cpSync(join(template, name), join(folder, name), { recursive: true });
  fill("package.json", { "{{ $base }}": "mine" });
  fill("cdktf.json", { "{{projectId}}": "mine", '"{{sendCrashReports}}"': '"false"', "{{futureFlags}}": "" });
  // What the template's hook installs; typescript by its major version, as the newest one is another program.
  await installed("cdktf@0.21.0", "constructs@10");
  await installed("-D", "@types/node@20", "typescript@5", "jest@29", "@types/jest@29", "ts-jest@29", "ts-node@10");
  const before = bytesBelow(join(folder, "node_modules"));
  await installed(tarball);
  const added = bytesBelow(join(folder, "node_modules")) - before;
  const own = bytesBelow(join(folder, "node_modules/tunnelwright"));
  console.log(`added to a cdktf project: ${added} bytes of ${mostInstalledBytes}, ${own} of them its own`);
  expect(added).toBeLessThan(mostInstalledBytes);
  await claimLab(lab);
}, 600_000);

afterAll(async () => {
  await npx("tunnelwright", "down", lab);
  rmSync(folder, { recursive: true, force: true });
  expect(await releaseLab(lab)).toEqual([]);
});

function fill(name: string, values: Readonly<Record<string, string>>): void {
  const file = join(folder, name);
  const filled = Object.entries(values).reduce(
    (text, [from, to]) => text.replaceAll(from, to),
    readFileSync(file, "utf8"),
  );
  writeFileSync(file, filled);
}

async function installed(...words: string[]): Promise<void> {
  const { exitCode, all } = await inFolder(folder, ["npm", "install", "--no-audit", "--no-fund", ...words]);
  expect(exitCode, all).toBe(0);
}

test("compiles, and its jest test passes", async () => {
  writeFileSync(join(folder, "main.ts"), main);
  writeFileSync(join(folder, "__tests__/lab-test.ts"), jestTest);
  const compiled = await npx("tsc", "--noEmit");
  expect(compiled.exitCode, compiled.all).toBe(0);
  const tested = await npx("jest");
  expect(tested.exitCode, tested.all).toBe(0);
  expect(tested.all).toMatch(/Tests: +1 todo, 2 passed, 3 total/);
});

test("the library's bindings are the project's: nothing is installed twice", async () => {
  for (const name of ["cdktf", "constructs", "@cdktf/provider-docker"]) {
    const { stdout } = await inFolder(folder, ["npm", "ls", "--all", "--parseable", name]);
    expect([...new Set(stdout.split("\n"))], name).toEqual([join(folder, "node_modules", name)]);
  }
});

test("before the image is there synth says how to get it", async () => {
  const synth = await inFolder(folder, ["cdktf", "synth"]);
  expect(synth.exitCode).not.toBe(0);
  expect(synth.all).toContain("run npx tunnelwright image build");
});

test("the lab stands up, its checks pass, and it goes", { timeout: 600_000 }, async () => {
  const image = await npx("tunnelwright", "image", "build");
  expect(image.exitCode, image.all).toBe(0);
  const told = await npx("tunnelwright", "provider", "install", "--mirror", dockerMirror());
  expect(told.exitCode, told.all).toBe(0);

  const up = await npx("tunnelwright", "up", lab);
  expect(up.exitCode, up.all).toBe(0);
  expect(up.stdout).toMatch(/\d+ passed, 0 failed, 0 unknown/);
  const labs = JSON.parse((await npx("tunnelwright", "labs", "--json")).stdout) as {
    labs: { lab: string; isUp: boolean }[];
  };
  expect(labs.labs).toMatchObject([{ lab, isUp: true }]);
  const diff = await inFolder(join(folder, "cdktf.out/stacks", lab), [
    "terraform",
    "plan",
    "-detailed-exitcode",
    "-no-color",
  ]);
  expect(diff.exitCode, diff.all).toBe(0);

  const down = await npx("tunnelwright", "down", lab);
  expect(down.exitCode, down.all).toBe(0);
});
