/** examples/hcl: the provider without the constructs, functions and data source included. */
import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { layProviders } from "../../constructs/working-folder.ts";
import { claimLab, releaseLab } from "./claim-lab.ts";
import { onNode, root, run, type Ended } from "./lab-commands.ts";

const lab = "hcl-example";
const folder = join(root, ".tunnelwright/stacks-of-hcl-example");
const directory = join(root, ".tunnelwright", lab);
const { image } = JSON.parse(readFileSync(join(root, ".tunnelwright/router-image.json"), "utf8")) as { image: string };
const terraform = (verb: string, ...args: string[]): Promise<Ended> =>
  run(
    "terraform",
    [verb, "-no-color", "-input=false", `-var=router_image=${image}`, `-var=directory=${directory}`, ...args],
    {
      cwd: folder,
    },
  );

beforeAll(async () => {
  await claimLab(lab);
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(root, "examples/hcl/main.tf"), join(folder, "main.tf"), { recursive: true });
  layProviders(root, folder);
  const init = await run("terraform", ["init", "-no-color", "-input=false"], { cwd: folder });
  expect(init.exitCode, init.all).toBe(0);
});

afterAll(async () => {
  const destroyed = await terraform("destroy", "-auto-approve");
  expect(destroyed.exitCode, destroyed.all).toBe(0);
  rmSync(folder, { recursive: true, force: true });
  expect(await releaseLab(lab)).toEqual([]);
});

test("stands a tunnel up whose ip mtu the function computed, and reads it back", async () => {
  const applied = await terraform("apply", "-auto-approve");
  expect(applied.exitCode, applied.all).toBe(0);
  expect(applied.stdout).toContain("ip_mtu_bytes = 1476");
  expect(applied.stdout).toContain('remote_outer_address = "203.0.113.2"');
  expect(applied.stdout).toContain("overhead_bytes_of_1400 = 60");
  expect(await onNode(lab, "r1", "ip link show dev tunnel0")).toContain("mtu 1476");
});

test("and has nothing to do then", async () => {
  const plan = await terraform("plan", "-detailed-exitcode");
  expect(plan.exitCode, plan.all).toBe(0);
});
