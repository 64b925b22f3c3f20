/** Who may read what a lab wrote. */
import { readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { labPlaces, root } from "../live/lab-commands.ts";
import type { SoakLab } from "./soak-lab.ts";

/** Keys, and what Terraform knows. */
const secretive = /(?:^|\/)(?:keys\/[^/]+_ed25519|psk\/[^/]+|terraform\.tfstate[^/]*)$/;

/** Registers the test; the lab is up. */
export function describeModes(lab: SoakLab): void {
  test("folders are 0700, keys and states 0600, whatever the umask was", () => {
    const folder = labPlaces(lab.name).directory;
    const entries = [
      { path: join(root, ".tunnelwright"), isFolder: true },
      { path: folder, isFolder: true },
      ...readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => ({
        path: join(entry.parentPath, entry.name),
        isFolder: entry.isDirectory(),
      })),
    ];
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8).padStart(4, "0");
    const folders = entries.filter(({ isFolder }) => isFolder).map(({ path }) => path);
    const files = entries.filter(({ path, isFolder }) => !isFolder && secretive.test(path)).map(({ path }) => path);
    const told = (paths: readonly string[]) => paths.map((path) => `${mode(path)} ${relative(root, path)}`);
    expect(told(folders).filter((line) => !line.startsWith("0700 "))).toEqual([]);
    expect(told(files).filter((line) => !line.startsWith("0600 "))).toEqual([]);
    // The lab's key, one for each of three nodes, one of the tunnel, and a state at least: the pattern is not blind.
    expect(files.length).toBeGreaterThanOrEqual(6);
    console.log(`${folders.length} folders are 0700, ${files.length} files of keys and states are 0600`);
  });
}
