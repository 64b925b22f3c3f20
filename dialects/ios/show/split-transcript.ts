import { printedText } from "./ios-lines.ts";

/** One command of a pasted session, and what the router answered. */
export interface TranscriptPart {
  /** As the prompt says it; `null` where no prompt was pasted. */
  readonly hostname: string | null;
  /** As it was typed, abbreviations included; `null` where no prompt was pasted. */
  readonly command: string | null;
  readonly output: string;
  /** Number in the text of the output's first line, from 1. */
  readonly firstLine: number;
  /** Another prompt follows: the output is whole. An empty one then says "none", else it says nothing. */
  readonly isWhole: boolean;
}

/** The prompt of exec mode and what was typed after it; config modes print no outputs. */
const promptLine = /^(?:\s*```\s*)?([A-Za-z0-9][\w.\-/:]{0,62})[#>]\s?(.*)$/;

/**
 * The commands of a pasted session, in order; a text without any prompt is one part without hostname and command.
 * A prompt with nothing typed after it only ends what was before it.
 */
export function splitTranscript(text: string): TranscriptPart[] {
  const lines = text.split("\n");
  const starts = lines.flatMap((raw, index) => {
    const match = promptLine.exec(printedText(raw).trimEnd());
    return match ? [{ index, hostname: match[1] ?? "", command: (match[2] ?? "").trim() }] : [];
  });
  if (starts.length === 0) return [{ hostname: null, command: null, output: text, firstLine: 1, isWhole: false }];
  return starts.flatMap(({ index, hostname, command }, at) => {
    // A syslog line may stand behind a prompt, where nobody typed anything.
    if (command === "" || /%[A-Z0-9_]+-\d-[A-Z0-9_]+:/.test(command)) return [];
    const end = starts[at + 1]?.index ?? lines.length;
    const output = lines.slice(index + 1, end).join("\n");
    return [{ hostname, command, output, firstLine: index + 2, isWhole: at + 1 < starts.length }];
  });
}
