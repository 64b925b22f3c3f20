import type { RunningCommand } from "../model/session.ts";
import { assertArgumentVector } from "./command-frame.ts";
import type { CommandChannel } from "./command-channel.ts";
import { CommandTimeoutError, RunningCommandError } from "./errors.ts";

/**
 * Runs the words after the signal's name as they are, and sends them that signal when standard input ends: because the caller
 * stopped or gave up, or because the connection was lost. SSH's own `signal` request would not do: OpenSSH 9.2, Debian 12's,
 * refuses it for root ("session signalling requires privilege separation"), and a closed channel alone ends no command.
 */
const signalAtInputEnd =
  'signal=$1; shift; exec 3<&0; { read -r line <&3; kill -"$signal" $$; } >/dev/null 2>&1 & exec "$@" </dev/null 3<&-';

/** The argument vector that runs another one, with empty standard input, until its own standard input ends. */
export function untilInputEnds(argv: readonly string[], signal: "INT" | "TERM"): string[] {
  assertArgumentVector(argv);
  return ["/bin/sh", "-c", signalAtInputEnd, "until-input-ends", signal, ...argv];
}

/** A command on a router that runs until it is told to stop: a capture. */
export class LinuxRunningCommand implements RunningCommand {
  readonly #node: string;
  readonly #argv: readonly string[];
  readonly #command: CommandChannel;

  constructor(node: string, argv: readonly string[], command: CommandChannel) {
    this.#node = node;
    this.#argv = argv;
    this.#command = command;
  }

  /** Resolves when standard error has shown the text; rejects when the deadline passes or the command ends first. */
  async waitForStderr(text: string, timeoutMs: number): Promise<void> {
    const command = this.#command;
    const shown = (): boolean => command.stderr.toString().includes(text);
    const inTime = await new Promise<boolean>((resolve) => {
      const settle = (result: boolean): void => {
        clearTimeout(timer);
        stop();
        resolve(result);
      };
      const timer = setTimeout(() => settle(false), timeoutMs);
      const stop = command.onChange(() => {
        if (shown() || command.hasEnded) settle(true);
      });
      if (shown() || command.hasEnded) settle(true);
    });
    if (shown()) return;
    const facts = { node: this.#node, command: this.#argv };
    const what = inTime
      ? `ended with exit code ${await command.ended} before it said ${JSON.stringify(text)}`
      : `did not say ${JSON.stringify(text)} within ${timeoutMs} ms`;
    throw new RunningCommandError({ ...facts, what, stderr: command.stderr.toString() });
  }

  /** Interrupts the command, waits for its end, and gives all it printed. If it does not end in time it is given up and the promise rejects. */
  async stop(timeoutMs: number): Promise<{ readonly stdout: Uint8Array; readonly stderr: string }> {
    const command = this.#command;
    command.endInput();
    const timer = setTimeout(() => {
      const facts = { node: this.#node, command: this.#argv };
      command.abandon(
        new CommandTimeoutError({ ...facts, timeoutMs, seen: `interrupted, but still running; ${command.seen}` }),
      );
    }, timeoutMs);
    try {
      await command.ended;
    } finally {
      clearTimeout(timer);
    }
    return { stdout: command.stdout, stderr: command.stderr.toString() };
  }
}
