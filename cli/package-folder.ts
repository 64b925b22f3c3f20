/** Where this package is: what it brings along lies beside the compiled code. */
import { join, resolve } from "node:path";
import { providerAddress } from "../provider/schema/resources.ts";

const isSource = import.meta.url.endsWith(".ts");

/** The package's folder: the project's own, or node_modules/tunnelwright. */
export const packageFolder = resolve(import.meta.dirname, isSource ? ".." : "../..");

/** The mirror that holds the provider: HOST/NAMESPACE/NAME/VERSION/PLATFORM. */
export const providerMirror = join(packageFolder, "dist/plugins");

/** The provider's executable. */
export const providerExecutable = join(
  providerMirror,
  providerAddress.source,
  providerAddress.version,
  "linux_amd64",
  `terraform-provider-tunnelwright_v${providerAddress.version}`,
);
