/** Folders as a user of the package has them, and commands in them. Nothing here reaches into the project but by what it packs. */
import { execa } from "execa";
import { lstatSync, mkdtempSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { quietEnvironment } from "../live/lab-commands.ts";
import { root } from "./pack.ts";

/** How a command ended, and all it printed. */
export interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly all: string;
}

/** An empty folder outside the project. */
export function emptyFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), "tunnelwright-user-")));
}

/**
 * A command as a user types it, with cdktf-cli installed machine-wide: it is found behind the folder's own programs.
 * A non-zero exit code is a result.
 */
export async function inFolder(
  cwd: string,
  [command = "", ...args]: readonly string[],
  { env = {}, timeoutMs = 300_000 }: { env?: Record<string, string>; timeoutMs?: number } = {},
): Promise<Ended> {
  const path = [join(cwd, "node_modules/.bin"), process.env["PATH"], join(root, "node_modules/.bin")].join(delimiter);
  const { exitCode, stdout, all } = await execa(command, args, {
    cwd,
    env: { ...quietEnvironment, CI: "1", PATH: path, ...env },
    reject: false,
    all: true,
    stdin: "ignore",
    timeout: timeoutMs,
  });
  return { exitCode, stdout, all };
}

/** The mirror with the Docker provider that set-up made of what it could reach: the registry itself may be out of reach. */
export function dockerMirror(): string {
  const { pluginDirs } = JSON.parse(readFileSync(join(root, ".tunnelwright/setup.json"), "utf8")) as {
    readonly pluginDirs: readonly [string, ...string[]];
  };
  return resolve(root, pluginDirs[0]);
}

/** Bytes of all files below a folder. */
export function bytesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => lstatSync(join(folder, name)))
    .reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0);
}
