/** The package in a folder of plain Terraform: installed from the tarball, without cdktf and without a compiler; a router from nothing to nothing. */
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { claimLab, releaseLab } from "../live/claim-lab.ts";
import { pack, root, type Packed } from "./pack.ts";
import { bytesBelow, dockerMirror, emptyFolder, inFolder, type Ended } from "./project.ts";

const lab = "hcl-example";
const mostInstalledBytes = 50_000_000;
let folder: string;
let packed: Packed;
let image = "";

beforeAll(async () => {
  folder = emptyFolder();
  packed = await pack(root, folder);
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  await claimLab(lab);
});

afterAll(async () => {
  const destroyed = await terraform("destroy", "-auto-approve");
  expect(destroyed.exitCode, destroyed.all).toBe(0);
  rmSync(folder, { recursive: true, force: true });
  expect(await releaseLab(lab)).toEqual([]);
});

const terraform = (verb: string, ...args: string[]): Promise<Ended> =>
  inFolder(folder, ["terraform", verb, "-no-color", "-input=false", `-var=router_image=${image}`, ...args]);

/** A PATH with the words of an installation on it, and no compiler, make or python. */
function pathWithoutCompiler(): string {
  const programs = join(folder, "programs");
  mkdirSync(programs);
  symlinkSync(process.execPath, join(programs, "node"));
  for (const name of ["sh", "env", "uname", "ldd", "cat"]) symlinkSync(`/usr/bin/${name}`, join(programs, name));
  return programs;
}

test("installs without cdktf and without a compiler, within its size", async () => {
  const path = pathWithoutCompiler();
  const npm = (await inFolder(folder, ["sh", "-c", "command -v npm"])).stdout;
  const words = [process.execPath, npm, "install", "--omit=peer", "--no-audit", "--no-fund", packed.tarball];
  const installed = await inFolder(folder, words, { env: { PATH: path } });
  expect(installed.exitCode, installed.all).toBe(0);
  // Of its own accord npm may run what a package wants at its installation, or not: ssh2's does without a compiler either way.
  const ssh2 = await inFolder(join(folder, "node_modules/ssh2"), [process.execPath, "install.js"], {
    env: { PATH: path },
  });
  expect(ssh2.exitCode, ssh2.all).toBe(0);
  const modules = join(folder, "node_modules");
  expect(readdirSync(modules)).not.toContain("cdktf");
  expect(readdirSync(modules, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".node"))).toEqual(
    [],
  );
  const [own, all] = [bytesBelow(join(modules, "tunnelwright")), bytesBelow(modules)];
  console.log(`installed: ${own} bytes, with its dependencies and without cdktf ${all} of ${mostInstalledBytes}`);
  expect(all).toBeLessThan(mostInstalledBytes);
});

test("its provider is found by terraform init, once it was laid", async () => {
  cpSync(join(root, "examples/hcl/main.tf"), join(folder, "main.tf"));
  const executable = await inFolder(folder, ["npx", "tunnelwright", "provider", "path"]);
  expect(executable.stdout).toBe(
    join(
      folder,
      "node_modules/tunnelwright/dist/plugins/tunnelwright.invalid/tunnelwright/tunnelwright/0.1.0/linux_amd64/terraform-provider-tunnelwright_v0.1.0",
    ),
  );
  const laid = await inFolder(folder, ["npx", "tunnelwright", "provider", "install", "--mirror", dockerMirror()]);
  expect(laid.exitCode, laid.all).toBe(0);
  expect(laid.stdout).toContain("terraform.d/plugins/tunnelwright.invalid/tunnelwright/tunnelwright/0.1.0/linux_amd64");
  const init = await inFolder(folder, ["terraform", "init", "-no-color", "-input=false"]);
  expect(init.exitCode, init.all).toBe(0);
});

test("its recipe is the project's, so the image that set-up built is found; terraform applies, and has nothing to do then", async () => {
  const built = await inFolder(folder, ["npx", "tunnelwright", "image", "build"]);
  expect(built.exitCode, built.all).toBe(0);
  image = built.stdout;
  const known = await inFolder(root, ["node", "scripts/build-image.mjs"]);
  expect(image).toBe(known.stdout);
  const applied = await terraform("apply", "-auto-approve");
  expect(applied.exitCode, applied.all).toBe(0);
  expect(applied.stdout).toContain("ip_mtu_bytes = 1476");
  const plan = await terraform("plan", "-detailed-exitcode");
  expect(plan.exitCode, plan.all).toBe(0);
});

test("and destroys it", async () => {
  const destroyed = await terraform("destroy", "-auto-approve");
  expect(destroyed.exitCode, destroyed.all).toBe(0);
  expect(destroyed.stdout).toContain("Destroy complete! Resources: 5 destroyed.");
});
