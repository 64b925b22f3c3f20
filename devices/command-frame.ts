/** The program that every SSH exec names; no value ever stands in this string (docs/decisions/0002). */
export const execProgram = "/usr/lib/tunnelwright/exec";

/** What a command has as its standard input: these bytes, or nothing, and a signal when the caller ends its side of the channel. */
export type CommandInput = { readonly input: string | Uint8Array } | { readonly signalAtInputEnd: "INT" | "TERM" };

/**
 * What {@link execProgram} reads: `COUNT NUL ARG NUL ARG NUL …`, then the command's own standard input, byte for byte; or
 * `COUNT SIGNAL NUL ARG NUL …` for a command without input that is sent the signal when the input of {@link execProgram} ends: because the
 * caller stopped or gave up, or because the connection was lost. SSH's own `signal` request would not do: OpenSSH 9.2, Debian 12's, refuses
 * it for root ("session signalling requires privilege separation"), and a closed channel alone ends no command.
 *
 * Throws when the vector is empty or a word holds NUL.
 */
export function encodeCommandFrame(argv: readonly string[], given: CommandInput): Buffer {
  assertArgumentVector(argv);
  const head = "input" in given ? argv.length : `${argv.length} ${given.signalAtInputEnd}`;
  const words = Buffer.from(`${head}\0${argv.map((word) => `${word}\0`).join("")}`);
  return "input" in given ? Buffer.concat([words, Buffer.from(given.input)]) : words;
}

/** Throws when no program is named or a word holds NUL, which no argument vector can carry. */
function assertArgumentVector(argv: readonly string[]): void {
  const [program = ""] = argv;
  if (program === "") throw new TypeError("a command needs at least the name of a program");
  const bad = argv.findIndex((word) => word.includes("\0"));
  if (bad !== -1) throw new TypeError(`argument ${bad} of ${program} holds a NUL, which no argument can carry`);
}
