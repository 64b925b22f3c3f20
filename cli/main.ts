#!/usr/bin/env node
/** The command line: arguments in, exit code out. What a command needs is loaded when it runs, so that --help is quick. */
import { CommanderError } from "commander";
import { harmless } from "../model/harmless.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { describeCompletion, makeProgram } from "./program.ts";

const interruption = new AbortController();
process.once("SIGINT", () => interruption.abort(new Error("interrupted")));
process.once("SIGTERM", () => interruption.abort(new Error("terminated")));
process.once("SIGHUP", () => interruption.abort(new Error("the terminal is gone")));

// A reader that has seen enough, `| head`, is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});
// Who followed the work is gone, with his terminal or before it: what is begun ends in order, as when the terminal goes.
process.stderr.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.emit("SIGHUP");
});

process.exitCode = await main(process.argv);

async function main(argv: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = exitCodes.passed;
  const program = makeProgram({
    signal: interruption.signal,
    run: async (work) => {
      code = await work();
    },
  });
  if (argv[2] === "complete") await (await import("./completion.ts")).addCompletion(program);
  else describeCompletion(program);
  try {
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    return await fail(error);
  }
}

async function fail(error: unknown): Promise<ExitCode> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.passed : exitCodes.misuse;
  if (interruption.signal.aborted) {
    console.error("Interrupted.");
    return exitCodes.interrupted;
  }
  const { DocumentError } = await import("./document-error.ts");
  const { LinkNameError } = await import("../model/transit-links.ts");
  if (error instanceof DocumentError || error instanceof LinkNameError) {
    console.error(`✖ ${harmless(error.message)}`);
    return exitCodes.misuse;
  }
  const { LackingError } = await import("./lab-folder.ts");
  const { DeviceError, InventoryError } = await import("../devices/errors.ts");
  const { DockerEngineError } = await import("../devices/docker-engine.ts");
  const known = [LackingError, DeviceError, InventoryError, DockerEngineError].some((kind) => error instanceof kind);
  console.error(
    `✖ ${error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error)}`,
  );
  return known ? exitCodes.lacking : exitCodes.failed;
}
