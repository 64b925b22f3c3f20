/** The command line of `ssh`, `capture` and `logs`: looking into a running lab. What they need is loaded when they run. */
import { InvalidArgumentError, type Command } from "commander";
import type { CaptureOptions } from "./capture.ts";
import type { Running } from "./running.ts";
import type { LogOptions } from "./logs.ts";

/** Adds them; each runs its work by `run`. */
export function addLabCommands(program: Command, { run, signal }: Running): void {
  // What stands behind a node's name is the command's, also where it looks like an option.
  program.enablePositionalOptions();
  program
    .command("ssh <lab> <node> [command...]")
    .description("log in to a node of a running lab, or run a command there, its words as they are")
    .passThroughOptions()
    .addHelpText(
      "after",
      `
With a command, the exit code is the command's.

Examples:
  npx tunnelwright ssh gre-over-ipsec r1
  npx tunnelwright ssh gre-over-ipsec r1 vtysh -c 'show ip ospf neighbor'`,
    )
    .action((lab: string, node: string, [first, ...rest]: string[]) =>
      run(async () => {
        // As with ssh itself, what stands behind -- is the command.
        const command = first === undefined || first === "--" ? rest : [first, ...rest];
        const { logIn, runThere } = await import("./ssh.ts");
        return command.length === 0 ? logIn(lab, node) : runThere(lab, node, command, signal);
      }),
    );
  program
    .command("capture <lab> <place> [filter...]")
    .description("show the packets of a segment, or of an interface of a node (r1:tunnel0), until Ctrl-C")
    .option("-w, --write <file>", "write them as pcap, which Wireshark opens; - is standard output")
    .option("-c, --count <packets>", "end after so many", countOption)
    .option("--on <node>", "which node of the segment listens (default: a transit, else a router)")
    .addHelpText(
      "after",
      `
The filter is tcpdump's. Of a capture's packets the very first may be missing where the node itself sent it.

Examples:
  npx tunnelwright capture gre-over-ipsec isp-left esp
  npx tunnelwright capture gre-over-ipsec r1:tunnel0 -w inside.pcap
  npx tunnelwright capture gre-over-ipsec isp-left -w - | wireshark -k -i -`,
    )
    .action((lab: string, place: string, filter: string[], options: Omit<CaptureOptions, "signal">) =>
      run(async () => (await import("./capture.ts")).captureSegment(lab, place, filter, { ...options, signal })),
    );
  program
    .command("logs <lab> [node]")
    .description("what the nodes' daemons have said, in the order of time: charon, FRR, keepalives, the start")
    .option("-f, --follow", "go on until Ctrl-C")
    .option("-n, --lines <count>", "only the last lines of each node", countOption)
    .option("--json", "print each line as a JSON object")
    .addHelpText("after", "\nExample: npx tunnelwright logs gre-over-ipsec r1 --lines 20")
    .action((lab: string, node: string | undefined, options: Omit<LogOptions, "signal">) =>
      run(async () => (await import("./logs.ts")).showLogs(lab, node, { ...options, signal })),
    );
}

function countOption(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is a number from 1 to 9999999.");
}
