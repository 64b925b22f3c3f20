/** Mirrors of providers: folders laid out HOST/NAMESPACE/NAME/VERSION/PLATFORM, as Terraform looks for them. */
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

const depth = 5;

/** Where `terraform init` looks for providers in its working folder, without being told. */
export function impliedMirror(terraformFolder: string): string {
  return join(terraformFolder, "terraform.d", "plugins");
}

/** The platform folders of a mirror, relative to it; none where there is no such folder. */
export function providersIn(mirror: string, below = ""): string[] {
  if (below.split("/").length === depth && below !== "") return [below];
  const here = join(mirror, below);
  if (!existsSync(here)) return [];
  return readdirSync(here).flatMap((name) => providersIn(mirror, join(below, name)));
}

/**
 * Links every provider of the mirrors (absolute paths) into another one; gives their places there. Links that are there already are laid anew, what else
 * is there stays.
 */
export function linkProviders(mirrors: readonly string[], into: string): string[] {
  return mirrors.flatMap((mirror) =>
    providersIn(mirror).map((place) => {
      const link = join(into, place);
      mkdirSync(dirname(link), { recursive: true });
      // Terraform follows a link in the last place of the path only.
      rmSync(link, { recursive: true, force: true });
      symlinkSync(join(mirror, place), link);
      return place;
    }),
  );
}
