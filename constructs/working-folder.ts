/** What a synth finds and leaves in the working folder: written by set-up, read here; plan.json and the providers' links, written here. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { LabDeclaration } from "../model/declaration.ts";
import type { LabPlan } from "../model/plan-document.ts";
import { keepBlock, type AddressBlock } from "./address-block.ts";

/** The folder of everything a working folder's labs leave on disk. */
export const workingFolderName = ".tunnelwright";

interface Setup {
  /** Folders laid out like an implied mirror: HOST/NAMESPACE/NAME/VERSION/PLATFORM. */
  readonly pluginDirs: readonly string[];
  readonly lockFile: string;
}

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
 * Lays the providers that set-up built beside the stack (an implied mirror of links) and puts the lock file there,
 * so that `terraform init` and `cdktf deploy` ask no registry. Does nothing where set-up has not run.
 */
export function layProviders(workingFolder: string, stackDirectory: string): void {
  const file = join(workingFolder, workingFolderName, "setup.json");
  if (!existsSync(file)) return;
  const setup = JSON.parse(readFileSync(file, "utf8")) as Setup;
  const mirror = join(stackDirectory, "terraform.d", "plugins");
  rmSync(mirror, { recursive: true, force: true });
  for (const root of setup.pluginDirs.map((directory) => resolve(workingFolder, directory)))
    for (const platform of platformFolders(root)) {
      const link = join(mirror, platform);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(root, platform), link);
    }
  const lock = resolve(workingFolder, setup.lockFile);
  if (existsSync(lock)) copyFileSync(lock, join(stackDirectory, ".terraform.lock.hcl"));
}

const mirrorDepth = 5;

/** Relative paths HOST/NAMESPACE/NAME/VERSION/PLATFORM below a mirror. */
function platformFolders(root: string, below = "", depth = 0): string[] {
  if (depth === mirrorDepth) return [below];
  const here = join(root, below);
  if (!existsSync(here)) return [];
  return readdirSync(here).flatMap((name) => platformFolders(root, join(below, name), depth + 1));
}
