/** The program that every SSH exec names; no value ever stands in this string (docs/decisions/0002). */
export const execProgram = "/usr/lib/tunnelwright/exec";

/**
 * What {@link execProgram} reads: `COUNT NUL ARG NUL ARG NUL …`, then the command's own standard input, byte for byte.
 * Throws when the vector is empty or a word holds NUL.
 */
export function encodeCommandFrame(argv: readonly string[], input: string | Uint8Array = ""): Buffer {
  assertArgumentVector(argv);
  const words = Buffer.from(`${argv.length}\0${argv.map((word) => `${word}\0`).join("")}`);
  return Buffer.concat([words, typeof input === "string" ? Buffer.from(input) : input]);
}

/** Throws when no program is named or a word holds NUL, which no argument vector can carry. */
export function assertArgumentVector(argv: readonly string[]): void {
  const [program = ""] = argv;
  if (program === "") throw new TypeError("a command needs at least the name of a program");
  const bad = argv.findIndex((word) => word.includes("\0"));
  if (bad !== -1) throw new TypeError(`argument ${bad} of ${program} holds a NUL, which no argument can carry`);
}
