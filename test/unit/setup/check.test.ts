import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import {
  contextIn,
  fakeEngine,
  load,
  spokenProgress,
  temporaryFolder,
  type Context,
  type Progress,
  type Step,
} from "./modules.ts";

const { steps } = (await load("setup.d/steps/index.mjs")) as { steps: readonly Step[] };
const { check } = (await load("setup.d/sequence.mjs")) as {
  check: (context: Context, steps: readonly Step[], progress: Progress) => Promise<number>;
};

/** A project that was just cloned. */
function project(): string {
  const folder = temporaryFolder();
  put(folder, "package-lock.json", JSON.stringify({ packages: { "": {}, "node_modules/zod": { version: "4.6.7" } } }));
  put(folder, "tsconfig.build.json", JSON.stringify({ include: ["model"] }));
  put(folder, "model/a.ts", "export {};\n");
  return folder;
}

function put(folder: string, path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
  chmodSync(join(folder, path), mode);
}

async function checked(folder: string): Promise<string> {
  const { progress, said } = spokenProgress();
  const code = await check(contextIn(folder), steps, progress);
  // A Go in its usual place changes one sentence.
  return `${said()
    .replaceAll(folder, "FOLDER")
    .replaceAll(/, with Go [^\n]*/g, "")}exit ${code}\n`;
}

test("a bare machine", async () => {
  await expect(await checked(project())).toMatchFileSnapshot("golden/bare.txt");
});

test("a machine with an engine, an old Terraform, packages of another lock file and the Docker provider", async () => {
  const folder = project();
  await fakeEngine(join(folder, "docker.sock"), { "GET /version": { Version: "27.0.1", Os: "linux", Arch: "amd64" } });
  put(folder, "bin/terraform", `#!/bin/sh\necho '{ "terraform_version": "1.9.8" }'\n`, 0o755);
  put(
    folder,
    "node_modules/.package-lock.json",
    JSON.stringify({ packages: { "node_modules/zod": { version: "3.0.0" } } }),
  );
  for (const registry of ["registry.terraform.io", "registry.opentofu.org"])
    put(
      folder,
      `.cache/tunnelwright/plugins/${registry}/kreuzwerker/docker/4.5.1/linux_amd64/terraform-provider-docker_v4.5.1`,
      "",
      0o755,
    );
  await expect(await checked(folder)).toMatchFileSnapshot("golden/half.txt");
});
