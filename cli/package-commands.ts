/** The command line of `provider` and `image`: what a package brings along that is no JavaScript to import. */
import type { Command } from "commander";
import type { Running } from "./running.ts";
import type { InstallOptions } from "./install-provider.ts";

/** Adds them; each runs its work by `run`. */
export function addPackageCommands(program: Command, { run, signal }: Running): void {
  const provider = program.command("provider").description("the Terraform provider that came with this package");
  provider
    .command("path")
    .description("print the path of the provider's executable")
    .option("--mirror", "print the folder it is in as a mirror: for -plugin-dir and filesystem_mirror")
    .addHelpText("after", '\nExample: terraform init -plugin-dir="$(npx tunnelwright provider path --mirror)"')
    .action((options: { readonly mirror?: boolean }) =>
      run(async () => (await import("./provider-path.ts")).showProviderPath(options)),
    );
  provider
    .command("install")
    .description("lay the provider where terraform init finds it: terraform.d/plugins of the folder")
    .option("--directory <folder>", "which folder (default: the current one)")
    .option("--mirror <folder>", "lay the providers of this mirror too (HOST/NAMESPACE/NAME/VERSION/PLATFORM)")
    .addHelpText(
      "after",
      `
Other providers, Docker's too, come from their registry as ever. Where none answers, --mirror names a folder that has them unpacked.
In a cdktf project synth lays the provider by itself; there --mirror is written down for it.

Example: npx tunnelwright provider install && terraform init`,
    )
    .action((options: InstallOptions) =>
      run(async () => (await import("./install-provider.ts")).installProvider(options)),
    );
  program
    .command("image")
    .description("the image that every router and host runs")
    .command("build")
    .description("make sure that the Docker engine has it, built from Debian's packages, and print its tag")
    .option("--check", "build nothing; exit code 1 when it is not there")
    .addHelpText(
      "after",
      "\nIt is written down in .tunnelwright/, where the labs of this folder look for it.\n\nExample: npx tunnelwright image build",
    )
    .action((options: { readonly check?: boolean }) =>
      run(async () => (await import("./build-image.ts")).buildImage({ ...options, signal })),
    );
}
