/** The command line of `cut`, `impair`, `restore` and `status`. What they need is loaded when they run. */
import { InvalidArgumentError, type Command } from "commander";
import type { ImpairmentEffect } from "../model/impairment.ts";
import type { ExitCode } from "./exit-codes.ts";
import type { Running } from "./running.ts";

interface ImpairArguments {
  readonly delay?: number;
  readonly jitter?: number;
  readonly loss?: number;
  readonly mtu?: number;
  readonly blockIcmp?: boolean;
  readonly oneWay?: string;
  readonly json?: boolean;
}

/** Adds the verbs on a running lab; `run` is given what each of them does. */
export function addImpairCommands(program: Command, { signal, run }: Running): void {
  const json = ["--json", "print what was done as JSON"] as const;
  const oneWay = ["--one-way <toward>", "toward this neighbour alone (default: both ways)"] as const;
  program
    .command("cut <lab> <link>")
    .description("let nothing pass a link of a transit, or any link of it; tells when, by the router's clock")
    .option(...oneWay)
    .option(...json)
    .addHelpText("after", "\nExample: npx tunnelwright cut gre-over-ipsec isp-left --one-way r1")
    .action((lab: string, link: string, asked: Pick<ImpairArguments, "oneWay" | "json">) =>
      run(() => impair(lab, link, [{ kind: "cut" }], asked)),
    );
  program
    .command("impair <lab> <link>")
    .description("delay or lose packets of a link, make it narrow, or filter ICMP; beside what impairs it already")
    .option("--delay <ms>", "each packet waits so long", milliseconds)
    .option("--jitter <ms>", "with --delay: so much more or less", milliseconds)
    .option("--loss <percent>", "each packet is lost with this probability", percent)
    .option("--mtu <bytes>", "the largest IP packet that passes", mtuBytes)
    .option("--block-icmp", "ICMP fragmentation needed (type 3 code 4) does not pass")
    .option(...oneWay)
    .option(...json)
    .addHelpText("after", "\nExample: npx tunnelwright impair gre-over-ipsec isp --delay 20 --loss 1")
    .action((lab: string, link: string, asked: ImpairArguments, command: Command) => {
      const effects = effectsOf(asked);
      if (asked.jitter !== undefined && (asked.delay ?? 0) < asked.jitter)
        command.error("error: --jitter wants a --delay that is not smaller");
      if (effects.length === 0) command.error("error: say what: --delay, --loss, --mtu or --block-icmp");
      return run(() => impair(lab, link, effects, asked));
    });
  program
    .command("restore <lab> [link]")
    .description("take away what impairs a link, or with --all every link, whoever did it")
    .option("--all", "every link of the lab")
    .option(...json)
    .addHelpText("after", "\nExample: npx tunnelwright restore gre-over-ipsec --all")
    .action(
      (
        lab: string,
        link: string | undefined,
        { all = false, ...options }: { readonly all?: boolean; readonly json?: boolean },
        command: Command,
      ) => {
        if (all === (link !== undefined)) command.error("error: name a link, or say --all");
        return run(async () => (await import("./restore.ts")).restoreLink(lab, link, { ...options, signal }));
      },
    );
  program
    .command("status <lab>")
    .description("how a running lab is: its nodes, its links and what impairs them, both ends of its tunnels")
    .option("--json", "print the LabStatus document instead of the tables")
    .addHelpText("after", "\nExample: npx tunnelwright status gre-over-ipsec")
    .action((lab: string, options: { readonly json?: boolean }) =>
      run(async () => (await import("./status.ts")).showStatus(lab, { ...options, signal })),
    );

  async function impair(
    lab: string,
    link: string,
    effects: readonly ImpairmentEffect[],
    { oneWay: toward, json: asJson = false }: Pick<ImpairArguments, "oneWay" | "json">,
  ): Promise<ExitCode> {
    const { impairLink } = await import("./impair.ts");
    return impairLink(lab, link, effects, { signal, json: asJson, ...(toward !== undefined && { oneWay: toward }) });
  }
}

function effectsOf({ delay, jitter = 0, loss, mtu, blockIcmp }: ImpairArguments): ImpairmentEffect[] {
  return [
    ...(delay === undefined ? [] : [{ kind: "delay", delayMs: delay, jitterMs: jitter } as const]),
    ...(loss === undefined ? [] : [{ kind: "loss", percent: loss } as const]),
    ...(mtu === undefined ? [] : [{ kind: "mtu", mtuBytes: mtu } as const]),
    ...(blockIcmp ? [{ kind: "block-icmp" } as const] : []),
  ];
}

function milliseconds(text: string): number {
  if (/^\d{1,5}(\.\d{1,3})?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is a number of milliseconds from 0 to 99999.");
}

function percent(text: string): number {
  const number = Number(text);
  if (/^\d{1,3}(\.\d{1,6})?$/.test(text) && number > 0 && number <= 100) return number;
  throw new InvalidArgumentError("It is a percentage above 0, at most 100.");
}

function mtuBytes(text: string): number {
  const bytes = Number(text);
  if (/^\d{2,5}$/.test(text) && bytes >= 68 && bytes <= 65_535) return bytes;
  throw new InvalidArgumentError("It is a number of bytes from 68 (RFC 791) to 65535.");
}
