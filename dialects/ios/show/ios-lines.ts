/** One line of what a router printed. */
export interface PrintedLine {
  /** Its number in the text, from 1. */
  readonly number: number;
  /** Without trailing blanks, escape codes and what a pager left. */
  readonly text: string;
}

/** What a pager writes and then erases (unicon's plugins show four forms); also when the erasing was lost by copying. */
const pager = /^\s*-- ?More ?--\s*/i;
/** IOS-XE puts these before any output when `terminal exec prompt timestamp` is set. */
const timestamps = /^(Load for five secs|Time source is|No time source)/;

/** The command itself, echoed above its output, with or without a prompt. */
const echo = /^\s*(?:[\w.\-/:]+[#>])?\s*sh(?:o|ow)? [\w ./:-]+$/i;
const barePrompt = /^\s*[\w.\-/:]+[#>]$/;

/**
 * The lines of an output as it was pasted: CRLF, backspaces, escape codes and `--More--` are taken away, numbers stay those of the text.
 * Empty lines, echoed commands and bare prompts are left out.
 */
export function iosLines(output: string): PrintedLine[] {
  return output.split("\n").flatMap((raw, index) => {
    const text = printedText(raw).replace(pager, "").trimEnd();
    const saysNothing = text.trim() === "" || timestamps.test(text.trim()) || echo.test(text) || barePrompt.test(text);
    return saysNothing ? [] : [{ number: index + 1, text }];
  });
}

/** What a terminal would show of the line after its last character. */
export function printedText(raw: string): string {
  const plain = raw.replaceAll(/\u001b(?:\[[0-?]*[ -/]*[@-~]|[@-Z\\-_])/g, "").replace(/\r+$/, "");
  if (!/[\b\r]/.test(plain)) return plain;
  const cells: string[] = [];
  let column = 0;
  for (const character of plain) {
    if (character === "\b") column = Math.max(0, column - 1);
    else if (character === "\r") column = 0;
    else cells[column++] = character;
  }
  return cells.join("");
}
