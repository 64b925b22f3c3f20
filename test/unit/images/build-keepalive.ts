/** The keepalives' engine as a program that tests can talk to, built so that a byte read or written out of place ends it. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildProgram, type BuiltProgram } from "./build-program.ts";

const sources = join(import.meta.dirname, "../../../images/router/keepalive");
const driver = join(import.meta.dirname, "keepalive-driver.c");

/** A line of a source file that a test spoils, to see that it is noticed. */
export interface Fault {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Builds keepalive-driver.c with the engine. */
export async function buildDriver(fault?: Fault): Promise<BuiltProgram> {
  return build(["engine", "packet", "line", "report"], [driver], fault);
}

/** Builds tw-keepalive itself. */
export async function buildDaemon(): Promise<BuiltProgram> {
  return build(["engine", "packet", "line", "report", "settings", "netlink", "wire", "status", "main"], []);
}

async function build(parts: readonly string[], more: readonly string[], fault?: Fault): Promise<BuiltProgram> {
  const folder = mkdtempSync(join(tmpdir(), "tunnelwright-keepalive-"));
  cpSync(sources, folder, { recursive: true });
  if (fault) {
    const file = join(folder, fault.file);
    const text = readFileSync(file, "utf8");
    if (text.split(fault.from).length !== 2) throw new Error(`${fault.file} does not hold once: ${fault.from}`);
    writeFileSync(file, text.replace(fault.from, fault.to));
  }
  const files = [...more, ...parts.map((part) => join(folder, `${part}.c`))];
  try {
    return await buildProgram(files, [`-I${folder}`, ...(fault ? [] : ["-Werror"])]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
