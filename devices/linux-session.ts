import type { Writable } from "node:stream";
import type { CommandResult, RunOptions, Session } from "../model/session.ts";
import { Turns } from "../model/turns.ts";
import { closeConnection } from "./close-connection.ts";
import { CommandChannel } from "./command-channel.ts";
import { encodeCommandFrame } from "./command-frame.ts";
import { CommandTimeoutError, ConnectionLostError, describeCommand, InterruptedError } from "./errors.ts";
import { LinuxRunningCommand } from "./running-command.ts";
import type { SshConnection, SshTarget } from "./ssh-connection.ts";

/** One command that was run, told when it has ended. Never what was sent or printed. */
export interface TranscriptEvent {
  /** When it was asked for, ISO 8601 in UTC. */
  readonly at: string;
  readonly node: string;
  readonly argv: readonly string[];
  /** Null when the command did not end by itself: deadline, interruption, lost connection. */
  readonly exitCode: number | null;
  readonly durationMs: number;
}

/** What a session is told beside its connection. */
export interface SessionOptions {
  /** Called after every command. @default - nobody listens */
  readonly onTranscript?: (event: TranscriptEvent) => void;
  /** More output of one command than this is an error. @default 8388608 */
  readonly maxOutputBytes?: number;
  /** A command that has waited so long for its turn is given up. @default 60000 */
  readonly turnTimeoutMs?: number;
}

/** How a command is left running. */
export interface StartOptions {
  /** Ends the command at once, and with it what it has not told yet. */
  readonly signal?: AbortSignal;
  /** Takes standard output as it comes, however much it is; it stays open. @default - it is kept for `stop` */
  readonly stdoutTo?: Writable;
}

/** A result with standard output as it came, for what is not text. */
export interface LinuxCommandResult extends CommandResult {
  readonly stdoutBytes: Uint8Array;
}

const defaultTimeoutMs = 10_000;
const defaultTurnTimeoutMs = 60_000;
const defaultMaxOutputBytes = 8 * 1024 * 1024;
/** OpenSSH's default MaxSessions is 10; two are left for the user's own `ssh`. */
const channelsPerConnection = 8;

/** A conversation with one Linux router over one SSH connection, at most eight commands at a time; the others wait their turn. */
export class LinuxSession implements Session {
  readonly node: string;
  readonly #connection: SshConnection;
  readonly #slots = new Turns(channelsPerConnection);
  readonly #atWork = new Set<CommandChannel>();
  readonly #maxOutputBytes: number;
  readonly #turnTimeoutMs: number;
  readonly #onTranscript: (event: TranscriptEvent) => void;
  #closedBecause: string | null = null;

