/** Terraform's dependency lock file of a stack, where set-up has written none. */
import { providerAddress } from "../provider/schema/resources.ts";

/** Which versions of the Docker provider the constructs fit: their bindings were made from 3.6.2, every attribute used is the same up to 4.x. */
export const dockerConstraints = ">= 3.6.2, < 5.0.0";

const docker = { source: "kreuzwerker/docker", version: "4.5.0" };
/** Each tool looks under its own name for a provider that names no registry. */
const registryNames = ["registry.terraform.io", "registry.opentofu.org"];

/**
 * The stack's lock file with both providers in it. `cdktf deploy` asks the registries of all that it does not find there, and none has
 * ours. Ours is locked without a hash: the package that it came with vouches for it, and the next package's is another file. The Docker
 * provider's hashes stay as Terraform found them the first time.
 *
 * @param before the file as it is; empty when there is none
 * @param mirrored HOST/NAMESPACE/NAME/VERSION/PLATFORM of what lies beside the stack: the version to lock
 */
export function lockFileText(before: string, mirrored: readonly string[]): string {
  const ours = block(providerAddress.source, providerAddress.version, providerAddress.version);
  const kept = blocksOf(before).filter(([source, text]) => {
    if (source === providerAddress.source) return false;
    const version = versionIn(mirrored, source);
    return version === undefined || text.includes(`"${version}"`);
  });
  const missing = registryNames
    .map((name) => `${name}/${docker.source}`)
    .filter((source) => !kept.some(([there]) => there === source))
    .map((source) => block(source, versionIn(mirrored, source) ?? docker.version, dockerConstraints));
  // A stack that was locked for one of the tools is not locked for the other.
  const dockers = kept.some(([source]) => source.endsWith(docker.source)) ? [] : missing;
  return `${[...kept.map(([, text]) => text), ...dockers, ours].join("\n\n")}\n`;
}

function block(source: string, version: string, constraints: string): string {
  return `provider "${source}" {\n  version     = "${version}"\n  constraints = "${constraints}"\n}`;
}

function blocksOf(text: string): [source: string, text: string][] {
  return [...text.matchAll(/^provider "([^"]+)" \{\n[\s\S]*?^\}/gm)].map(([whole, source = ""]) => [source, whole]);
}

function versionIn(mirrored: readonly string[], source: string): string | undefined {
  return mirrored.find((place) => place.startsWith(`${source}/`))?.split("/")[3];
}
