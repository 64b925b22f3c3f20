/** Commands of the bench: each in a session of its own, so that Ctrl-C reaches it once, from here, and Terraform can put its state away. */
import { spawn } from "node:child_process";

/** A command ended with a code it should not have; the message holds the end of what it said. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
}

const tailCharacters = 2000;

export interface RunOptions {
  readonly cwd: string;
  /** Exit codes that are no failure. @default [0] */
  readonly good?: readonly number[];
}

/** Starts commands and passes on an interruption to the one that runs. */
export class Children {
  #running: number | undefined;
  #interrupted = false;
  #tail = "";
  readonly #env = {
    ...process.env,
    CHECKPOINT_DISABLE: "1",
    DISABLE_VERSION_CHECK: "1",
    TF_IN_AUTOMATION: "1",
    NO_COLOR: "1",
  };

  /** Has the user asked to stop? */
  get interrupted(): boolean {
    return this.#interrupted;
  }

  /** The end of what the last command said. */
  get lastWords(): string {
    return this.#tail;
  }

  /** The first time asks the running command to end in order; the second time kills it. */
  interrupt(): void {
    const signal = this.#interrupted ? "SIGKILL" : "SIGINT";
    this.#interrupted = true;
    if (this.#running === undefined) return;
    try {
      process.kill(-this.#running, signal);
    } catch {
      // It ended meanwhile.
    }
  }

  /** Runs a command and gives its standard output. */
  async run(command: string, args: readonly string[], { cwd, good = [0] }: RunOptions): Promise<string> {
    const child = spawn(command, args, { cwd, env: this.#env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    this.#running = child.pid;
    let stdout = "";
    this.#tail = "";
    const keep = (text: string) => (this.#tail = (this.#tail + text).slice(-tailCharacters));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      keep(text);
    });
    child.stderr.setEncoding("utf8").on("data", keep);
    try {
      const code = await new Promise<number | null>((done, fail) => child.once("error", fail).once("close", done));
      if (code !== null && good.includes(code)) return stdout;
      throw new CommandFailed(
        `${[command, ...args].join(" ")} ended with ${code ?? "a signal"}:\n${this.#tail.trimEnd()}`,
      );
    } finally {
      this.#running = undefined;
    }
  }
}
