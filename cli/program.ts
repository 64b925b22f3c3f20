/** The commands, their options and help. What a command needs is loaded when it runs, so that --help is quick. */
import { Command, InvalidArgumentError, Option } from "commander";
import { addImpairCommands } from "./impair-commands.ts";
import { addIosCommands } from "./ios-commands.ts";
import { addLabCommands } from "./lab-commands.ts";
import { addPacketCommands } from "./packet-commands.ts";
import { addPackageCommands } from "./package-commands.ts";
import { addUpCommands } from "./up-commands.ts";
import type { DoctorOptions } from "./doctor.ts";
import type { Presentation } from "./present-result.ts";
import type { ReadOptions } from "./read.ts";
import type { ReportOptions } from "./report.ts";
import type { Running } from "./running.ts";

interface Verify extends Presentation {
  readonly disruptive?: boolean;
  readonly full?: boolean;
  readonly seed?: number;
  readonly patience?: number;
}

/** What a shell asks by is loaded for a shell alone (completion.ts); for whoever reads the help it is a line. */
export function describeCompletion(program: Command): void {
  program.command("complete [shell]").description("print what makes bash, zsh, fish or PowerShell complete all this");
}

/** The program; nothing runs before it is told to parse. docs/cli.md is written from it. */
export function makeProgram(running: Running): Command {
  const { run, signal } = running;
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
    .option(
      "--full",
      "every check of every tunnel; else a sample of the tunnels, where there are many and packets are watched",
    )
    .option(
      "--seed <number>",
      "the sample that another run was made of (default: another each time, and told)",
      seedOption,
    )
    .option("--disruptive", "also take SA, charon and key away, and watch the transit meanwhile")
    .option(
      "--patience <seconds>",
      "wait at most this long for any state (default: each check's own settle time)",
      secondsOption,
    )
    .addHelpText("after", "\nExample: npx tunnelwright verify gre-over-ipsec")
    .action(async (lab: string, { disruptive = false, full = false, seed, patience, ...presentation }: Verify) => {
      const { presentResult } = await import("./present-result.ts");
      const { verifyLab } = await import("./verify.ts");
      const { makeProgressView } = await import("./terraform/make-progress-view.ts");
      const view = await makeProgressView(presentation);
      await run(() =>
        presentResult(lab, presentation, () =>
          verifyLab(lab, {
            view,
            disruptive,
            coverage: { mode: full ? "full" : "sampled", ...(seed !== undefined && { seed }) },
            patienceMs: patience === undefined ? null : patience * 1000,
            signal,
          }),
        ),
      );
    });
  program
    .command("results <lab>")
    .description("show what the last run of the lab's checks found")
    .addHelpText("after", "\nExample: npx tunnelwright results gre-over-ipsec --json")
    .action(async (lab: string, presentation: Presentation) => {
      const { presentResult } = await import("./present-result.ts");
      const { readLatestResult } = await import("./lab-folder.ts");
      await run(() => presentResult(lab, presentation, () => readLatestResult(lab)));
    });
  const showing = [...program.commands];
  program
    .command("report <lab>")
    .description("write the last run as one page of HTML that needs nothing else, or as Markdown for a CI job")
    .addOption(new Option("--format <format>", "what to write").choices(["html", "markdown"]).default("html"))
    .option("-o, --output <file>", "where to; - is standard output (default: results/latest.html of the lab's folder)")
    .option("--from <file>", "another run than the last: what verify --json printed")
    .addHelpText(
      "after",
      `
Examples:
  npx tunnelwright report gre-over-ipsec -o report.html
  npx tunnelwright report gre-over-ipsec --format markdown -o - >>"$GITHUB_STEP_SUMMARY"`,
    )
    .action(async (lab: string, options: ReportOptions) => {
      const { writeReport } = await import("./report.ts");
      await run(() => writeReport(lab, options));
    });
  showing.push(...addUpCommands(program, running));
  program
    .command("labs")
    .description("the labs that were synthesized in this folder, and which of them are up")
    .option("--json", "print them as JSON")
    .addHelpText("after", "\nExample: npx tunnelwright labs")
    .action(async (options: { readonly json?: boolean }) => {
      const { listLabs } = await import("./labs.ts");
      await run(() => listLabs(options));
    });
  addPacketCommands(program, running);
  program
    .command("read <file>")
    .description("what a production router printed, as typed data; - is standard input; no router is spoken to")
    .addOption(new Option("--platform <platform>", "whose output it is").choices(["ios"]).default("ios"))
    .option("--command <command>", "which command printed it; needed where no prompt was pasted with it")
    .option("--json", "print the observations as JSON")
    .addHelpText(
      "after",
      `
Example: npx tunnelwright read --platform ios --command 'show crypto ipsec sa' output.txt --json`,
    )
    .action(async (file: string, options: ReadOptions) => {
      const { readOutput } = await import("./read.ts");
      await run(() => readOutput(file, options));
    });
  program
    .command("doctor <kind=image>")
    .description("what this machine lacks for routers of virtual IOS (not run on IOS); nothing is started")
    .option("--count <routers>", "for so many of them", countOption, 2)
    .option("--json", "print what was found as JSON")
    .addHelpText("after", "\nExample: npx tunnelwright doctor iol=vrnetlab/cisco_iol:17.12.01 --count 2")
    .action(async (asked: string, options: DoctorOptions) => {
      const { examineMachine } = await import("./doctor.ts");
      await run(() => examineMachine(asked, options));
    });
  showing.push(
    program
      .command("judge <plan> <outputs...>")
      .description("run a plan's checks on pasted outputs of IOS, offline; what they do not say is unknown")
      .option("--check <kinds>", "only these kinds, by commas: ike-sa,child-sa,ends-agree,tunnel-up,ospf-full")
      .addHelpText(
        "after",
        `
Each file is a pasted session with its prompts; r1=FILE says whose it is where the prompt is named otherwise.

Example: npx tunnelwright judge .tunnelwright/seed-pair/plan.json r1=hq.txt r2=branch.txt --check ike-sa,child-sa`,
      )
      .action(
        async (plan: string, outputs: string[], { check, ...presentation }: Presentation & { check?: string }) => {
          const { presentResult } = await import("./present-result.ts");
          const { judgeFiles } = await import("./judge.ts");
          const kinds = check === undefined ? [] : check.split(",");
          await run(() => presentResult("", presentation, () => judgeFiles(plan, outputs, kinds)));
        },
      ),
  );
  program
    .command("demo <name>")
    .description("stand the demo's lab up, drive it, and tell each step as it was predicted and seen")
    .option("--json", "print the DemoResult document instead of the story")
    .addHelpText(
      "after",
      `
Demos: transport-vs-tunnel, ipsec-over-gre, fragmentation, pmtud, pmtud-black-hole, mtu-1400, keepalive, failover,
       asymmetric-cut, seed-as-written

Example: npx tunnelwright demo fragmentation`,
    )
    .action(async (name: string, options: { readonly json?: boolean }) => {
      const { runDemo } = await import("./demo.ts");
      await run(() => runDemo(name, { ...options, signal }));
    });
  addImpairCommands(program, running);
  addLabCommands(program, running);
  addIosCommands(program, running);
  addPackageCommands(program, running);
  for (const command of showing)
    command
      .option("--json", "print the RunResult document instead of the table")
      .option("--junit <file>", "write the result as JUnit XML too; - prints it instead of the table")
      .option("--verbose", "print also every command that was run, and what it answered")
      .option("--quiet", "print only what did not pass, and the verdict")
      .hook("preAction", (_, asked) => {
        const { json, junit, verbose, quiet } = asked.opts<Presentation>();
        if (verbose && quiet) asked.error("error: --verbose and --quiet ask for the opposite");
        if (json && junit === "-") asked.error("error: --json and --junit - both ask for the standard output");
      });
  return program;
}

function countOption(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is a number from 1 to 99.");
}

function seedOption(text: string): number {
  const seed = Number(text);
  if (!/^\d{1,10}$/.test(text) || seed >= 2 ** 32) throw new InvalidArgumentError("It must be from 0 to 4294967295.");
  return seed;
}

function secondsOption(text: string): number {
  if (/^\d{1,4}(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is a number of seconds from 0 to 9999.");
}
