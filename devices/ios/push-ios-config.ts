import type { Configured } from "./configure.ts";
import { IosPushError, type IosPushOutcome, type RefusedLine } from "./ios-errors.ts";
import type { IosSession } from "./ios-session.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { readRunningConfig } from "./read-running-config.ts";

/** What leads from the running configuration to the wanted one; dialects/ios says it. */
export interface IosChange {
  /** Lines for configuration mode, indented by section. */
  readonly lines: readonly string[];
  /** What takes them back, best effort. */
  readonly inverse: readonly string[];
  readonly notes: readonly string[];
}

/** How a configuration is pushed. */
export interface PushIosOptions {
  /** Compares in the device's own form; asked again after the push, when it must find nothing more. */
  readonly change: (runningConfig: string) => IosChange;
  /** The device takes everything back by itself after so many minutes unless confirmed, 1 to 120. @default 5 */
  readonly revertMinutes?: number;
  /** Write the startup configuration when all is well. @default false */
  readonly save?: boolean;
  /** Proves that the device can still be reached, by a new connection, before the push is confirmed. @default - not proved */
  readonly prove?: () => Promise<void>;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** What a push did. */
export interface IosPush {
  /** The lines that were sent, secrets masked; none when the device was as wanted. */
  readonly sent: readonly string[];
  /**
   * `revert-timer`: the device itself would have taken it back. `inverse-lines`: it has no archive; inverse lines would have been
   * sent, which is best effort. `none`: nothing was sent.
   */
  readonly protection: "revert-timer" | "inverse-lines" | "none";
  readonly saved: boolean;
  /** What the device remarked, and what could not be compared. */
  readonly notes: readonly string[];
}

/**
 * Leads the device to the wanted configuration: reads, compares, sends the difference, reads again, confirms. A second push sends nothing.
 * Any refused line, and any line that the device took and forgot, takes the whole push back.
 * @throws IosPushError that says in what state the device was left.
 */
export async function pushIosConfig(session: IosSession, options: PushIosOptions): Promise<IosPush> {
  const before = await readRunningConfig(session, options);
  const change = options.change(before);
  if (change.lines.length === 0) return { sent: [], protection: "none", saved: false, notes: change.notes };
  const canRevert = await hasArchive(session, options);
  const configured = await session.configure(change.lines, {
    ...(canRevert && { revertMinutes: options.revertMinutes ?? 5 }),
    ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
    signal: options.signal,
  });
  if (configured.refused)
    await takeBack(session, options, { before, change, canRevert, configured }, configured.refused, "");
  const left = options.change(await readRunningConfig(session, options)).lines;
  if (left.length > 0)
    await takeBack(
      session,
      options,
      { before, change, canRevert, configured },
      null,
      `the device took these lines without a word and does not have them:\n${left.map(maskSecrets).join("\n")}`,
    );
  try {
    await options.prove?.();
  } catch (error) {
    const said = `no new connection came to confirm it: ${error instanceof Error ? error.message : String(error)}`;
    await takeBack(session, options, { before, change, canRevert, configured }, null, said);
  }
  if (canRevert) await confirm(session, options);
  if (options.save === true) await save(session, options);
  return {
    sent: change.lines.map(maskSecrets),
    protection: canRevert ? "revert-timer" : "inverse-lines",
    saved: options.save === true,
    notes: [
      ...change.notes,
      ...(canRevert
        ? []
        : [
            "the device keeps no archive: had something failed, inverse lines would have been sent, which is best effort",
          ]),
      ...configured.remarks,
    ],
  };
}

/** How to give a device what the safe way needs. */
const pendingElsewhere =
  "a rollback that was not confirmed is pending already: `configure confirm` or `configure revert now` by the user who began it, then push again";

/** Commit-confirm needs an archive, and nobody else's pending one. */
async function hasArchive(session: IosSession, { signal }: PushIosOptions): Promise<boolean> {
  const ask = (...argv: string[]) => session.run(argv, signal ? { signal } : {});
  const archive = await ask("show", "archive");
  // A device that has never heard of archives may say nothing at all (fake-switches does).
  if (archive.exitCode !== 0 || archive.stdout.trim() === "" || /not enabled/i.test(archive.stdout)) return false;
  const timer = await ask("show", "archive", "config", "rollback", "timer");
  const said = timer.stdout + timer.stderr;
  if (/no rollback confirmed change pending/i.test(said)) return true;
  if (timer.exitCode !== 0 || said.trim() === "") return false;
  throw new IosPushError({ node: session.node, outcome: "nothing-sent", refused: null, said: pendingElsewhere });
}

async function confirm(session: IosSession, { signal }: PushIosOptions): Promise<void> {
  const { exitCode, stderr } = await session.run(["configure", "confirm"], signal ? { signal } : {});
  if (exitCode === 0) return;
  throw new IosPushError({
    node: session.node,
    outcome: "left-behind",
    refused: null,
    said: `configure confirm: ${stderr.trim()}; the device will take the change back when its timer ends`,
  });
}

async function save(session: IosSession, { signal }: PushIosOptions): Promise<void> {
  const answers = [{ question: /overwrite the previous nvram configuration\?/i, answer: "" }];
  const { lines } = await session.converse("write memory", answers, { timeoutMs: 120_000, signal });
  if (lines.some((line) => line.includes("[OK]"))) return;
  throw new IosPushError({
    node: session.node,
    outcome: "left-behind",
    refused: null,
    said: `it runs with the new configuration, but write memory did not say [OK]: ${lines.join("; ")}`,
  });
}

interface Failed {
  readonly before: string;
  readonly change: IosChange;
  readonly canRevert: boolean;
  readonly configured: Configured;
}

/** Takes back what was sent, looks whether that worked, and throws. */
async function takeBack(
  session: IosSession,
  options: PushIosOptions,
  failed: Failed,
  refused: RefusedLine | null,
  said: string,
): Promise<never> {
  const { before, change, canRevert, configured } = failed;
  const fail = (outcome: IosPushOutcome): never => {
    throw new IosPushError({ node: session.node, outcome, refused, said });
  };
  if (configured.takenCount === 0) {
    if (canRevert && refused?.mode !== null) await session.run(["configure", "revert", "now"], { timeoutMs: 120_000 });
    return fail("nothing-sent");
  }
  if (canRevert) await session.run(["configure", "revert", "now"], { timeoutMs: 120_000 });
  else await sendEach(session, change.inverse);
  const after = await readRunningConfig(session, { ...options, timeoutMs: 60_000 });
  if (plain(after) !== plain(before)) return fail("left-behind");
  return fail(canRevert ? "reverted" : "undone-best-effort");
}

/** What cannot be undone is passed over: the reading afterwards tells. Of the inverse, some lines were never sent. */
async function sendEach(session: IosSession, lines: readonly string[]): Promise<void> {
  let rest = [...lines];
  while (rest.length > 0) {
    const { refused } = await session.configure(rest);
    if (!refused || refused.number === 0) return;
    const header = rest.slice(0, refused.number).findLast((line) => !line.startsWith(" ")) ?? "";
    const isSection = rest[refused.number - 1] === header;
    const next = rest.slice(refused.number);
    const sectionEnd = next.findIndex((line) => !line.startsWith(" "));
    const inside = next.slice(0, sectionEnd === -1 ? next.length : sectionEnd);
    const outside = next.slice(inside.length);
    // A section that could not be entered has no lines.
    rest = [...(isSection || inside.length === 0 ? [] : [header, ...inside]), ...outside];
  }
}

/** The header of a listing changes by itself: its size, the time of the last change. */
function plain(config: string): string {
  return config
    .split("\n")
    .filter(
      (line) =>
        !/^(?:!|Building configuration|Current configuration|ntp clock-period)/.test(line.trim()) && line.trim() !== "",
    )
    .map((line) => line.trimEnd())
    .join("\n");
}
