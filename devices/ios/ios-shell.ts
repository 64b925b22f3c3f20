import type { ClientChannel } from "ssh2";
import { ConnectionLostError, EndlessOutputError, InterruptedError } from "../errors.ts";
import { classifyPause, parsePrompt, partMessage, splitAtPrompt, type Pause, type Prompt } from "./classify-pause.ts";
import { IosQuestionError, IosSilenceError } from "./ios-errors.ts";
import { pagerPattern, syslogPattern } from "./ios-platform.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { PromptReader } from "./prompt-reader.ts";

/** A question of the device, and what is typed then, without Enter; an empty answer is Enter alone. */
export interface Answer {
  readonly question: RegExp;
  readonly answer: string;
}

/** How a line is sent and its end known. */
export interface ExchangeOptions {
  /** What is being done, for messages; the line itself may be a secret. */
  readonly doing: string;
  readonly timeoutMs: number;
  /** @default - a question fails the exchange */
  readonly answers?: readonly Answer[];
  /**
   * An Enter after the prompt must bring another one at once: a line of the output that looks like a prompt is found out so.
   * Only for commands that ask nothing. @default false
   */
  readonly confirm?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What the device answered to a line. */
export interface Exchange {
  /** The line as the device echoed it, prompt included; `null` when it did not. */
  readonly echo: string | null;
  /** What stood between echo and prompt, without the pager's traces. */
  readonly lines: readonly string[];
  /** Messages of the system that came in between; they are among the lines as well when `confirm` was asked for. */
  readonly syslog: readonly string[];
  /** What came before the echo: messages, or the rest of an earlier answer. */
  readonly before: readonly string[];
  readonly prompt: Prompt;
}

/** A prompt may be swallowed by a message of the system that came right behind it. */
const swallowedQuietMs = 300;
/** A question must stand this long: the line may still be being printed. */
const questionQuietMs = 150;
/** The first prompt must stand this long: a banner may hold a line that looks like one. */
const firstPromptQuietMs = 300;
/** A blank gives the next page; a device that has none for it gives a line for Enter. */
const pagerQuietMs = 500;
/** Where a device does not echo, its prompt must stand this long. */
const noEchoQuietMs = 600;
/** Before the first prompt, an Enter wakes a device that said its last word so long ago: `Press RETURN to get started.` */
const wakeQuietMs = 1_000;
/** How often a prompt that was swallowed, or did not come yet, is asked for by Enter. */
const maxNudges = 3;
const rememberedLines = 12;
interface Conversation {
  readonly sent: string | null;
  readonly before: readonly string[];
  readonly options: ExchangeOptions;
  probed: boolean;
  nudges: number;
}

/** One terminal of one device: a line at a time, each with a deadline. After a deadline it is closed for good. */
export class IosShell {
  readonly reader = new PromptReader();
  readonly #node: string;
  readonly #channel: ClientChannel;
  readonly #maxOutputBytes: number;
  #lines: string[] = [];
  #pause: Pause = classifyPause("", []);
  #bytes = 0;
  #doing = "connecting";
  #answeredCount = 0;
  #pagerTyped = false;
  #lastByteMs = performance.now();
  #closedBecause: Error | null = null;
  #wake: () => void = () => undefined;