  constructor(target: Pick<SshTarget, "node">, connection: SshConnection, options: SessionOptions = {}) {
    this.node = target.node;
    this.#connection = connection;
    this.#maxOutputBytes = options.maxOutputBytes ?? defaultMaxOutputBytes;
    this.#turnTimeoutMs = options.turnTimeoutMs ?? defaultTurnTimeoutMs;
    this.#onTranscript = options.onTranscript ?? (() => undefined);
    connection.client.on("error", () => this.#lose(connection.failure() ?? "the connection broke"));
    connection.client.on("close", () => this.#lose(connection.failure() ?? "the router closed the connection"));
    if (connection.socket.destroyed) this.#lose(connection.failure() ?? "the router closed the connection");
  }

  /** False once the connection is closed or broken; a session never opens again. */
  get isOpen(): boolean {
    return this.#closedBecause === null;
  }

  /**
   * Runs a command by its argument vector; its standard input is empty if no input is given. The deadline counts from when it has a
   * channel, so that many questions asked at once do not make one another late; the wait for its turn has a bound of its own.
   */
  async run(argv: readonly string[], options: RunOptions = {}): Promise<LinuxCommandResult> {
    // Without input of its own the command is tied to the channel: given up here, it ends there too.
    const tied = options.input === undefined;
    const frame = encodeCommandFrame(
      argv,
      options.input === undefined ? { signalAtInputEnd: "TERM" } : { input: options.input },
    );
    const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
    const began = this.#begin();
    const command = this.#newChannel(argv);
    const stopListening = this.#abandonOnAbort(command, options.signal);
    let exitCode: number | null = null;
    let timer: NodeJS.Timeout | undefined;
    try {
      timer = await this.#startInTurn(command, { frame, keepInputOpen: tied, timeoutMs });
      exitCode = await command.ended;
      const stdoutBytes = command.stdout;
      const durationMs = performance.now() - began.nowMs;
      return {
        argv,
        exitCode,
        stdout: stdoutBytes.toString(),
        stderr: command.stderr.toString(),
        durationMs,
        stdoutBytes,
      };
    } finally {
      clearTimeout(timer);
      stopListening();
      this.#tell(argv, began, exitCode);
    }
  }

  /**
   * Starts a command and leaves it running; it holds one of the eight channels until it ends.
   * It is interrupted by the end of its standard input, so a lost connection leaves no capture behind on the router.
   */
  async start(argv: readonly string[], options: StartOptions = {}): Promise<LinuxRunningCommand> {
    const frame = encodeCommandFrame(argv, { signalAtInputEnd: "INT" });
    const began = this.#begin();
    const command = this.#newChannel(argv, options.stdoutTo);
    const stopListening = this.#abandonOnAbort(command, options.signal);
    const tell = (exitCode: number | null): void => {
      stopListening();
      this.#tell(argv, began, exitCode);
    };
    command.ended.then(tell, () => tell(null)).catch(() => undefined);
    const timer = await this.#startInTurn(command, { frame, keepInputOpen: true, timeoutMs: defaultTimeoutMs });
    await command.opened;
    clearTimeout(timer);
    if (command.hasEnded) await command.ended;
    return new LinuxRunningCommand(this.node, argv, command);
  }

  /** Closes the connection; commands still at work reject. Resolves within about a second, whatever the peer does. */
  async close(): Promise<void> {
    this.#lose("this side closed the session");
    await closeConnection(this.#connection);
  }

  #begin(): { readonly at: string; readonly nowMs: number } {
    return { at: new Date().toISOString(), nowMs: performance.now() };
  }

  #newChannel(argv: readonly string[], stdoutTo?: Writable): CommandChannel {
    const facts = { node: this.node, argv, maxOutputBytes: this.#maxOutputBytes };
    const command = new CommandChannel({ ...facts, ...(stdoutTo && { stdoutTo }) });
    if (this.#closedBecause !== null)
      command.abandon(new ConnectionLostError({ node: this.node, said: this.#closedBecause }));
    else this.#atWork.add(command);
    const forget = (): boolean => this.#atWork.delete(command);
    command.ended.then(forget, forget);
    return command;
  }

  /** Waits for one of the channels, unless the command is abandoned before it gets one; gives its deadline, which runs from then. */
  async #startInTurn(
    command: CommandChannel,
    { frame, keepInputOpen, timeoutMs }: { frame: Buffer; keepInputOpen: boolean; timeoutMs: number },
  ): Promise<NodeJS.Timeout | undefined> {
    const abandoned = new AbortController();
    const leaveQueue = (): void => abandoned.abort();
    command.ended.catch(leaveQueue);
    const patience = this.#abandonAfter(command, this.#turnTimeoutMs);
    let free: () => void;
    try {
      free = await this.#slots.acquire(abandoned.signal);
    } catch {
      return undefined; // `ended` holds the reason.
    } finally {
      clearTimeout(patience);
    }
    command.ended.then(free, free);
    const deadline = this.#abandonAfter(command, timeoutMs);
    command.start(this.#connection.client, frame, keepInputOpen);
    return deadline;
  }

  #abandonAfter(command: CommandChannel, timeoutMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      command.abandon(
        new CommandTimeoutError({ node: this.node, command: command.argv, timeoutMs, seen: command.seen }),
      );
    }, timeoutMs);
  }

  #abandonOnAbort(command: CommandChannel, signal: AbortSignal | undefined): () => void {
    if (!signal) return () => undefined;
    const abandon = (): void =>
      command.abandon(
        new InterruptedError({
          node: this.node,
          command: command.argv,
          cause: signal.reason,
          doing: `running ${describeCommand(command.argv)}`,
        }),
      );
    if (signal.aborted) abandon();
    signal.addEventListener("abort", abandon, { once: true });
    return () => signal.removeEventListener("abort", abandon);
  }

  #tell(argv: readonly string[], began: { at: string; nowMs: number }, exitCode: number | null): void {
    this.#onTranscript({ at: began.at, node: this.node, argv, exitCode, durationMs: performance.now() - began.nowMs });
  }

  #lose(because: string): void {
    this.#closedBecause ??= because;
    for (const command of this.#atWork)
      command.abandon(new ConnectionLostError({ node: this.node, command: command.argv, said: this.#closedBecause }));
  }
}
