import { randomBytes } from "node:crypto";
import type { CommandResult, RunOptions, Session } from "../model/session.ts";
import { decodeFrames, encodeFrames, type Frame } from "./config-frames.ts";
import {
  CommandTimeoutError,
  ConnectionLostError,
  FrameError,
  PushError,
  RouterAnswerError,
  type PushOutcome,
} from "./errors.ts";

/** The six texts of a router's configuration that may be shown to anyone. */
export interface RouterSections {
  readonly sysctl: string;
  readonly firewall: string;
  readonly interfaces: string;
  readonly ipsec: string;
  readonly routing: string;
  /** What `tw-keepalive` reads, `DEVICE period SECONDS retries COUNT` lines; empty: it does not run. */
  readonly keepalive: string;
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
  /** The kept set that `change` leads on from, null for none; the router refuses the push when another one came in between. @default - any */
  readonly base?: string | null | undefined;
  /** From the running state to the new one. @default - the router builds everything from nothing */
  readonly change?: RouterSteps | undefined;
  /** The way back, taken when a step fails. @default - none */
  readonly undo?: RouterSteps | undefined;
  /** Load the IPsec configuration also when it is the kept one: what runs was changed by hand. @default false */
  readonly reloadIpsec?: boolean | undefined;
  /** Names the push: the router takes it back unless {@link confirmConfig} follows within 20 s. @default - it stands at once */
  readonly id?: string | undefined;
}

/** A part of the router's live state (`template`: the kept secrets with `{{psk:TUNNEL}}` in each key's place) that {@link readConfig} can ask for. */
export type LivePart =
  | "sysctl"
  | "links"
  | "addresses"
  | "routes"
  | "routes6"
  | "firewall"
  | "daemons"
  | "ipsec"
  | "connections"
  | "keys"
  | "template"
  | "routing"
  | "keepalive";

/** What a router keeps and what it is doing. */
export interface RouterReading {
  /** Names what is kept: the `base` of a push that changes it. Null with `kept`. */
  readonly set: string | null;
  /** The kept sections; null when the router has no configuration of ours. */
  readonly kept: RouterSections | null;
  /** The asked parts, as the tools printed them. */
  readonly live: Readonly<Partial<Record<LivePart, string>>>;
}

/** How long the router may take, and what ends the wait. */
export type RouterConfigOptions = Pick<RunOptions, "timeoutMs" | "signal">;

const program = "/usr/lib/tunnelwright/config";
/** `keepalive` is not among them: it may be left out. */
const sectionNames = ["sysctl", "firewall", "interfaces", "ipsec", "routing"] as const;
/** A push may wait for another one's end, starts daemons and may have to take the way back. */
const pushTimeoutMs = 90_000;
const readTimeoutMs = 30_000;
/** Held for as long as a push is at work, the wait for its confirmation included. */
const lockFile = "/run/tunnelwright/config.lock";
/** Longer than an unconfirmed push takes until it is back. */
const otherPushSeconds = 40;
const stillLocked = 75;
const outcomes: Readonly<Record<number, PushOutcome>> = { 1: "refused", 2: "restored", 3: "broken" };

/** Gives a router its configuration in one transaction; resolves with the revision it now keeps, throws {@link PushError} when it is not taken. */
export async function pushConfig(
  session: Session,
  push: RouterPush,
  options: RouterConfigOptions = {},
): Promise<{ readonly revision: string }> {
  const unfilled = /\{\{psk(?:-text)?:[^}]*\}\}/.exec(push.secrets);
  if (unfilled) throw new TypeError(`${session.node}: ${unfilled[0]} was not replaced by a key before the push`);
  const input = encodeFrames(pushFrames(push));
  const result = await session.run([program, "push"], { timeoutMs: pushTimeoutMs, ...options, input });
  return revisionOf(session, result, withoutSecrets(result.stderr, push.secrets), outcomes);
}

/**
 * Lets the push of this name stand, waits for its end and gives its revision; throws {@link PushError} when it did not stand.
 * Of worth over a connection that was made after the push was applied, which proves that the router can still be reached.
 */
export async function confirmConfig(
  session: Session,
  id: string,
  options: RouterConfigOptions = {},
): Promise<{ readonly revision: string }> {
  const result = await session.run([program, "confirm", id], { timeoutMs: pushTimeoutMs, ...options });
  return revisionOf(session, result, result.stderr, { ...outcomes, 2: "unconfirmed" });
}

