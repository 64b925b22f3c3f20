/**
 * What a check needs of the world, and nothing more: a way to run commands on a node, and a clock.
 * The room checks/ is handed these; devices/ and the caller make them.
 */

/** How a command ended, with everything it printed. */
export interface CommandResult {
  /** The argument vector that was run. */
  readonly argv: readonly string[];
  /** The command's exit code; 128 + N when signal N ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** From the request to the last byte, in milliseconds. */
  readonly durationMs: number;
}

export interface RunOptions {
  /** So long after the node began with it the command is given up and the promise rejects. @default 10000 */
  readonly timeoutMs?: number;
  /** Bytes for the command's standard input. @default - standard input is empty */
  readonly input?: string | Uint8Array;
  /** Ends the wait, and the command, at once. */
  readonly signal?: AbortSignal;
}

/** A command that runs until it is told to stop: a capture, a monitor. */
export interface RunningCommand {
  /** Resolves when standard error has shown the text; rejects when the deadline passes or the command ends first. */
  waitForStderr(text: string, timeoutMs: number): Promise<void>;
  /**
   * Whether `isSeen` came to hold of all that standard output has shown, before the time was over; it is asked with each piece that
   * comes. Nothing is asked of the node. Rejects when the command ends first, and at once when the signal is aborted.
   */
  waitForStdout(isSeen: (shown: string) => boolean, timeoutMs: number, signal?: AbortSignal): Promise<boolean>;
  /** Sends SIGINT, waits for the end, and gives all of standard output as bytes. */
  stop(timeoutMs: number): Promise<{ readonly stdout: Uint8Array; readonly stderr: string }>;
}

/** A conversation with one node of the lab. One owner opens and closes it; a check only asks. */
export interface Session {
  /** The node's name in the lab. */
  readonly node: string;
  /** Runs a command by its argument vector; no shell sees the values. A non-zero exit code is a result, not an error. */
  run(argv: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** Starts a command and leaves it running. */
  start(argv: readonly string[], options?: { readonly signal?: AbortSignal }): Promise<RunningCommand>;
}

/** Time, handed in so that pure rooms can poll. */
export interface Clock {
  /** Milliseconds that only grow. */
  nowMs(): number;
  /** The time of day, ISO 8601 in UTC with milliseconds. */
  nowIso(): string;
  /** Resolves after the time; rejects at once with the signal's reason when it is aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}
