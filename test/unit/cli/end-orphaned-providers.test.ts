/** A provider without its Terraform is ended; one that has it, one of another folder, and anything else that works there are let alone. */
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { spawn, type ChildProcess } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { endOrphanedProviders } from "../../../cli/terraform/end-orphaned-providers.ts";

let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "orphans-")));
  mkdirSync(join(folder, "stack"));
  mkdirSync(join(folder, "other"));
  for (const name of ["terraform-provider-docker_v4.5.1", "sleeper"]) copyFileSync("/bin/sleep", join(folder, name));
  symlinkSync("/bin/sh", join(folder, "terraform"));
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a program of the folder, and gives it once it runs. */
async function start(program: string, stack: string, ...args: string[]): Promise<ChildProcess> {
  const child = spawn(join(folder, program), args, { cwd: join(folder, stack), stdio: ["ignore", "pipe", "ignore"] });
  children.push(child);
  await new Promise((resolve, reject) => child.once("spawn", resolve).once("error", reject));
  return child;
}

test("ends what has no Terraform any more, and nothing else", async () => {
  const orphan = await start("terraform-provider-docker_v4.5.1", "stack", "60");
  const elsewhere = await start("terraform-provider-docker_v4.5.1", "other", "60");
  const another = await start("sleeper", "stack", "60");
  // A shell by Terraform's name, with a provider as its child.
  const terraform = await start(
    "terraform",
    "stack",
    "-c",
    '"$0" 60 & echo "$!"; wait',
    join(folder, "terraform-provider-docker_v4.5.1"),
  );
  const held = Number(
    await new Promise((resolve) => terraform.stdout!.once("data", (data: Buffer) => resolve(data.toString()))),
  );
  const ended = new Promise((resolve) => orphan.once("exit", (_code, signal) => resolve(signal)));
  expect(endOrphanedProviders(join(folder, "stack"))).toEqual([orphan.pid]);
  expect(await ended).toBe("SIGKILL");
  expect([elsewhere.exitCode, another.exitCode, terraform.exitCode]).toEqual([null, null, null]);
  expect(() => process.kill(held, "SIGKILL")).not.toThrow();
  expect(endOrphanedProviders(join(folder, "stack"))).toEqual([]);
});

test("a stack that was never made has none", () => {
  expect(endOrphanedProviders(join(folder, "nowhere"))).toEqual([]);
});
