import type { CommandResult, RunningCommand, RunOptions, Session } from "../../model/session.ts";
import type { Prompt } from "./classify-pause.ts";
import { configure, type Configured, type ConfigureOptions } from "./configure.ts";
import { IosEnableError } from "./ios-errors.ts";
import { complaints, enableRefusals, readOnlyCommand, syslogPattern } from "./ios-platform.ts";
import { maskSecrets } from "./mask-secrets.ts";
import type { Answer, Exchange, ExchangeOptions, IosShell } from "./ios-shell.ts";

/** What a session is told beside its connection. */
export interface IosSessionOptions {
  /** More output of one command than this is an error. @default 8388608 */
  readonly maxOutputBytes?: number;
}

const defaultTimeoutMs = 30_000;

/** At the first prompt a device may ask about its set-up; nothing of it is wanted. */
const firstQuestions = (username: string, password: string): Answer[] => [
  { question: /initial configuration dialog|basic management setup/i, answer: "no" },
  { question: /terminate autoinstall/i, answer: "" },
  { question: /press return to get started/i, answer: "" },
  { question: /^(?:user ?name|login)\s*:/i, answer: username },
  { question: /password\s*:/i, answer: password },
];

/**
 * A conversation with one device with IOS over its one terminal: commands wait for each other. After a deadline, a question without
 * an answer or an interruption it is closed for good, since nobody knows then what the device is doing.
 */
export class IosSession implements Session {
  readonly node: string;
  readonly #shell: IosShell;
  readonly #closeConnection: () => Promise<void>;
  #hostname = "";
  #prompt: Prompt = { hostname: "", mode: null, level: "user" };
  #turn: Promise<unknown> = Promise.resolve();

  constructor(target: { readonly node: string }, shell: IosShell, closeConnection: () => Promise<void>) {
    this.node = target.node;
    this.#shell = shell;
    this.#closeConnection = closeConnection;
  }

  /** As the device calls itself, learnt from its prompt. */
  get hostname(): string {
    return this.#hostname;
  }

  /** False once the connection is closed or broken; a session never opens again. */
  get isOpen(): boolean {
    return this.#shell.closedBecause === null;
  }

  /** Finds the prompt and learns the hostname, asks for privileged mode, widens the terminal and turns the pager off. */
  async prepare(options: {
    readonly username: string;
    readonly password: string;
    readonly enablePassword: string;
    readonly timeoutMs: number;
    readonly signal: AbortSignal | undefined;
  }): Promise<void> {
    const { timeoutMs, signal } = options;
    const answers = firstQuestions(options.username, options.password);
    const first = await this.#shell.awaitPrompt({ doing: "waiting for the first prompt", timeoutMs, answers, signal });
    // A name is learnt from two prompts in a row: a banner has no second one.
    const again = await this.#exchange("", { doing: "learning the prompt", timeoutMs, answers, signal });
    if (again.prompt.hostname !== first.hostname)
      await this.#exchange("", { doing: "learning the prompt", timeoutMs, answers, signal });
    this.#learn(this.#prompt.hostname);
    if (this.#prompt.mode !== null)
      await this.#exchange("end", { doing: "leaving configuration mode", timeoutMs, signal });
    if (this.#prompt.level === "user") await this.#enable(options);
    // Width first: a line longer than the terminal is edited on it, and its echo is no longer what was sent.
    for (const line of ["terminal width 511", "terminal length 0", "terminal no monitor"])
      await this.#exchange(line, { doing: `sending «${line}»`, timeoutMs, signal });
  }

  /** Runs a command; its words are joined by blanks. The exit code is 1 when the device complained, with the complaint as standard error. */
  async run(argv: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    if (options.input !== undefined) throw new TypeError("a command of IOS has no standard input");
    const line = argv.join(" ");
    return this.#inTurn(async () => {
      const beganMs = performance.now();
      const { lines } = await this.#exchange(line, {
        doing: `running «${maskSecrets(line)}»`,
        timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
        confirm: readOnlyCommand.test(line),
        signal: options.signal,
      });
      const complaint = complaintOf(lines);
      const text = lines.length === 0 ? "" : `${lines.join("\n")}\n`;
      return {
        argv,
        exitCode: complaint === null ? 0 : 1,
        stdout: complaint === null ? text : "",
        stderr: complaint === null ? "" : text,
        durationMs: performance.now() - beganMs,
      };
    });
  }

  /** IOS gives a connection one terminal: nothing can run beside it. */
  start(): Promise<RunningCommand> {
    return Promise.reject(new Error(`${this.node}: a command that goes on by itself cannot be run on IOS`));
  }

  /** Runs a command that asks questions, with the answers to them. */
  async converse(
    line: string,
    answers: readonly Answer[],
    options: { readonly timeoutMs?: number; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Exchange> {
    const { timeoutMs = defaultTimeoutMs, signal } = options;
    return this.#inTurn(() =>
      this.#exchange(line, { doing: `running «${maskSecrets(line)}»`, timeoutMs, answers, signal }),
    );
  }

  /** Enters configuration mode, sends the lines up to the first that is refused, and leaves it again. */
  async configure(lines: readonly string[], options: ConfigureOptions = {}): Promise<Configured> {
    return this.#inTurn(() =>
      configure(
        {
          node: this.node,
          prompt: () => this.#prompt,
          exchange: (line, exchangeOptions) => this.#exchange(line, exchangeOptions),
          rename: (hostname) => this.#learn(hostname),
        },
        lines,
        options,
      ),
    );
  }

  /** Closes the connection; resolves within about a second, whatever the device does. */
  async close(): Promise<void> {
    this.#shell.lose("this side closed the session");
    await this.#closeConnection();
  }

  async #enable({
    enablePassword,
    timeoutMs,
    signal,
  }: {
    enablePassword: string;
    timeoutMs: number;
    signal: AbortSignal | undefined;
  }): Promise<void> {
    let asked = 0;
    const answers: Answer[] = [
      {
        question: /ssword[^\n]*:/i,
        // A second question means that the first answer was wrong; the same again would lock the user out.
        get answer() {
          asked += 1;
          return asked === 1 ? enablePassword : "";
        },
      },
    ];
    const { lines, prompt } = await this.#exchange("enable", {
      doing: "entering privileged mode",
      timeoutMs,
      answers,
      signal,
    });
    if (prompt.level === "privileged") return;
    const said = lines.find((line) => enableRefusals.test(line)) ?? lines.find((line) => line.startsWith("%"));
    throw new IosEnableError({ node: this.node, said: said ?? "it came back with the prompt of user mode" });
  }

  #learn(hostname: string): void {
    this.#hostname = hostname;
    this.#shell.reader.learn(hostname);
  }

  async #exchange(line: string, options: ExchangeOptions): Promise<Exchange> {
    const exchange = await this.#shell.exchange(line, options);
    this.#prompt = exchange.prompt;
    return exchange;
  }

  /** One at a time; one that failed does not keep the next from being told why. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work, work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}

/** What a command was refused with stands at the top of its answer; further down a line with `%` may be output. */
function complaintOf(lines: readonly string[]): string | null {
  const top = lines.filter((line) => line.trim() !== "" && !syslogPattern.test(line)).slice(0, 4);
  return top.find((line) => /^\s*%(?! ?\d)/.test(line) || complaints.some((each) => each.test(line.trim()))) ?? null;
}
