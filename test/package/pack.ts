/** The package as npm packs it, and a place to unpack it. */
import { execa } from "execa";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");

/** What `npm pack` made. */
export interface Packed {
  readonly tarball: string;
  readonly tarballBytes: number;
  readonly unpackedBytes: number;
  readonly files: readonly string[];
}

/** Packs a folder into another one. Nothing is built: what lies in dist/ is what goes in. */
export async function pack(folder: string, into: string): Promise<Packed> {
  if (!existsSync(join(folder, "dist/index.cjs"))) throw new Error(`${folder} is not built: run scripts/setup`);
  const words = ["pack", "--json", "--ignore-scripts", "--pack-destination", into];
  const { stdout } = await execa("npm", words, { cwd: folder });
  const [made] = JSON.parse(stdout) as [
    { filename: string; size: number; unpackedSize: number; files: { path: string }[] },
  ];
  return {
    tarball: join(into, made.filename),
    tarballBytes: made.size,
    unpackedBytes: made.unpackedSize,
    files: made.files.map(({ path }) => path),
  };
}

/** Unpacks a tarball into the folder, as npm does into node_modules/tunnelwright. */
export async function unpack(tarball: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await execa("tar", ["-xzf", tarball, "-C", folder, "--strip-components=1"]);
}

/** Gives a folder the packages that the package needs, as links to those of the project: what an installation would have put there. */
export function linkDependencies(folder: string): void {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
    readonly peerDependencies: Readonly<Record<string, string>>;
  };
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, "node_modules", name), link);
  }
}
