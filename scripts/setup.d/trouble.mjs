/** What can end set-up early, and the exit codes that tell it. */

export const exitCodes = { ready: 0, failed: 1, misuse: 2, lacking: 3, interrupted: 4 };

/** The machine lacks something: what, in one sentence, and how to mend it. */
export class Trouble extends Error {
  /** @param {{ what: string, mend: string, cause?: unknown }} facts */
  constructor({ what, mend, cause }) {
    super(`${what}\n  → ${mend}`, { cause });
    this.what = what;
    this.mend = mend;
  }
}

/** The user asked to stop. */
export class Interrupted extends Error {
  constructor() {
    super("interrupted");
  }
}

/** A command ended with a failure; `tail` is the end of what it said. */
export class CommandFailed extends Error {
  /** @param {{ command: string, reason: string, tail: string }} facts */
  constructor({ command, reason, tail }) {
    super(`${command} ${reason}`);
    this.command = command;
    this.reason = reason;
    this.tail = tail;
  }

  /** The last line that says something. */
  get lastLine() {
    return this.tail.trimEnd().split("\n").at(-1) ?? "";
  }
}