  constructor(node: string, channel: ClientChannel, options: { readonly maxOutputBytes: number }) {
    this.#node = node;
    this.#channel = channel;
    this.#maxOutputBytes = options.maxOutputBytes;
    channel.on("data", (data: Buffer) => this.#receive(data));
    channel.stderr.on("data", (data: Buffer) => this.#receive(data));
    channel.on("error", (cause: Error) => this.lose(cause.message));
    channel.on("close", () => this.lose("the device closed the terminal"));
  }

  /** Why it can be used no more; `null` while it can. */
  get closedBecause(): Error | null {
    return this.#closedBecause;
  }

  /** Ends every wait: the connection is gone. */
  lose(said: string): void {
    this.#fail(new ConnectionLostError({ node: this.#node, said }));
  }

  /** Sends a line and waits for the prompt after it. */
  async exchange(line: string, options: ExchangeOptions): Promise<Exchange> {
    assertOneLine(line);
    const before = this.#begin();
    this.#write(`${line}\n`);
    return this.#converse(line, before, options);
  }

  /** Waits for a prompt without sending anything: the first one, after the banners. */
  async awaitPrompt(options: ExchangeOptions): Promise<Prompt> {
    const { prompt } = await this.#converse(null, [], options);
    return prompt;
  }

  /** Types something without waiting for anything. */
  type(text: string): void {
    this.#write(text);
  }

  /** Forgets what was printed; gives what nobody had asked for. */
  #begin(): string[] {
    const before = this.#lines;
    this.#lines = [];
    this.#bytes = 0;
    return before;
  }

  async #converse(sent: string | null, before: readonly string[], options: ExchangeOptions): Promise<Exchange> {
    const deadlineMs = performance.now() + options.timeoutMs;
    const state: Conversation = { sent, before, options, probed: false, nudges: 0 };
    this.#doing = options.doing;
    this.#answeredCount = 0;
    for (;;) {
      if (this.#closedBecause) throw this.#closedBecause;
      if (options.signal?.aborted) throw this.#interrupt(options);
      const next = this.#react(state);
      if (typeof next !== "number") return next;
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0) throw this.#silence(options);
      await this.#change(Math.min(leftMs, next), options.signal);
    }
  }

