import type { RunningCommand } from "../model/session.ts";
import type { CommandChannel } from "./command-channel.ts";
import { CommandTimeoutError, InterruptedError, RunningCommandError } from "./errors.ts";

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

  /** The exit code, when it has ended by itself or was stopped; rejects where it was lost. */
  get ended(): Promise<number> {
    return this.#command.ended;
  }

  /** Resolves when standard error has shown the text; rejects when the deadline passes or the command ends first. */
  async waitForStderr(text: string, timeoutMs: number): Promise<void> {
    const hasShown = (): boolean => this.#command.stderr.toString().includes(text);
    if (await this.#until(hasShown, timeoutMs)) return;
    const ended = this.#command.hasEnded;
    const said = JSON.stringify(text);
    throw await this.#failure(ended ? `before it said ${said}` : `did not say ${said} within ${timeoutMs} ms`, ended);
  }

  async waitForStdout(isSeen: (shown: string) => boolean, timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
    const hasShown = (): boolean => isSeen(this.#command.stdout.toString());
    if (await this.#until(hasShown, timeoutMs, signal)) return true;
    if (this.#command.hasEnded) throw await this.#failure("before it had shown what was waited for", true);
    return false;
  }

  /** Whether the condition came to hold before the time was over, the command ended, or the signal was aborted, which rejects. */
  async #until(holds: () => boolean, timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
    const command = this.#command;
    return new Promise<boolean>((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        stop();
        signal?.removeEventListener("abort", interrupt);
      };
      const interrupt = (): void => {
        leave();
        const facts = { node: this.#node, command: this.#argv, cause: signal?.reason as unknown };
        reject(new InterruptedError({ ...facts, doing: "waiting for what it shows" }));
      };
      const look = (isLate: boolean): void => {
        const held = holds();
        if (!held && !isLate && !command.hasEnded) return;
        leave();
        resolve(held);
      };
      const timer = setTimeout(() => look(true), timeoutMs);
      const stop = command.onChange(() => look(false));
      signal?.addEventListener("abort", interrupt, { once: true });
      if (signal?.aborted) interrupt();
      else look(false);
    });
  }

  /** The words of a wait that was in vain; rejects where the command was lost. */
  async #failure(what: string, ended: boolean): Promise<RunningCommandError> {
    const stderr = this.#command.stderr.toString();
    return new RunningCommandError({
      node: this.#node,
      command: this.#argv,
      what: ended ? `ended with exit code ${await this.#command.ended} ${what}` : what,
      stderr,
    });
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
