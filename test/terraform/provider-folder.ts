/** A folder in which Terraform finds the provider, bundled from the sources, and nothing else of this machine. */
import { execa } from "execa";
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { providerAddress } from "../../provider/schema/resources.ts";
import { bundleProvider } from "../../scripts/bundle.mjs";

const terraformBinary = process.env.TUNNELWRIGHT_TERRAFORM ?? "terraform";

/** Makes the folder; whoever asked for it takes it away. */
export async function makeProviderFolder(name: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), `tunnelwright-${name}-`));
  const { source, version } = providerAddress;
  const binary = join(folder, `built/terraform-provider-tunnelwright_v${version}`);
  mkdirSync(dirname(binary));
  await bundleProvider(join(import.meta.dirname, "../../provider/main.ts"), binary);
  const mirror = join(folder, "terraform.d/plugins", source, version);
  mkdirSync(mirror, { recursive: true });
  symlinkSync(dirname(binary), join(mirror, "linux_amd64"));
  writeFileSync(join(folder, "empty.tfrc"), "");
  return folder;
}

/** Runs Terraform in it; its words are unwrapped into one line. */
export async function terraformIn(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ exitCode: number | undefined; all: string }> {
  const env = {
    CHECKPOINT_DISABLE: "1",
    TF_CLI_CONFIG_FILE: join(folder, "empty.tfrc"),
    TF_IN_AUTOMATION: "1",
    ...environment,
  };
  const { exitCode, all } = await execa(terraformBinary, [...args, "-no-color"], {
    cwd: folder,
    env,
    reject: false,
    all: true,
    stdin: "ignore",
  });
  return { exitCode, all: all.replace(/\s*\n[│ ]*\s*/g, " ") };
}
