/** examples/: every .tf that the provider's pages show, under the real Terraform; those that need no router are applied. */
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeProviderFolder, terraformIn } from "./provider-folder.ts";

const examples = join(import.meta.dirname, "../../examples");
const shown = ["resources", "data-sources", "ephemeral-resources", "functions"].flatMap((kind) =>
  readdirSync(join(examples, kind)).map((name) => `${kind}/${name}`),
);
let base = "";

beforeAll(async () => {
  base = await makeProviderFolder("examples");
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Terraform in a folder of its own with the example and the provider's block. */
async function inFolderOf(example: string): Promise<(...args: string[]) => ReturnType<typeof terraformIn>> {
  const folder = join(base, example);
  mkdirSync(folder, { recursive: true });
  symlinkSync(join(base, "terraform.d"), join(folder, "terraform.d"));
  for (const name of readdirSync(join(examples, example)).filter((each) => each.endsWith(".tf")))
    copyFileSync(join(examples, example, name), join(folder, name));
  copyFileSync(join(examples, "provider/provider.tf"), join(folder, "provider.tf"));
  const environment = { TF_CLI_CONFIG_FILE: join(base, "empty.tfrc") };
  const terraform = (...args: string[]) => terraformIn(folder, args, environment);
  const init = await terraform("init");
  expect(init.exitCode, init.all).toBe(0);
  return terraform;
}

test("all are in Terraform's own form", async () => {
  const formatted = await terraformIn(examples, ["fmt", "-check", "-recursive"]);
  expect(formatted.exitCode, formatted.all).toBe(0);
});

test.each(shown)("%s is valid", async (example) => {
  const terraform = await inFolderOf(example);
  const validated = await terraform("validate");
  expect(validated.exitCode, validated.all).toBe(0);
});

test.each([
  ["functions/tunnel_mtu", ["ip_mtu_bytes = 1442", "ip_mtu_bytes_of_plain_gre = 1476"]],
  ["functions/esp_overhead", ["overhead_bytes = 88"]],
  ["resources/tunnelwright_lab_access", ['host_key_of_r1 = "ssh-ed25519 ']],
  ["ephemeral-resources/tunnelwright_pre_shared_key", []],
] as const)("%s is applied", async (example, outputs) => {
  rmSync(join(base, example), { recursive: true, force: true });
  const terraform = await inFolderOf(example);
  const applied = await terraform("apply", "-auto-approve");
  expect(applied.exitCode, applied.all).toBe(0);
  for (const output of outputs) expect(applied.all).toContain(output);
  // What a comment says comes out is what comes out.
  const text = readFileSync(
    join(
      examples,
      example,
      `${example.startsWith("functions") ? "function" : basename(example) === "tunnelwright_lab_access" ? "resource" : "ephemeral-resource"}.tf`,
    ),
    "utf8",
  );
  for (const [, bytes = ""] of text.matchAll(/^# .*: (\d+)$/gm)) expect(applied.all).toContain(` = ${bytes}`);
  if (example.endsWith("pre_shared_key")) {
    const file = join(base, example, ".lab/psk/tunnel0");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(file, "..")).mode & 0o777).toBe(0o700);
    expect(readFileSync(file, "utf8")).toMatch(/^[A-Za-z0-9+/]{43}=\n$/);
  }
  const destroyed = await terraform("destroy", "-auto-approve");
  expect(destroyed.exitCode, destroyed.all).toBe(0);
});
