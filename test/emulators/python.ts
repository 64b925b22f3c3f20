/** The emulators that others wrote, in a virtual environment of their own, and one of them running. */
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Pinned. Without genie, which unicon's plugins name and its mock device does not need; fake-switches without its own pin of Twisted
 * (16.6), which no longer starts: with a current one it does.
 */
const packages = ["unicon==26.9", "asyncssh==2.24.1", "Twisted[conch]==26.10.0", "lxml", "netaddr", "tftpy", "six"];
const packagesAlone = ["fake-switches==1.5.0"];

/** Makes the environment; `TW_EMULATORS_VENV` names one that is there already. Gives its folder of programs. */
export async function installEmulators(): Promise<string> {
  const given = process.env.TW_EMULATORS_VENV;
  const folder = given ?? join(mkdtempSync(join(tmpdir(), "tunnelwright-emulators-")), "venv");
  const programs = join(folder, "bin");
  if (existsSync(join(programs, "fake-switches"))) return programs;
  await run("python3", ["-m", "venv", folder]);
  const pip = (...args: string[]) =>
    run(join(programs, "pip"), ["install", "--quiet", "--disable-pip-version-check", ...args], { timeout: 500_000 });
  await pip(...packages);
  await pip("--no-deps", ...packagesAlone);
  return programs;
}

/** A running emulator. */
export interface Emulator {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** Starts a program that prints `port N`, or that listens where it was told; ends with its standard input, or by TERM. */
export async function startEmulator(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly port?: number } = {},
): Promise<Emulator> {
  const child = spawn(command, args, {
    stdio: ["pipe", "pipe", "pipe"],
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  let printed = "";
  const started = new Promise<number>((resolve, reject) => {
    const look = (data: Buffer): void => {
      printed += data.toString();
      const port =
        /^port (\d+)$/m.exec(printed)?.[1] ?? (/Starting reactor/.test(printed) ? String(options.port) : undefined);
      if (port !== undefined) resolve(Number(port));
    };
    child.stdout.on("data", look);
    child.stderr.on("data", look);
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`${command} ended before it listened:\n${printed}`)));
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.stdin.end();
    child.kill("SIGTERM");
    await ended;
  };
  try {
    return { port: await started, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
