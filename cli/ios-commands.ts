/** What is done with pasted configurations of IOS, and for IOS: import, lint, fix, render. */
import { InvalidArgumentError, Option, type Command } from "commander";
import type { Running } from "./running.ts";
import type { FixOptions } from "./fix.ts";
import type { ImportOptions } from "./import.ts";
import { isLabName } from "./lab-folder.ts";
import type { LintOptions } from "./lint.ts";
import type { RenderOptions } from "./render.ts";

/** Adds the verbs; each runs its work by `run`. */
export function addIosCommands(program: Command, { run }: Pick<Running, "run">): void {
  program
    .command("import [files...]")
    .description("read pasted IOS configurations: what every line became, what is wrong, and the lab that they are")
    .addOption(new Option("--json", "print the import as JSON, keys left out").conflicts("typescript"))
    .option("--typescript", "print the lab as a source for labs/, keys left out")
    .option("--name <lab>", "what the lab is called", labNameOption, "imported")
    .addHelpText(
      "after",
      `
The files are running configurations or pasted transcripts, one router or several in each; - or none is standard input.
Nothing is run on IOS, nothing is changed.

Examples:
  npx tunnelwright import r1.txt r2.txt
  npx tunnelwright import notes.md --json`,
    )
    .action(async (files: string[], options: ImportOptions) => {
      const { importConfigurations } = await import("./import.ts");
      await run(() => importConfigurations(files, options));
    });
  program
    .command("lint [files...]")
    .description(
      "hold pasted IOS configurations to the rules, each router and both ends together; 1 when one is broken",
    )
    .addOption(new Option("--json", "print the findings as JSON").conflicts(["sarif", "github"]))
    .addOption(new Option("--sarif", "print them as SARIF 2.1.0").conflicts(["json", "github"]))
    .addOption(new Option("--github", "print them as annotations of GitHub Actions").conflicts(["json", "sarif"]))
    .addHelpText(
      "after",
      "\nThe rules rest on documents and on measurements with Linux routers (docs/rules); they were not run on IOS.\n\nExample: npx tunnelwright lint r1.txt r2.txt",
    )
    .action(async (files: string[], options: LintOptions) => {
      const { lint } = await import("./lint.ts");
      await run(() => lint(files, options));
    });
  program
    .command("fix [files...]")
    .description("print pasted IOS configurations again, mended where the remedy is sure, the rest byte for byte")
    .option("--diff", "print what changed, as diff -u does")
    .addHelpText(
      "after",
      "\nIt writes no file. Your own keys are in what it prints, as you pasted them. Not run on IOS.\n\nExample: npx tunnelwright fix r1.txt r2.txt --diff",
    )
    .action(async (files: string[], options: FixOptions) => {
      const { fix } = await import("./fix.ts");
      await run(() => fix(files, options));
    });
  program
    .command("render <lab>")
    .description("a declared lab's routers as configurations of another platform")
    .addOption(new Option("--platform <platform>", "whose").choices(["ios"]).default("ios"))
    .addOption(
      new Option("--dialect <dialect>", "IOS of 12.4 and 15.x, or IOS-XE")
        .choices(["classic", "xe"])
        .default("classic"),
    )
    .option(
      "--xe-minor <minor>",
      "minor release of IOS-XE 17: from 11 on weak algorithms are refused (default: 9)",
      minorOption,
    )
    .addOption(
      new Option("--protection <protection>", "for every end (default: as declared)").choices([
        "tunnel-protection",
        "crypto-map",
      ]),
    )
    .option("--router <name>", "of this router alone")
    .addHelpText(
      "after",
      `
The lab is one that was synthesized here, or a file of JSON: a declaration, or what import --json printed.
Not run on IOS.

Examples:
  npx tunnelwright render gre-over-ipsec --dialect xe
  npx tunnelwright import pair.txt --json | npx tunnelwright render - --protection crypto-map`,
    )
    .action(async (lab: string, options: RenderOptions) => {
      const { render } = await import("./render.ts");
      await run(() => render(lab, options));
    });
}

/** An option's value as a lab's name. */
export function labNameOption(text: string): string {
  if (isLabName(text)) return text;
  throw new InvalidArgumentError("It is 1 to 30 of a-z, 0-9 and -, and begins with a letter.");
}

function minorOption(text: string): number {
  if (/^\d{1,2}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is a number from 0 to 99.");
}
