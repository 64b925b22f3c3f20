/** The command line of `predict`, `packet` and `dissect`: a tunnel's numbers, a packet's life, a capture's packets. */
import { InvalidArgumentError, Option, type Command } from "commander";
import type { DissectOptions } from "./dissect.ts";
import type { Running } from "./running.ts";
import type { PacketOptions } from "./packet.ts";
import type { PredictOptions } from "./predict.ts";

/** Adds them; each runs its work by `run`. */
export function addPacketCommands(program: Command, { run, signal }: Running): void {
  program
    .command("predict [file]")
    .description(
      "what a tunnel leaves of the MTU and what a packet weighs, from a specification in JSON; no lab is needed",
    )
    .option("--json", "print the numbers as JSON, a list for a list")
    .option("--explain", "print the arithmetic too, line by line with its RFC sections")
    .addHelpText(
      "after",
      `
The file is one specification or a list of them, - is standard input:
  {"outer":{"family":"ipv4","mtuBytes":1500},"order":"gre-over-ipsec",
   "esp":{"encryption":"aes-gcm-16","mode":"transport"},"innerBytes":1400}

Example: npx tunnelwright predict tunnel.json --explain`,
    )
    .action(async (file: string | undefined, options: PredictOptions) => {
      const { predict } = await import("./predict.ts");
      await run(() => predict(file ?? "-", options));
    });
  program
    .command("packet [file]")
    .description("the life of a packet on its way through a tunnel, event by event, with a picture of its headers")
    .option("--lab <lab>", "through a tunnel of this lab's plan, instead of a document")
    .option("--tunnel <name>", "which tunnel of the lab (default: the first)")
    .option("--size <bytes>", "with --lab: bytes of the whole IP packet (default: 1500)", bytesOption)
    .option("--no-df", "with --lab: the packet may be fragmented")
    .addOption(
      new Option("--platform <platform>", "as it is done by (default: the sending router's)").choices(["linux", "ios"]),
    )
    .option("--once", "send it once; else one with DF is sent again, as large as was answered, until it arrives")
    .option("--json", "print the events as JSON")
    .option("--svg <file>", "write a picture of the headers")
    .addHelpText(
      "after",
      `
Examples:
  npx tunnelwright packet --lab gre-over-ipsec --size 1500 --no-df
  npx tunnelwright packet journey.json --platform ios

The document, - is standard input, is a specification of predict with innerBytes, or
  {"tunnel":{…as for predict…},"linkMtusBytes":[1500,1400],"ipMtuBytes":1476,"outerDf":"copy",
   "packets":[{"bytes":1500,"df":true}]}`,
    )
    .action(async (file: string | undefined, options: PacketOptions) => {
      const { packet } = await import("./packet.ts");
      await run(() => packet(file, options));
    });
  program
    .command("dissect <file>")
    .description("list the packets of a pcap or pcapng file, fragments joined, each layer with its bytes")
    .option("--open <lab>", "open ESP too, with the keys that this lab's routers hold now; they are kept nowhere")
    .option("--json", "print the packets as JSON")
    .addHelpText("after", "\nExample: npx tunnelwright dissect demo.pcap --open fragmentation")
    .action(async (file: string, options: DissectOptions) => {
      const { dissectFile } = await import("./dissect.ts");
      await run(() => dissectFile(file, { ...options, signal }));
    });
}

function bytesOption(text: string): number {
  const bytes = Number(text);
  if (/^\d{2,5}$/.test(text) && bytes >= 28 && bytes <= 65_535) return bytes;
  throw new InvalidArgumentError("It is a number of bytes from 28 to 65535.");
}