  /** Does what is to be done now; the end of the exchange, or how long to wait at most, in milliseconds. */
  #react(state: Conversation): Exchange | number {
    const { sent, options } = state;
    const echoAt = sent === null ? -1 : this.#lines.findIndex((line) => this.#isEcho(line, sent));
    const isEchoed = sent === null || echoAt !== -1;
    const quietMs = performance.now() - this.#lastByteMs;
    const { pause, isSwallowed } = this.#pending(echoAt);
    if (this.#pagerTyped && quietMs >= pagerQuietMs) {
      this.#pagerTyped = false;
      return this.#answer("\n");
    }
    if (this.#pagerTyped) return pagerQuietMs - quietMs;
    if (pause.kind === "pager") {
      this.#pagerTyped = true;
      this.#lastByteMs = performance.now();
      return this.#answer(" ");
    }
    if (pause.kind === "question" && isEchoed) {
      if (quietMs < questionQuietMs) return questionQuietMs - quietMs;
      return this.#answer(`${this.#answerTo(pause.text, options)}\n`);
    }
    if (pause.kind === "prompt" && !isSwallowed && (isEchoed || this.#lines.length > 0)) {
      // A device that does not echo is believed when it stays quiet.
      const neededMs = sent === null ? firstPromptQuietMs : isEchoed ? 0 : noEchoQuietMs;
      if (quietMs < neededMs) return neededMs - quietMs;
      if (options.confirm !== true || (state.probed && this.#isConfirmed(pause.text)))
        return this.#finish(echoAt, state.before, pause.prompt, options.confirm === true);
      if (!state.probed) this.#write("\n");
      state.probed = true;
      return Infinity;
    }
    const isLost = sent === null ? pause.text === "" : isEchoed && isSwallowed && pause.kind === "prompt";
    if (!isLost || state.nudges >= maxNudges) return Infinity;
    const neededMs = sent === null ? wakeQuietMs : swallowedQuietMs;
    if (quietMs < neededMs) return neededMs - quietMs;
    state.nudges += 1;
    this.#lastByteMs = performance.now();
    this.#write("\n");
    return neededMs;
  }

  /** What the device waits for; a message of the system may stand behind it, and then nothing else shows it. */
  #pending(echoAt: number): { readonly pause: Pause; readonly isSwallowed: boolean } {
    const nothing = { pause: this.#pause, isSwallowed: false };
    if (this.#pause.text !== "") return nothing;
    const filled = this.#lines.slice(Math.max(echoAt + 1, this.#answeredCount)).filter((line) => line !== "");
    const beforeMessages = filled.findLast((line) => !syslogPattern.test(line));
    if (beforeMessages === undefined || beforeMessages === filled.at(-1)) return nothing;
    const pause = classifyPause(beforeMessages, this.reader.hostnames);
    return pause.kind === "text" ? nothing : { pause, isSwallowed: true };
  }

  #isEcho(line: string, sent: string): boolean {
    const typed = splitAtPrompt(line, this.reader.hostnames)?.rest ?? line;
    return squeeze(typed) === squeeze(sent);
  }

  /** The prompt stands alone on the line before, messages aside: the Enter was answered, and nothing else came. */
  #isConfirmed(promptText: string): boolean {
    return this.#lines.findLast((line) => line !== "" && !syslogPattern.test(line)) === promptText;
  }

  #finish(echoAt: number, before: readonly string[], prompt: Prompt, wasProbed: boolean): Exchange {
    const names = this.reader.hostnames;
    const isMessage = (line: string): boolean => syslogPattern.test(line);
    const isPrompt = (line: string): boolean => parsePrompt(line, names) !== null;
    const early = echoAt === -1 ? [] : this.#lines.slice(0, echoAt);
    const rest = this.#lines.slice(echoAt + 1).filter((line) => !pagerPattern.test(line));
    const syslog = rest.filter(isMessage);
    // The lines of the prompts that an Enter was typed at are no output. There may be more than one: behind a message, and where
    // the device was so late that this side had pressed Enter for the command before.
    const endsInPrompt = (): number => {
      const last = rest.findLastIndex((line) => line !== "" && !isMessage(line));
      return last !== -1 && isPrompt(rest[last] ?? "") ? last : -1;
    };
    if (wasProbed) for (let last = endsInPrompt(); last !== -1; last = endsInPrompt()) rest.splice(last);
    const lines = wasProbed ? rest : rest.filter((line) => !isMessage(line) && !isPrompt(line));
    const echo = echoAt === -1 ? null : (this.#lines[echoAt] ?? null);
    this.#lines = [];
    this.#pause = classifyPause("", []);
    return { echo, lines, syslog, before: [...before, ...early], prompt };
  }

  /** Types the answer to what is pending; it is pending no more. */
  #answer(text: string): number {
    this.#pause = classifyPause("", []);
    this.#answeredCount = this.#lines.length;
    this.#write(text);
    return Infinity;
  }

  #answerTo(question: string, options: ExchangeOptions): string {
    const answer = options.answers?.find((each) => each.question.test(question));
    if (answer) return answer.answer;
    // Out of the dialog, and out of this connection: whatever the device makes of it, nothing more is sent.
    this.#write("\u0003");
    const error = new IosQuestionError({ node: this.#node, doing: options.doing, question: maskSecrets(question) });
    this.#fail(error);
    throw error;
  }

  #silence({ doing, timeoutMs }: ExchangeOptions): Error {
    const seen = [...this.#lines, this.#pause.text].filter((line) => line !== "").slice(-rememberedLines);
    const error = new IosSilenceError({ node: this.#node, doing, timeoutMs, seen: maskSecrets(seen.join("\n")) });
    this.#fail(error);
    return error;
  }

  #interrupt({ doing, signal }: ExchangeOptions): Error {
    const error = new InterruptedError({ node: this.#node, doing, cause: signal?.reason });
    this.#fail(error);
    return error;
  }

  #receive(data: Buffer): void {
    if (this.#closedBecause) return;
    this.#lastByteMs = performance.now();
    this.#bytes += data.length;
    for (const event of this.reader.push(data)) {
      if (event.kind === "line") this.#lines.push(...partMessage(event.text, this.reader.hostnames));
      else this.#pause = event.pause;
      if (event.kind === "line" || event.pause.kind !== "pager") this.#pagerTyped = false;
    }
    if (this.#bytes > this.#maxOutputBytes)
      this.#fail(
        new EndlessOutputError({ node: this.#node, command: [this.#doing], maxOutputBytes: this.#maxOutputBytes }),
      );
    this.#wake();
  }

  #write(text: string): void {
    try {
      this.#channel.write(text);
    } catch (cause) {
      this.lose(cause instanceof Error ? cause.message : String(cause));
    }
  }

  #fail(error: Error): void {
    if (this.#closedBecause) return;
    this.#closedBecause = error;
    this.#wake();
    try {
      this.#channel.close();
    } catch {
      // It is closed already.
    }
  }

  /** Resolves when something came, the terminal closed, the signal was given, or the time is over. */
  async #change(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        this.#wake = () => undefined;
        resolve();
      };
      const timer = setTimeout(done, Math.max(1, Math.ceil(waitMs)));
      signal?.addEventListener("abort", done, { once: true });
      this.#wake = done;
    });
  }
}

function squeeze(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ");
}

function assertOneLine(line: string): void {
  if (/[\u0000-\u001f\u007f]/.test(line)) throw new TypeError("a command is one line without control characters");
}
