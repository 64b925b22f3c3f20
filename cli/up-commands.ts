/** `new`, `up`, `down` and `rebuild`. */
import { Option, type Command } from "commander";
import { exitCodes } from "./exit-codes.ts";
import { labNameOption } from "./ios-commands.ts";
import type { NewLabOptions } from "./new-lab/new-lab.ts";
import type { Presentation } from "./present-result.ts";
import type { RebuildOptions } from "./rebuild.ts";
import type { Running } from "./running.ts";
import type { ViewOptions } from "./terraform/make-progress-view.ts";

interface Up extends Presentation {
  readonly from?: string[];
  readonly name?: string;
}

/** Adds them; each runs its work by `run`. Gives those that show a result, for the options of all that do. */
export function addUpCommands(program: Command, { run, signal }: Running): Command[] {
  program
    .command("new <lab>")
    .description("a lab of your own from a template, in labs/, with the test that it passes, called in main.ts")
    .addOption(
      new Option("--template <template>", "what it begins as")
        .choices(["gre-over-ipsec", "ipsec-over-gre", "gre"])
        .default("gre-over-ipsec"),
    )
    .option("--json", "print what was written as JSON")
    .addHelpText("after", "\nExample: npx tunnelwright new branch --template ipsec-over-gre")
    .action(async (lab: string, options: NewLabOptions) => {
      const { newLab } = await import("./new-lab/new-lab.ts");
      await run(() => newLab(lab, options));
    });
  const up = program
    .command("up [lab]")
    .description(
      "stand the lab up, whatever a killed deploy left of it, and show what was measured; --from stands up the twin of pasted IOS configurations",
    )
    .option("--from <files...>", "the twin of these configurations, as import reads them; - is standard input")
    .option("--name <lab>", "with --from: what the twin is called (default: as the file, else twin)", labNameOption)
    .addHelpText(
      "after",
      `
Examples:
  npx tunnelwright up gre-over-ipsec
  npx tunnelwright up --from r1.txt r2.txt --name branch`,
    )
    .action(async (lab: string | undefined, { from, name, ...presentation }: Up, command: Command) => {
      if ((lab === undefined) === (from === undefined))
        command.error("error: up wants either a lab's name or --from with pasted configurations");
      if (name !== undefined && from === undefined) command.error("error: --name is for --from");
      if (from !== undefined) {
        const { standUpTwin } = await import("./up-twin.ts");
        await run(() => standUpTwin(from, { ...(name !== undefined && { name }), presentation, signal }));
      } else if (lab !== undefined) {
        const { standUp } = await import("./up.ts");
        await run(() => standUp(lab, presentation, signal));
      }
    });
  program
    .command("down <lab>")
    .description("take the lab down; in the end nothing of it is left, whatever happened before")
    .option("--quiet", "print nothing but what somebody must read")
    .option("--verbose", "print a line for each thing that happens, also on a terminal")
    .addHelpText("after", "\nExample: npx tunnelwright down gre-over-ipsec")
    .action(async (lab: string, options: ViewOptions) => {
      const { destroyLab } = await import("./stand-up.ts");
      const { forgetDeclaration } = await import("./declared-file.ts");
      const { makeProgressView } = await import("./terraform/make-progress-view.ts");
      await run(async () => {
        const code = await destroyLab(lab, { signal, view: await makeProgressView(options) });
        if (code === exitCodes.passed) await forgetDeclaration(lab);
        return code;
      });
    });
  const rebuild = program
    .command("rebuild <lab>")
    .description("take the lab down, stand it up anew, prove it again, and tell what is otherwise than in the last run")
    .option("--against <file>", "the run to compare with (default: this folder's last)")
    .addHelpText(
      "after",
      `
With --json the document has both runs and the differences.

Example: npx tunnelwright rebuild gre-over-ipsec --against last-night.json`,
    )
    .action(async (lab: string, options: RebuildOptions) => {
      const { rebuildLab } = await import("./rebuild.ts");
      await run(() => rebuildLab(lab, options, signal));
    });
  return [up, rebuild];
}
