import { execa } from "execa";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { harmlessLines } from "../../model/harmless.ts";
import { LackingError } from "../lab-folder.ts";
import { endWithSignals } from "./end-with-signals.ts";
import { privately } from "./privately.ts";

/** A stack as the app left it. */
export interface SynthesizedStack {
  /** Where Terraform runs. */
  readonly directory: string;
  /** What the app says of it, a sentence each. */
  readonly warnings: readonly string[];
}

/** The app ended otherwise than well; what it said stands in the message. */
export class AppError extends Error {
  override readonly name = "AppError";
}

interface Manifest {
  readonly stacks: Readonly<
    Record<
      string,
      {
        readonly workingDirectory: string;
        readonly annotations?: readonly { readonly level: string; readonly message: string }[];
      }
    >
  >;
}

/**
 * Runs the app of this folder as cdktf does, by the command that cdktf.json names, and gives the lab's stack.
 * @throws LackingError when there is no app here, or it has no such lab.
 * @throws AppError when the app failed.
 */
export async function runApp(lab: string): Promise<SynthesizedStack> {
  const { app, output, context } = await readCdktfJson();
  const child = privately(() =>
    execa(app, {
      // The command is the user's own, written for a shell; nothing is put into it.
      shell: true,
      detached: true,
      stdin: "ignore",
      reject: false,
      all: true,
      env: { CDKTF_OUTDIR: output, CDKTF_CONTEXT_JSON: JSON.stringify(context) },
    }),
  );
  const release = endWithSignals({ kill: (signal) => killGroup(child.pid, signal) });
  const { exitCode, all } = await child.finally(release);
  if (exitCode !== 0) throw new AppError(all.trim() === "" ? `the app failed without a word: ${app}` : all.trim());
  const { stacks } = JSON.parse(await readFile(join(output, "manifest.json"), "utf8")) as Manifest;
  const stack = stacks[lab];
  if (!stack)
    throw new LackingError(
      [
        `the app of this folder has no lab ${JSON.stringify(lab)}; it has ${Object.keys(stacks).join(", ") || "none"}`,
        // It may say itself why one is passed over.
        ...harmlessLines(all).filter((line) => line.trim() !== ""),
      ].join("\n"),
    );
  return {
    directory: resolve(output, stack.workingDirectory),
    warnings: (stack.annotations ?? []).filter(({ level }) => level !== "@cdktf/info").map(({ message }) => message),
  };
}

/** The stack of an earlier run; undefined when there is none. */
export async function earlierStack(lab: string): Promise<string | undefined> {
  const { output } = await readCdktfJson();
  const directory = resolve(output, "stacks", lab);
  return readFile(join(directory, "cdk.tf.json")).then(
    () => directory,
    () => undefined,
  );
}

async function readCdktfJson(): Promise<{ app: string; output: string; context: unknown }> {
  const text = await readFile("cdktf.json", "utf8").catch(() => {
    throw new LackingError("there is no cdktf.json here: run this in the folder of a cdktf app");
  });
  const { app, output = "cdktf.out", context = {} } = parsed(text);
  if (typeof app !== "string" || typeof output !== "string")
    throw new LackingError('cdktf.json does not say which app to run: "app" is its command, "output" its folder');
  return { app, output, context };
}

function parsed(text: string): { app?: unknown; output?: unknown; context?: unknown } {
  try {
    return JSON.parse(text) as object;
  } catch (cause) {
    throw new LackingError("cdktf.json is not JSON", { cause });
  }
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): boolean {
  try {
    return pid !== undefined && process.kill(-pid, signal);
  } catch {
    return false; // It has ended meanwhile.
  }
}
