/** A lab whose nodes answer from a script: what a command prints, decided by node and command line. */
import type { CommandResult, Session } from "../../../model/session.ts";

/** Answers a command line of a node; undefined when it does not know it. */
export type Script = (node: string, line: string) => string | Partial<CommandResult> | undefined;

export class ScriptedLab {
  /** Every command, as `r1: ping …`. */
  readonly asked: string[] = [];
  readonly #script: Script;

  constructor(script: Script) {
    this.#script = script;
  }

  readonly withSession = async <T>(node: string, work: (session: Session) => Promise<T>): Promise<T> =>
    work(this.#session(node));

  #session(node: string): Session {
    return {
      node,
      run: async (argv) => {
        await Promise.resolve();
        const line = argv.join(" ");
        this.asked.push(`${node}: ${line}`);
        const answer = this.#script(node, line);
        if (answer === undefined) throw new Error(`${node} has no answer to: ${line}`);
        const result = typeof answer === "string" ? { stdout: answer } : answer;
        return { argv, exitCode: 0, stdout: "", stderr: "", durationMs: 1, ...result };
      },
      start: () => Promise.reject(new Error(`${node} starts nothing`)),
    };
  }
}

/** What ping(8) prints when the answer comes. */
export const pingAnswered =
  "1 packets transmitted, 1 received, 0% packet loss, time 0ms\nrtt min/avg/max/mdev = 0.5/0.5/0.5/0.0 ms\n";

/** What ping(8) prints when nothing comes. */
export const pingLost = "1 packets transmitted, 0 received, 100% packet loss, time 0ms\n";