/**
 * {@link pushConfig}, confirmed over a fresh connection: a configuration that cuts the way to its router does not stand, the
 * router's own timer takes it back. A connection that is lost in mid-push loses nothing, when a new one can be made.
 */
export async function pushConfirmed(
  session: Session,
  push: RouterPush,
  withFreshSession: <T>(work: (fresh: Session) => Promise<T>) => Promise<T>,
  options: RouterConfigOptions = {},
): Promise<{ readonly revision: string }> {
  const id = randomBytes(8).toString("hex");
  try {
    await pushConfig(session, { ...push, id }, options);
  } catch (error) {
    const isLost = error instanceof ConnectionLostError || error instanceof CommandTimeoutError;
    if (!isLost || options.signal?.aborted) throw error;
  }
  return withFreshSession((fresh) => confirmConfig(fresh, id, options));
}

function revisionOf(
  session: Session,
  result: CommandResult,
  toolOutput: string,
  meanings: Readonly<Record<number, PushOutcome>>,
): { readonly revision: string } {
  const outcome = meanings[result.exitCode];
  if (outcome !== undefined) {
    const step = /^(sysctl|firewall|interfaces|ipsec|routing|keepalive):/m.exec(toolOutput)?.[1] ?? null;
    throw new PushError({ node: session.node, command: result.argv, outcome, step, toolOutput });
  }
  const revision = /^revision ([0-9a-f]{64})$/m.exec(result.stdout)?.[1];
  if (result.exitCode !== 0 || revision === undefined)
    throw answerError(session, result, toolOutput, `ended with exit code ${result.exitCode} and no revision`);
  return { revision };
}

/**
 * The kept configuration without its secrets, and the asked live parts. A push that is at work, or that nobody confirmed and the router
 * is taking back, is waited for: what runs meanwhile is no state to lead on from.
 */
export async function readConfig(
  session: Session,
  parts: readonly LivePart[] = [],
  options: RouterConfigOptions = {},
): Promise<RouterReading> {
  await awaitOtherPush(session, options);
  const result = await session.run([program, "read", ...parts], { timeoutMs: readTimeoutMs, ...options });
  if (result.exitCode !== 0)
    throw answerError(session, result, result.stderr, `ended with exit code ${result.exitCode}`);
  const texts = framesOf(session, result);
  const missing = parts.filter((part) => !texts.has(`live/${part}`));
  if (missing.length > 0) throw answerError(session, result, result.stderr, `left out ${missing.join(", ")}`);
  const live = Object.fromEntries(parts.map((part) => [part, texts.get(`live/${part}`)]));
  return { set: texts.get("set")?.trim() ?? null, kept: keptSections(session, result, texts), live };
}

async function awaitOtherPush(session: Session, options: RouterConfigOptions): Promise<void> {
  const waiting = ["--shared", "--timeout", String(otherPushSeconds), "--conflict-exit-code", String(stillLocked)];
  const result = await session.run(["flock", ...waiting, lockFile, "true"], {
    ...options,
    timeoutMs: (otherPushSeconds + 5) * 1000,
  });
  // Where there is no lock nothing has been pushed since the start.
  if (result.exitCode === stillLocked)
    throw answerError(session, result, "", `found another push at work for ${otherPushSeconds} s`);
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

/** What the router calls the set that it has when it keeps none. */
const nothingKept = "nothing";

function pushFrames({ sections, secrets, base, reloadIpsec, change, undo, id }: RouterPush): Frame[] {
  const steps = (name: string, texts: RouterSteps | undefined): Frame[] =>
    texts ? [textFrame(`${name}/interfaces`, texts.interfaces), textFrame(`${name}/routing`, texts.routing)] : [];
  return [
    textFrame("sysctl", sections.sysctl),
    textFrame("firewall", sections.firewall),
    textFrame("interfaces", sections.interfaces),
    textFrame("ipsec", sections.ipsec),
    textFrame("ipsec-secrets", secrets),
    textFrame("routing", sections.routing),
    textFrame("keepalive", sections.keepalive),
    ...(base === undefined ? [] : [textFrame("base", `${base ?? nothingKept}\n`)]),
    ...(id === undefined ? [] : [textFrame("confirm", `${id}\n`)]),
    ...(reloadIpsec === true ? [textFrame("again/ipsec", "")] : []),
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
    keepalive: text("keepalive"),
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
