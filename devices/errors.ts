/**
 * Every way in which speaking to a router can break. The facts go into the constructor, the sentence is made here:
 * what happened and where, why, how to mend it. What was sent on standard input is never part of a message.
 */

import { harmless, harmlessLines } from "../model/harmless.ts";

/** The facts all device errors share. */
export interface DeviceErrorFacts {
  /** The node's name in the lab. */
  readonly node: string;
  /** The command's argument vector. @default - no command was running */
  readonly command?: readonly string[] | undefined;
  /** @default - nothing underneath */
  readonly cause?: unknown;
}

interface Sentence {
  readonly what: string;
  readonly why: string;
  readonly fix: string;
}

/** The base of all errors of this room: it names the node and, if one ran, the command. */
export abstract class DeviceError extends Error {
  readonly node: string;
  /** The argument vector that was running, or null. */
  readonly command: readonly string[] | null;
  constructor(facts: DeviceErrorFacts, { what, why, fix }: Sentence) {
    // A router and a server may say what they like, and their words reach a terminal.
    const [first = "", ...more] = harmlessLines(why);
    const because = [first, ...more.map((line) => `       ${line}`)].join("\n");
    super(`${harmless(facts.node)}: ${harmless(what)}\n  why  ${because}\n  fix  ${fix}`, { cause: facts.cause });
    this.node = facts.node;
    this.command = facts.command ?? null;
  }
}

/** The router could not be reached before the deadline: refused, silent, or reset on every attempt. */
export class UnreachableError extends DeviceError {
  override readonly name = "UnreachableError";
  constructor(facts: DeviceErrorFacts & { where: string; connectTimeoutMs: number; attempts: number; last: string }) {
    super(facts, {
      what: `not reached at ${facts.where} within ${facts.connectTimeoutMs} ms`,
      why: `${facts.attempts === 1 ? "one attempt" : `${facts.attempts} attempts`}, the last one: ${facts.last}`,
      fix: "see with `docker ps` that the node's container runs, and with `docker logs` that it has booted; deploy the lab again if it is gone",
    });
  }
}

/** Another host key than the pinned one was shown. Nothing was sent: no user name, no command. */
export class HostKeyError extends DeviceError {
  override readonly name = "HostKeyError";
  readonly expectedFingerprint: string;
  readonly seenFingerprint: string;
  constructor(facts: DeviceErrorFacts & { where: string; expected: string; seen: string }) {
    super(facts, {
      what: `the SSH host key at ${facts.where} is not the pinned one; nothing was sent`,
      why: `expected ${facts.expected}, saw ${facts.seen}: the router was rebuilt outside this lab, or something else answers at this address`,
      fix: "if you rebuilt the router, deploy the lab again, which pins the new key; otherwise find out what listens there before going on",
    });
    this.expectedFingerprint = facts.expected;
    this.seenFingerprint = facts.seen;
  }
}

/** The router does not accept the lab's key. */
export class AuthenticationError extends DeviceError {
  override readonly name = "AuthenticationError";
  constructor(facts: DeviceErrorFacts & { where: string }) {
    super(facts, {
      what: `the router at ${facts.where} refused the lab's SSH key for user root`,
      why: "the router was made with another key than the one in the lab's folder, or its authorized_keys was changed",
      fix: "put the lab's key file back, or deploy the lab again so that router and key are made together",
    });
  }
}

/** Something answers at the address, but it does not speak SSH as this side understands it. */
export class HandshakeError extends DeviceError {
  override readonly name = "HandshakeError";
  constructor(facts: DeviceErrorFacts & { where: string; said: string }) {
    super(facts, {
      what: `what answers at ${facts.where} cannot be spoken to by SSH`,
      why: facts.said,
      fix: "see what listens at this address and port; the inventory may be of an older deploy: deploy the lab again",
    });
  }
}

/** The connection ended while something still needed it. */
export class ConnectionLostError extends DeviceError {
  override readonly name = "ConnectionLostError";
  constructor(facts: DeviceErrorFacts & { said: string }) {
    super(facts, {
      what: facts.command
        ? `the connection ended while ${describeCommand(facts.command)} was at work`
        : "the connection is not open",
      why: facts.said,
      fix: "the next call connects anew; if it happens again, see with `docker logs` whether the router restarts",
    });
  }
}

/** The router was reached but would not start the command. */
export class CommandRefusedError extends DeviceError {
  override readonly name = "CommandRefusedError";
  constructor(facts: DeviceErrorFacts & { command: readonly string[]; said: string }) {
    super(facts, {
      what: `the router did not start ${describeCommand(facts.command)}`,
      why: facts.said,
      fix: "see the router's sshd messages with `docker logs`; too many open sessions go away by themselves",
    });
  }
}

/** A deadline passed before the command ended. */
export class CommandTimeoutError extends DeviceError {
  override readonly name = "CommandTimeoutError";
  readonly timeoutMs: number;
  constructor(facts: DeviceErrorFacts & { command: readonly string[]; timeoutMs: number; seen: string }) {
    super(facts, {
      what: `${describeCommand(facts.command)} did not end within ${facts.timeoutMs} ms`,
      why: `when it was given up: ${facts.seen}`,
      fix: "run it by hand on the router to see what it waits for; raise the deadline if the machine is merely slow",
    });
    this.timeoutMs = facts.timeoutMs;
  }
}

