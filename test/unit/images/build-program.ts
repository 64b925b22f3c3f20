/** The image's C programs, built so that a byte read or written out of place ends them. */
import { execa } from "execa";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A program that was built for a test. */
export interface BuiltProgram {
  readonly path: string;
  readonly remove: () => void;
}

const strict = ["-std=c11", "-D_GNU_SOURCE", "-g", "-O1", "-Wall", "-Wextra", "-Wshadow"];
const sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

/** Builds the files into one program. A folder of its own is made for it, and gone with it. */
export async function buildProgram(
  files: readonly string[],
  options: readonly string[] = ["-Werror"],
): Promise<BuiltProgram> {
  const folder = mkdtempSync(join(tmpdir(), "tunnelwright-program-"));
  const path = join(folder, "program");
  await execa("gcc", [...strict, ...sanitizers, ...options, ...files, "-o", path]);
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
