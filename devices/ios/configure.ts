import type { Prompt } from "./classify-pause.ts";
import type { RefusedLine } from "./ios-errors.ts";
import { caretPattern, complaints, remarks, syslogPattern } from "./ios-platform.ts";
import type { Answer, Exchange, ExchangeOptions } from "./ios-shell.ts";
import { maskSecrets } from "./mask-secrets.ts";

/** How configuration mode is entered, and how long each line may take. */
export interface ConfigureOptions {
  /** The device takes everything back after so many minutes, 1 to 120, unless it is confirmed; needs its archive. @default - it does not */
  readonly revertMinutes?: number;
  /** For one line. @default 30000 */
  readonly timeoutMs?: number;
  readonly answers?: readonly Answer[];
  readonly signal?: AbortSignal | undefined;
}

/** What became of the lines. */
export interface Configured {
  /** How many were taken. */
  readonly takenCount: number;
  readonly refused: RefusedLine | null;
  /** What the device said and what is no refusal. */
  readonly remarks: readonly string[];
  readonly syslog: readonly string[];
}

/** What it needs of a session. */
export interface ConfigTerminal {
  readonly node: string;
  readonly prompt: () => Prompt;
  readonly exchange: (line: string, options: ExchangeOptions) => Promise<Exchange>;
  readonly rename: (hostname: string) => void;
}

interface Heard {
  readonly remarks: string[];
  readonly syslog: string[];
}

/**
 * Sends the lines one at a time, each after the prompt that follows the one before; the depth of a line is its indentation.
 * It stops at the first line that is refused, and at a line that should have opened a mode and did not: what follows would land in the
 * wrong one. `exit` is sent only inside a mode that was entered here, never at the top, where it would log out.
 */
export async function configure(
  terminal: ConfigTerminal,
  lines: readonly string[],
  options: ConfigureOptions,
): Promise<Configured> {
  const heard: Heard = { remarks: [], syslog: [] };
  const send = sender(terminal, options, heard);
  const enter =
    options.revertMinutes === undefined
      ? "configure terminal"
      : `configure terminal revert timer ${options.revertMinutes}`;
  const refusedEntry = await send(enter, 0);
  const result = (takenCount: number, refused: RefusedLine | null): Configured => ({ takenCount, refused, ...heard });
  if (refusedEntry) return result(0, refusedEntry);
  const top = terminal.prompt().mode;
  if (top === null) return result(0, notEntered(enter, 0, null));
  let takenCount = 0;
  let refused: RefusedLine | null = null;
  let depth = 0;
  for (const [index, line] of lines.entries()) {
    const command = line.trim();
    if (command === "" || command.startsWith("!")) continue;
    const wanted = line.length - line.trimStart().length;
    for (; depth > wanted && terminal.prompt().mode !== top; depth -= 1) await send("exit", index + 1);
    depth = wanted;
    const renamed = /^hostname (\S+)$/.exec(command)?.[1];
    if (renamed !== undefined) terminal.rename(renamed);
    refused = await send(command, index + 1);
    const next = lines[index + 1];
    const opens = next !== undefined && next.length - next.trimStart().length > wanted;
    if (!refused && opens && depth === 0 && terminal.prompt().mode === top)
      refused = notEntered(command, index + 1, top);
    if (refused) break;
    takenCount += 1;
  }
  await leave(terminal, send);
  return result(takenCount, refused);
}

function sender(terminal: ConfigTerminal, options: ConfigureOptions, heard: Heard) {
  return async (command: string, number: number): Promise<RefusedLine | null> => {
    const { mode } = terminal.prompt();
    const exchange = await terminal.exchange(command, {
      doing: `sending «${maskSecrets(command)}»${mode === null ? "" : ` in (${mode})`}`,
      timeoutMs: options.timeoutMs ?? 30_000,
      ...(options.answers && { answers: options.answers }),
      signal: options.signal,
    });
    heard.syslog.push(...exchange.syslog, ...exchange.before.filter((line) => syslogPattern.test(line)));
    const said = exchange.lines.filter((line) => line.trim() !== "");
    if (!said.some(isRefusal)) {
      // What is said on entering and leaving is about no line.
      if (number > 0) heard.remarks.push(...said.map(maskSecrets));
      return null;
    }
    return {
      number,
      command: maskSecrets(command),
      mode,
      said: said.filter((line) => !caretPattern.test(line)).map(maskSecrets),
      column: caretColumn(exchange, command),
    };
  };
}

/** A line of the device that says that it did not do what it was told. */
export function isRefusal(line: string): boolean {
  const text = line.trim();
  if (complaints.some((pattern) => pattern.test(text))) return true;
  return text.startsWith("%") && !syslogPattern.test(text) && !remarks.some((pattern) => pattern.test(text));
}

/** The caret stands below the echo, prompt and all. */
function caretColumn({ echo, lines }: Exchange, command: string): number | null {
  const caret = lines.find((line) => caretPattern.test(line));
  if (caret === undefined || echo === null || maskSecrets(command) !== command) return null;
  const column = caret.indexOf("^") - echo.lastIndexOf(command) + 1;
  return column >= 1 && column <= command.length + 1 ? column : null;
}

function notEntered(command: string, number: number, mode: string | null): RefusedLine {
  return {
    number,
    command: maskSecrets(command),
    mode,
    said: ["it was taken without a word, but the mode that the next lines need was not entered"],
    column: null,
  };
}

/** `end` leads out of any mode; a device that knows it only at the top is left step by step. */
async function leave(
  terminal: ConfigTerminal,
  send: (command: string, number: number) => Promise<RefusedLine | null>,
): Promise<void> {
  await send("end", 0);
  for (let steps = 0; steps < 8 && terminal.prompt().mode !== null; steps += 1) await send("exit", 0);
}