/** A command printed more than it may; it was stopped. */
export class EndlessOutputError extends DeviceError {
  override readonly name = "EndlessOutputError";
  constructor(facts: DeviceErrorFacts & { command: readonly string[]; maxOutputBytes: number }) {
    super(facts, {
      what: `endless output: ${describeCommand(facts.command)} printed more than ${facts.maxOutputBytes} bytes and was stopped`,
      why: "the whole output is kept in memory, so it has a bound",
      fix: "ask the command for less: a narrower filter, a packet count, a shorter time",
    });
  }
}

/** The caller's signal ended the wait; `cause` is the signal's reason. */
export class InterruptedError extends DeviceError {
  override readonly name = "InterruptedError";
  constructor(facts: DeviceErrorFacts & { doing: string }) {
    super(facts, {
      what: `interrupted while ${facts.doing}`,
      why: facts.cause instanceof Error ? facts.cause.message : "the caller asked to stop",
      fix: "nothing to mend here; start again when you like",
    });
  }
}

/** A running command ended although it should have gone on, or did not say what was waited for. */
export class RunningCommandError extends DeviceError {
  override readonly name = "RunningCommandError";
  constructor(facts: DeviceErrorFacts & { command: readonly string[]; what: string; stderr: string }) {
    super(facts, {
      what: `${describeCommand(facts.command)} ${facts.what}`,
      why: quoteOutput(facts.stderr),
      fix: "run it by hand on the router; most often the interface named does not exist",
    });
  }
}

/** The router's own programs answered something that cannot be understood. */
export class RouterAnswerError extends DeviceError {
  override readonly name = "RouterAnswerError";
  constructor(facts: DeviceErrorFacts & { command: readonly string[]; what: string; said: string }) {
    super(facts, {
      what: `${describeCommand(facts.command)} ${facts.what}`,
      why: quoteOutput(facts.said),
      fix: "the router's image and this program may be of different versions: build the image again and deploy the lab",
    });
  }
}

/** In what state a failed push left the router. */
export type PushOutcome = "refused" | "restored" | "unconfirmed" | "broken";

const leftBehind: Record<PushOutcome, string> = {
  refused: "nothing was changed",
  restored: "the former configuration was put back",
  unconfirmed: "no new connection came to confirm it, so the router took it back by itself",
  broken: "the former configuration could NOT be put back",
};

const mendTheTool = "mend what the tool names and deploy again";
const whatHelps: Record<PushOutcome, string> = {
  refused: mendTheTool,
  restored: mendTheTool,
  unconfirmed: "look for what in it closes the way over mgmt0: a rule of TW-INPUT or TW-OUTPUT, an address, a route",
  broken: "deploy again; if that fails too, taint the node so that it is made anew",
};

/** The router did not take a configuration. */
export class PushError extends DeviceError {
  override readonly name = "PushError";
  readonly outcome: PushOutcome;
  /** The section whose step failed, or null when it was none of them. */
  readonly step: string | null;
  /** What the router's tool said, secrets taken out. */
  readonly toolOutput: string;
  constructor(
    facts: DeviceErrorFacts & {
      command: readonly string[];
      outcome: PushOutcome;
      step: string | null;
      toolOutput: string;
    },
  ) {
    super(facts, {
      what: `the configuration was not taken${facts.step === null ? "" : ` (step ${facts.step})`}; ${leftBehind[facts.outcome]}`,
      why: quoteOutput(facts.toolOutput),
      fix: whatHelps[facts.outcome],
    });
    this.outcome = facts.outcome;
    this.step = facts.step;
    this.toolOutput = facts.toolOutput;
  }
}

/** The lab's inventory is missing or cannot be used: the lab is not up, or the file was harmed. */
export class InventoryError extends Error {
  override readonly name = "InventoryError";
  readonly path: string;
  constructor(facts: { path: string; what: string; why: string; fix: string; cause?: unknown }) {
    super(`${facts.what}\n  → at ${facts.path}\n  why  ${facts.why}\n  fix  ${facts.fix}`, { cause: facts.cause });
    this.path = facts.path;
  }
}

/** A stream of frames broke its own format at a byte offset. */
export class FrameError extends Error {
  override readonly name = "FrameError";
  readonly offset: number;
  constructor(offset: number, what: string) {
    super(`malformed frames at byte ${offset}: ${what}`);
    this.offset = offset;
  }
}

/** The command as a person reads it: words quoted where needed, cut at 160 characters. */
export function describeCommand(argv: readonly string[]): string {
  const words = argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(" ");
  return `«${words.length > 160 ? `${words.slice(0, 160)}…` : words}»`;
}

function quoteOutput(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "it said nothing";
  return trimmed.length > 2000 ? `…${trimmed.slice(-2000)}` : trimmed;
}
