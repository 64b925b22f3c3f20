#!/usr/bin/env node
/** The command line: arguments in, exit code out. What a command needs is loaded when it runs, so that --help is quick. */
import { Command, CommanderError } from "commander";
import { exitCodes, type ExitCode } from "./exit-codes.ts";

interface Output {
  readonly json?: boolean;
}

const interruption = new AbortController();
process.once("SIGINT", () => interruption.abort(new Error("interrupted")));
process.once("SIGTERM", () => interruption.abort(new Error("terminated")));

process.exitCode = await main(process.argv);

async function main(argv: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = exitCodes.passed;
  const program = new Command("tunnelwright")
    .description("GRE/IPsec tunnels: predicted to the byte, then proved on the wire")
    .exitOverride()
    .showHelpAfterError("(see tunnelwright --help)")
    .addHelpText(
      "after",
      "\nExit codes: 0 passed, 1 a check failed or is unknown, 2 misuse, 3 the machine or lab lacks something, 4 interrupted",
    );
  program
    .command("verify <lab>")
    .description("run the lab's checks on its running routers")
    .option("--json", "print the RunResult document instead of the table")
    .addHelpText("after", "\nExample: npx tunnelwright verify gre-over-ipsec")
    .action(async (lab: string, { json = false }: Output) => {
      const { verifyLab } = await import("./verify.ts");
      code = await show(
        await verifyLab(lab, { quiet: json || !process.stderr.isTTY, signal: interruption.signal }),
        json,
      );
    });
  program
    .command("results <lab>")
    .description("show what the last run of the lab's checks found")
    .option("--json", "print the RunResult document instead of the table")
    .addHelpText("after", "\nExample: npx tunnelwright results gre-over-ipsec --json")
    .action(async (lab: string, { json = false }: Output) => {
      const { readLatestResult } = await import("./lab-folder.ts");
      code = await show(await readLatestResult(lab), json);
    });
  try {
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    return await fail(error);
  }
}

async function show(result: import("../model/run-result.ts").RunResult, json: boolean): Promise<ExitCode> {
  const { renderJson, renderTerminal } = await import("../reports/index.ts");
  const colour = process.stdout.isTTY && !process.env.NO_COLOR;
  process.stdout.write(
    json ? renderJson(result) : renderTerminal(result, { colour, width: process.stdout.columns || 100 }),
  );
  return result.verdict === "pass" ? exitCodes.passed : exitCodes.failed;
}

async function fail(error: unknown): Promise<ExitCode> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.passed : exitCodes.misuse;
  if (interruption.signal.aborted) {
    console.error("Interrupted; nothing was changed.");
    return exitCodes.interrupted;
  }
  const { LackingError } = await import("./lab-folder.ts");
  const { DeviceError, InventoryError } = await import("../devices/errors.ts");
  const known = error instanceof LackingError || error instanceof DeviceError || error instanceof InventoryError;
  console.error(
    `✖ ${error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error)}`,
  );
  return known ? exitCodes.lacking : exitCodes.failed;
}
