import { once } from "node:events";
import { constants } from "node:os";
import type { Writable } from "node:stream";
import type { Client, ClientChannel } from "ssh2";
import { execProgram } from "./command-frame.ts";
import { CommandRefusedError, ConnectionLostError, EndlessOutputError } from "./errors.ts";

/** One command on one channel: everything it prints is kept, up to a bound, and it ends exactly once. */
export class CommandChannel {
  readonly argv: readonly string[];
  readonly #node: string;
  readonly #maxOutputBytes: number;
  readonly #stdoutTo: Writable | undefined;
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];
  readonly #watchers = new Set<() => void>();
  #channel: ClientChannel | null = null;
  #bytes = 0;
  #exitCode: number | null = null;
  #settled = false;
  #end: (outcome: number | Error) => void = () => undefined;
  #open: () => void = () => undefined;

  /** The exit code (128 + N when signal N ended the command), or the error that ended it. */
  readonly ended: Promise<number>;
  /** Resolves when the router has started the command, or when it has ended in whatever way. */
  readonly opened: Promise<void>;

  /** Standard output goes to `stdoutTo` as fast as that takes it, without bound, and is not kept; or it is kept, up to the bound. */
  constructor(facts: { node: string; argv: readonly string[]; maxOutputBytes: number; stdoutTo?: Writable }) {
    this.#node = facts.node;
    this.argv = facts.argv;
    this.#maxOutputBytes = facts.maxOutputBytes;
    this.#stdoutTo = facts.stdoutTo;
    this.ended = new Promise((resolve, reject) => {
      this.#end = (outcome) => {
        if (this.#settled) return;
        this.#settled = true;
        if (typeof outcome === "number") resolve(outcome);
        else reject(outcome);
        this.#open();
        for (const watcher of this.#watchers) watcher();
      };
    });
    this.opened = new Promise((resolve) => (this.#open = resolve));
    // Whoever waits for `ended` gets the rejection; one that comes when nobody waits yet must not end the process.
    this.ended.catch(() => undefined);
  }

  /** Whether the command has ended, in whatever way. */
  get hasEnded(): boolean {
    return this.#settled;
  }
  get stdout(): Buffer {
    return Buffer.concat(this.#stdout);
  }
  get stderr(): Buffer {
    return Buffer.concat(this.#stderr);
  }
  /** What is known of a command that did not end, for an error's words. */
  get seen(): string {
    if (!this.#channel) return "it had not been started yet";
    const errors = this.stderr.toString().trim().slice(-300);
    return `it had printed ${this.#bytes} bytes${errors === "" ? "" : `, on standard error: ${errors}`}`;
  }

  /** Sends the request and the frame; standard input is closed after it unless `keepInputOpen`. */
  start(client: Client, frame: Buffer, keepInputOpen = false): void {
    if (this.#settled) return;
    const facts = { node: this.#node, command: this.argv };
    try {
      client.exec(execProgram, (error: unknown, channel) => {
        // ssh2 hands `true` where a server refuses, which its types do not say.
        if (error) this.#end(new CommandRefusedError({ ...facts, cause: error, said: messageOf(error) }));
        else if (this.#settled) closeChannel(channel);
        else this.#attach(channel, frame, keepInputOpen);
      });
    } catch (cause) {
      this.#end(new ConnectionLostError({ ...facts, cause, said: messageOf(cause) }));
    }
  }

  /** Ends the wait with this error, asks the router to end the command, and closes the channel. */
  abandon(error: Error): void {
    if (this.#settled) return;
    this.#end(error);
    if (!this.#channel) return;
    // TERM and not KILL: `config push` takes the way back on it.
    signalChannel(this.#channel, "TERM");
    closeChannel(this.#channel);
  }

  /** Closes the command's standard input. */
  endInput(): void {
    if (this.#settled) return;
    try {
      this.#channel?.end();
    } catch {
      // The connection is going down under it; `ended` tells.
    }
  }

  /** Calls back whenever something was printed, and at the end; returns the way to stop that. */
  onChange(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #attach(channel: ClientChannel, frame: Buffer, keepInputOpen: boolean): void {
    this.#channel = channel;
    const facts = { node: this.#node, command: this.argv };
    const broken = (cause: Error): void => this.#end(new ConnectionLostError({ ...facts, cause, said: cause.message }));
    channel.on("error", broken);
    channel.stderr.on("error", broken);
    const keep = (into: Buffer[]) => (data: Buffer) => {
      this.#keep(into, data);
      for (const watcher of this.#watchers) watcher();
    };
    if (this.#stdoutTo) channel.pipe(this.#stdoutTo, { end: false });
    else channel.on("data", keep(this.#stdout));
    channel.stderr.on("data", keep(this.#stderr));
    channel.on("exit", (code: number | null, signal?: string) => (this.#exitCode = code ?? exitCodeOf(signal)));
    const finish = (): void => {
      if (this.#exitCode !== null) this.#end(this.#exitCode);
      else this.#end(new ConnectionLostError({ ...facts, said: "the router closed the channel without an exit code" }));
    };
    // "close" comes after the last of stdout that is read at once, but may come before the last of stderr, and of a pipe.
    channel.on("close", () => {
      const open = [channel.stderr, ...(this.#stdoutTo ? [channel] : [])].filter((stream) => !stream.readableEnded);
      void Promise.all(open.map((stream) => once(stream, "end"))).then(finish, finish);
    });
    if (keepInputOpen) channel.write(frame);
    else channel.end(frame);
    this.#open();
  }

  #keep(into: Buffer[], data: Buffer): void {
    if (this.#settled) return;
    this.#bytes += data.length;
    if (this.#bytes <= this.#maxOutputBytes) into.push(data);
    else
      this.abandon(
        new EndlessOutputError({ node: this.#node, command: this.argv, maxOutputBytes: this.#maxOutputBytes }),
      );
  }
}

/**
 * The SSH request `signal`. ssh2's own method does nothing once standard input is closed, although the protocol allows it then;
 * so the packet is written by its protocol object (ssh2 1.17, pinned; a test sees the request arrive).
 * OpenSSH before 9.8 refuses it for root; the command then ends when it next writes.
 */
function signalChannel(channel: ClientChannel, name: string): void {
  const inner = channel as unknown as {
    readonly outgoing: { readonly id: number; readonly state: string };
    readonly _client: { readonly _protocol: { signal(id: number, name: string): void } };
  };
  try {
    if (inner.outgoing.state === "open" || inner.outgoing.state === "eof")
      inner._client._protocol.signal(inner.outgoing.id, name);
  } catch {
    // The connection is gone, and the command with it.
  }
}

function closeChannel(channel: ClientChannel): void {
  channel.on("error", () => undefined);
  try {
    channel.close();
    channel.resume();
    channel.stderr.resume();
  } catch {
    // Closed already.
  }
}

function exitCodeOf(signal: string | undefined): number {
  const numbers: Readonly<Record<string, number>> = constants.signals;
  return 128 + (numbers[signal ?? ""] ?? 0);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "the router's sshd refused the request";
}
