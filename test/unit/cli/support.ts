/** The command line as a user runs it, in a folder of its own. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { onTestFinished } from "vitest";
import type { RunResult } from "../../../model/run-result.ts";

/** What one command printed and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A working folder, taken away when the test has finished. */
export function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), "tunnelwright-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  return {
    path: folder,
    write,
    read: (name: string) => readFileSync(join(folder, name), "utf8"),
    list: (name: string) => readdirSync(join(folder, name)).sort(),
    keep: (result: RunResult) => write(`.tunnelwright/${result.lab}/results/latest.json`, JSON.stringify(result)),
    tunnelwright: (...args: string[]): Promise<Ended> => run(folder, args),
  };
}

/** Starts it, for who does not wait quietly for its end. */
export function startCli(cwd: string, args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}) {
  return spawn(
    process.execPath,
    ["--import", resolve("node_modules/tsx/dist/esm/index.mjs"), resolve("cli/main.ts"), ...args],
    { cwd, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NO_COLOR: "1", ...env } },
  );
}

function run(cwd: string, args: readonly string[]): Promise<Ended> {
  const child = startCli(cwd, args);
  const ended = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (ended.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (ended.stderr += text));
  return new Promise((done, fail) => {
    child.once("error", fail).once("close", (code) => done({ code, ...ended }));
  });
}
