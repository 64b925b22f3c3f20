/** The ways in which a conversation with IOS breaks that a Linux router does not have. */
import { DeviceError, type DeviceErrorFacts } from "../errors.ts";

/** Not reached before the deadline. */
export class IosUnreachableError extends DeviceError {
  override readonly name = "IosUnreachableError";
  constructor(facts: DeviceErrorFacts & { where: string; connectTimeoutMs: number; attempts: number; last: string }) {
    super(facts, {
      what: `not reached at ${facts.where} within ${facts.connectTimeoutMs} ms`,
      why: `${facts.attempts === 1 ? "one attempt" : `${facts.attempts} attempts`}, the last one: ${facts.last}`,
      fix: "see with ping that the address answers; if it does and SSH does not, the lab's containers may send TCP checksums that a virtual IOS drops: `ethtool -K IFACE tx off` on the other side",
    });
  }
}

/** Neither `password` nor `keyboard-interactive` was accepted. */
export class IosAuthenticationError extends DeviceError {
  override readonly name = "IosAuthenticationError";
  constructor(facts: DeviceErrorFacts & { where: string; username: string }) {
    super(facts, {
      what: `the router at ${facts.where} refused the password of ${facts.username}`,
      why: "it was tried as password and as keyboard-interactive",
      fix: "see `show running-config | include username|aaa|login`: a vty line needs `login local` or AAA",
    });
  }
}

/** No algorithm in common, or something that is not SSH. */
export class IosHandshakeError extends DeviceError {
  override readonly name = "IosHandshakeError";
  /** What the device offered, by kind; empty when it did not get so far. */
  readonly offered: Readonly<Record<string, string>>;
  constructor(
    facts: DeviceErrorFacts & {
      where: string;
      said: string;
      ident: string | null;
      offered: Readonly<Record<string, string>>;
      legacySsh: boolean;
    },
  ) {
    const offers = Object.entries(facts.offered).map(([kind, list]) => `it offers ${kind}: ${list}`);
    super(facts, {
      what: `no SSH with what answers at ${facts.where}`,
      why: [`${facts.said}${facts.ident === null ? "" : ` (it is ${facts.ident})`}`, ...offers].join("\n"),
      fix: mendHandshake(facts),
    });
    this.offered = facts.offered;
  }
}

function mendHandshake({
  ident,
  offered,
  legacySsh,
}: {
  ident: string | null;
  offered: Readonly<Record<string, string>>;
  legacySsh: boolean;
}): string {
  const kex = (offered["key exchange"] ?? "").split(",").filter((name) => name.startsWith("diffie-hellman-group"));
  // ssh2 takes every group exchange out of its offer for exactly this name (its issue 1235, open).
  if (ident === "Cisco-1.25" && kex.length > 0 && kex.every((name) => name.includes("group-exchange")))
    return "this version's group exchange cannot be spoken: on the router, `ip ssh server algorithm kex diffie-hellman-group14-sha1`";
  if (!legacySsh && Object.keys(offered).length > 0)
    return "if the device can do no better, set legacySsh for this device alone; else mend the device: `ip ssh server algorithm kex …`, a host key of 2048 bits or more";
  return "see what listens there; on IOS `show ip ssh` tells whether SSH is on, and it needs a host key (`crypto key generate rsa modulus 2048`)";
}

/** The device did not come back with a prompt in time; the connection is closed, because nobody knows what it is doing. */
export class IosSilenceError extends DeviceError {
  override readonly name = "IosSilenceError";
  readonly timeoutMs: number;
  constructor(facts: DeviceErrorFacts & { doing: string; timeoutMs: number; seen: string }) {
    super(facts, {
      what: `no prompt within ${facts.timeoutMs} ms while ${facts.doing}`,
      why: facts.seen === "" ? "it printed nothing" : `the last it printed:\n${facts.seen}`,
      fix: "run it by hand to see what it waits for; raise the deadline if the device is merely slow. Nothing was sent twice",
    });
    this.timeoutMs = facts.timeoutMs;
  }
}

/** The device asked something that nobody had an answer for. */
export class IosQuestionError extends DeviceError {
  override readonly name = "IosQuestionError";
  readonly question: string;
  constructor(facts: DeviceErrorFacts & { doing: string; question: string }) {
    super(facts, {
      what: `it asks a question while ${facts.doing}`,
      why: facts.question,
      fix: "the question was left by Ctrl-C and not answered; do this step by hand, or change what asks it",
    });
    this.question = facts.question;
  }
}

/** Privileged mode was refused. */
export class IosEnableError extends DeviceError {
  override readonly name = "IosEnableError";
  constructor(facts: DeviceErrorFacts & { said: string }) {
    super(facts, {
      what: "it does not let this user into privileged mode",
      why: facts.said,
      fix: "give the enable password, or a user of privilege 15",
    });
  }
}

/** The first line that the device did not take. Nothing after it was sent: it would have landed in the wrong mode. */
export interface RefusedLine {
  /** Among the lines that were to be sent, from 1. */
  readonly number: number;
  readonly command: string;
  /** In which mode it was sent: `config-if`. */
  readonly mode: string | null;
  /** The device's words. */
  readonly said: readonly string[];
  /** Where the caret points in the command, from 1; `null` where there was none. */
  readonly column: number | null;
}

/** In what state a push that failed left the device. */
export type IosPushOutcome = "nothing-sent" | "reverted" | "undone-best-effort" | "left-behind";

const leftBehind: Readonly<Record<IosPushOutcome, string>> = {
  "nothing-sent": "nothing was sent",
  reverted: "the device took back what had been sent, and its configuration is as before",
  "undone-best-effort": "what had been sent was undone line by line, and the configuration reads as before",
  "left-behind": "the configuration is NOT as before",
};

/** The device did not take a configuration. */
export class IosPushError extends DeviceError {
  override readonly name = "IosPushError";
  readonly outcome: IosPushOutcome;
  readonly refused: RefusedLine | null;
  constructor(facts: DeviceErrorFacts & { outcome: IosPushOutcome; refused: RefusedLine | null; said: string }) {
    super(facts, {
      what: `the configuration was not taken${facts.refused ? ` (line ${facts.refused.number})` : ""}; ${leftBehind[facts.outcome]}`,
      why: facts.refused ? quoteRefusal(facts.refused) : facts.said,
      fix:
        facts.outcome === "left-behind"
          ? "compare `show running-config` with what it was, and mend by hand; a reload without saving goes back to the startup configuration"
          : "mend the line and push again",
    });
    this.outcome = facts.outcome;
    this.refused = facts.refused;
  }
}

function quoteRefusal({ command, mode, said, column }: RefusedLine): string {
  const place = mode === null ? "" : ` in (${mode})`;
  return [`«${command}»${place}`, ...(column === null ? [] : [`${" ".repeat(column)}^`]), ...said].join("\n");
}
