/** `read`: what a router printed, as typed data; no router is spoken to. */
import { harmless } from "../model/harmless.ts";
import { readableCommand, readableCommands, readShow, type ShowReading } from "../dialects/ios/show/read-show.ts";
import { splitTranscript, type TranscriptPart } from "../dialects/ios/show/split-transcript.ts";
import { DocumentError } from "./document-error.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { printJson, type NamedReading } from "./json-documents.ts";
import { placeOf, readText } from "./read-text.ts";

/** How an output is read. */
export interface ReadOptions {
  /** Which command printed it, abbreviated or not; needed where no prompt was pasted with it. */
  readonly command?: string;
  readonly json?: boolean;
}

/** Reads every output of a file; 1 when something of it was not an output of its command, or a line was not understood. */
export async function readOutput(file: string, { command, json = false }: ReadOptions): Promise<ExitCode> {
  if (command !== undefined && readableCommand(command) === null)
    throw new DocumentError(`${JSON.stringify(command)} cannot be read; these can: ${readableCommands.join(", ")}`);
  const readings = partsOf(splitTranscript(await readText(file)), command, file).map(readPart);
  if (json) printJson("read", { platform: "ios", readings });
  else process.stdout.write(`${readings.map(renderReading).join("\n\n")}\n`);
  for (const { command: name, unread } of readings)
    for (const { number, text } of unread)
      console.error(`▲ ${placeOf(file)}:${number} is not understood as ${name}: ${harmless(text.trim())}`);
  const whole = readings.every(({ outcome, unread }) => outcome === "read" && unread.length === 0);
  return whole ? exitCodes.passed : exitCodes.failed;
}

function partsOf(parts: readonly TranscriptPart[], command: string | undefined, file: string): TranscriptPart[] {
  const wanted = command === undefined ? null : readableCommand(command);
  const found = parts.flatMap((part) => {
    if (part.command === null) return wanted === null ? [] : [{ ...part, command: wanted }];
    const readable = readableCommand(part.command);
    return readable !== null && (wanted === null || wanted === readable) ? [part] : [];
  });
  if (found.length > 0) return found;
  throw new DocumentError(
    parts.some((part) => part.command !== null)
      ? `${placeOf(file)} holds no output of ${wanted ?? "a command that can be read"}; its commands are ${parts.map((part) => harmless(part.command ?? "")).join(", ")}`
      : `${placeOf(file)} shows no prompt with a command: say with --command what printed it, one of ${readableCommands.join(", ")}`,
  );
}

function readPart(part: TranscriptPart): NamedReading {
  const reading = readShow(part.command ?? "", part.output);
  const unread = reading.unread.map(({ number, text }) => ({ number: number + part.firstLine - 1, text }));
  // Where another prompt follows, an empty output is the answer "none".
  const outcome = reading.outcome === "nothing" && part.isWhole ? "read" : reading.outcome;
  return { hostname: part.hostname, ...reading, outcome, unread };
}

const outcomes: Readonly<Record<ShowReading["outcome"], string>> = {
  read: "",
  nothing: ": empty, which says nothing where no prompt follows",
  refused: ": the router refused it",
  strange: ": this is not its output",
};

function renderReading({ hostname, command, outcome, said, observation }: NamedReading): string {
  const { kind, ...lists } = observation;
  const records: readonly object[] = Object.values(lists).flat();
  const count =
    outcome === "read" ? `: ${records.length === 0 ? "none" : records.length} of ${kind}` : outcomes[outcome];
  const head = `${hostname === null ? "" : `${harmless(hostname)}  `}${command}${count}${said === null ? "" : `, ${harmless(said)}`}`;
  return [head, ...records.flatMap((record) => ["", ...renderFields(record, "  ")])].join("\n");
}

/** One field a line, what was not printed left out. */
function renderFields(record: object, indent: string): string[] {
  return Object.entries(record).flatMap(([name, value]: [string, unknown]) => renderField(name, value, indent));
}

function renderField(name: string, value: unknown, indent: string): string[] {
  if (value === null || value === "") return [];
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const words = items.filter((item) => typeof item === "string");
    if (words.length === items.length)
      return words.length === 0 ? [] : [`${indent}${name}  ${harmless(words.join(" "))}`];
    return items.flatMap((item) => renderField(name, item, indent));
  }
  if (typeof value === "object") return [`${indent}${name}`, ...renderFields(value, `${indent}  `)];
  return [`${indent}${name}  ${harmless(JSON.stringify(value).replaceAll('"', ""))}`];
}
