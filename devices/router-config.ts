import type { CommandResult, RunOptions, Session } from "../model/session.ts";
import { decodeFrames, encodeFrames, type Frame } from "./config-frames.ts";
import { FrameError, PushError, RouterAnswerError, type PushOutcome } from "./errors.ts";

/** The five texts of a router's configuration that may be shown to anyone. */
export interface RouterSections {
  readonly sysctl: string;
  readonly firewall: string;
  readonly interfaces: string;
  readonly ipsec: string;
  readonly routing: string;
}

/** What leads a running router from one state to another: an `ip -batch` text and a `vtysh -f` text. */
export interface RouterSteps {
  readonly interfaces: string;
  readonly routing: string;
}

/** A whole configuration for one router. */
export interface RouterPush {
  readonly sections: RouterSections;
  /** The section `ipsec-secrets`, keys filled in. Never part of an error or transcript. */
  readonly secrets: string;
  /** From the running state to the new one. @default - the router builds everything from nothing */
  readonly change?: RouterSteps | undefined;
  /** The way back, taken when a step fails. @default - none */
  readonly undo?: RouterSteps | undefined;
}

/** A part of the router's live state that {@link readConfig} can ask for. */
export type LivePart = "links" | "addresses" | "routes" | "firewall" | "daemons" | "ipsec" | "routing";

/** What a router keeps and what it is doing. */
export interface RouterReading {
  /** The kept sections; null when the router has no configuration of ours. */
  readonly kept: RouterSections | null;
  /** The asked parts, as the tools printed them. */
  readonly live: Readonly<Partial<Record<LivePart, string>>>;
}

/** How long the router may take, and what ends the wait. */
export type RouterConfigOptions = Pick<RunOptions, "timeoutMs" | "signal">;

const program = "/usr/lib/tunnelwright/config";
const sectionNames = ["sysctl", "firewall", "interfaces", "ipsec", "routing"] as const;
/** A push starts daemons and may have to take the way back. */
const pushTimeoutMs = 60_000;
const readTimeoutMs = 15_000;
const outcomes: Readonly<Record<number, PushOutcome>> = { 1: "refused", 2: "restored", 3: "broken" };

/** Gives a router its configuration in one transaction; resolves with the revision it now keeps, throws {@link PushError} when it is not taken. */
export async function pushConfig(
  session: Session,
  push: RouterPush,
  options: RouterConfigOptions = {},
): Promise<{ readonly revision: string }> {
  const unfilled = /\{\{psk:[^}]*\}\}/.exec(push.secrets);
  if (unfilled) throw new TypeError(`${session.node}: ${unfilled[0]} was not replaced by a key before the push`);
  const input = encodeFrames(pushFrames(push));
  const result = await session.run([program, "push"], { timeoutMs: pushTimeoutMs, ...options, input });
  const toolOutput = withoutSecrets(result.stderr, push.secrets);
  const outcome = outcomes[result.exitCode];
  if (outcome !== undefined) {
    const step = /^(sysctl|firewall|interfaces|ipsec|routing):/m.exec(toolOutput)?.[1] ?? null;
    throw new PushError({ node: session.node, command: result.argv, outcome, step, toolOutput });
  }
  const revision = /^revision ([0-9a-f]{64})$/m.exec(result.stdout)?.[1];
  if (result.exitCode !== 0 || revision === undefined)
    throw answerError(session, result, toolOutput, `ended with exit code ${result.exitCode} and no revision`);
  return { revision };
}

/** The kept configuration without its secrets, and the asked live parts, in one round trip. */
export async function readConfig(
  session: Session,
  parts: readonly LivePart[] = [],
  options: RouterConfigOptions = {},
): Promise<RouterReading> {
  const result = await session.run([program, "read", ...parts], { timeoutMs: readTimeoutMs, ...options });
  if (result.exitCode !== 0)
    throw answerError(session, result, result.stderr, `ended with exit code ${result.exitCode}`);
  const texts = framesOf(session, result);
  const missing = parts.filter((part) => !texts.has(`live/${part}`));
  if (missing.length > 0) throw answerError(session, result, result.stderr, `left out ${missing.join(", ")}`);
  const live = Object.fromEntries(parts.map((part) => [part, texts.get(`live/${part}`)]));
  return { kept: keptSections(session, result, texts), live };
}

/** Takes everything of ours away from the router again. `undo.interfaces` is the `ip -batch` text that removes what was built. */
export async function removeConfig(
  session: Session,
  undo: Pick<RouterSteps, "interfaces">,
  options: RouterConfigOptions = {},
): Promise<void> {
  const input = encodeFrames([textFrame("undo/interfaces", undo.interfaces)]);
  const result = await session.run([program, "remove"], { timeoutMs: pushTimeoutMs, ...options, input });
  if (result.exitCode !== 0)
    throw answerError(session, result, result.stderr, `ended with exit code ${result.exitCode}`);
}

function pushFrames({ sections, secrets, change, undo }: RouterPush): Frame[] {
  const steps = (name: string, texts: RouterSteps | undefined): Frame[] =>
    texts ? [textFrame(`${name}/interfaces`, texts.interfaces), textFrame(`${name}/routing`, texts.routing)] : [];
  return [
    textFrame("sysctl", sections.sysctl),
    textFrame("firewall", sections.firewall),
    textFrame("interfaces", sections.interfaces),
    textFrame("ipsec", sections.ipsec),
    textFrame("ipsec-secrets", secrets),
    textFrame("routing", sections.routing),
    ...steps("change", change),
    ...steps("undo", undo),
  ];
}

function textFrame(name: string, text: string): Frame {
  return { name, bytes: Buffer.from(text) };
}

function framesOf(
  session: Session,
  result: CommandResult & { readonly stdoutBytes?: Uint8Array },
): Map<string, string> {
  try {
    // The bytes where the session has them: the sizes in the frames count bytes, and a router's text need not be UTF-8.
    const frames = decodeFrames(result.stdoutBytes ?? Buffer.from(result.stdout));
    return new Map(frames.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]));
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    throw answerError(session, result, error.message, "answered with malformed frames", error);
  }
}

function keptSections(
  session: Session,
  result: CommandResult,
  texts: ReadonlyMap<string, string>,
): RouterSections | null {
  const text = (name: string): string => texts.get(name) ?? "";
  const missing = sectionNames.filter((name) => !texts.has(name));
  if (missing.length === sectionNames.length) return null;
  if (missing.length > 0)
    throw answerError(session, result, result.stderr, `shows a configuration without ${missing.join(", ")}`);
  return {
    sysctl: text("sysctl"),
    firewall: text("firewall"),
    interfaces: text("interfaces"),
    ipsec: text("ipsec"),
    routing: text("routing"),
  };
}

/** A tool may quote the line it stumbled over. */
function withoutSecrets(said: string, secrets: string): string {
  const keys = [...secrets.matchAll(/secret\s*=\s*(?:"([^"]*)"|(\S+))/g)].map(
    ([, quoted, bare]) => quoted ?? bare ?? "",
  );
  return keys.filter((key) => key.length > 0).reduce((text, key) => text.replaceAll(key, "(secret)"), said);
}

function answerError(
  session: Session,
  result: CommandResult,
  said: string,
  what: string,
  cause?: unknown,
): RouterAnswerError {
  return new RouterAnswerError({ node: session.node, command: result.argv, what, said, cause });
}
