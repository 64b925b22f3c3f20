/** What a synth finds and leaves in the working folder: written by set-up, read here; plan.json and the providers' links, written here. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { LabDeclaration } from "../model/declaration.ts";
import type { LabPlan } from "../model/plan-document.ts";
import { impliedMirror, linkProviders } from "../provider/mirror/link-providers.ts";
import { keepBlock, type AddressBlock } from "./address-block.ts";
import { lockFileText } from "./lock-file.ts";

/** The folder of everything a working folder's labs leave on disk. */
export const workingFolderName = ".tunnelwright";

interface Setup {
  /**
   * Folders laid out like an implied mirror: HOST/NAMESPACE/NAME/VERSION/PLATFORM.
   * @default - our own provider alone
   */
  readonly pluginDirs?: readonly string[];
  /**
   * As Terraform wrote it for exactly these builds.
   * @default - one that names the versions, without hashes
   */
  readonly lockFile?: string;
}

/** The mirror that holds our own provider: the same way from the sources as from the package's one file, dist/index.cjs. */
const ownMirror = join(import.meta.dirname, "../dist/plugins");

/** The image that set-up built, by its exact tag. Undefined when set-up has not run. */
export function builtRouterImage(workingFolder: string): string | undefined {
  const file = join(workingFolder, workingFolderName, "router-image.json");
  if (!existsSync(file)) return undefined;
  const { image } = JSON.parse(readFileSync(file, "utf8")) as { readonly image?: string };
  return image;
}

/** Where the plan of a lab is written. */
export function planFile(labDirectory: string): string {
  return join(labDirectory, "plan.json");
}

/** Writes the plan, the declaration it was made from and the address block of a lab, for the live half and the command line to read. */
export function writeLabFiles(
  labDirectory: string,
  plan: LabPlan,
  declaration: LabDeclaration,
  block: AddressBlock,
): void {
  mkdirSync(labDirectory, { recursive: true, mode: 0o700 });
  writeFileSync(planFile(labDirectory), `${JSON.stringify(plan, null, 2)}\n`);
  writeFileSync(join(labDirectory, "declaration.json"), `${JSON.stringify(declaration, null, 2)}\n`);
  keepBlock(labDirectory, block);
}

/** Writes a file that its owner alone reads, and the folder it is in. */
export function writeOwnFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, text, { mode: 0o600 });
}

/**
 * Lays the providers beside the stack (an implied mirror of links), and a lock file, so that `terraform init` and `cdktf deploy` ask no
 * registry for what is there: ours always, others where set-up or `tunnelwright provider install --mirror` named a mirror of them.
 */
export function layProviders(workingFolder: string, stackDirectory: string): void {
  const file = join(workingFolder, workingFolderName, "setup.json");
  const setup: Setup = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Setup) : {};
  const named = (setup.pluginDirs ?? []).map((directory) => resolve(workingFolder, directory));
  const mirror = impliedMirror(stackDirectory);
  rmSync(mirror, { recursive: true, force: true });
  const places = linkProviders([...new Set([...named, ownMirror])], mirror);
  const target = join(stackDirectory, ".terraform.lock.hcl");
  const lock = setup.lockFile === undefined ? undefined : resolve(workingFolder, setup.lockFile);
  if (lock !== undefined && existsSync(lock)) copyFileSync(lock, target);
  else writeFileSync(target, lockFileText(existsSync(target) ? readFileSync(target, "utf8") : "", places));
}
