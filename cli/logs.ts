/** `logs`: what the nodes of a lab have said. */
import { readContainerLog, type LogLine } from "../devices/container-logs.ts";
import { engineOf, listLabParts } from "../devices/lab-leftovers.ts";
import { harmless } from "../model/harmless.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { printJsonLine } from "./json-documents.ts";
import { labFolder, LackingError, mustHaveNode } from "./lab-folder.ts";

export interface LogOptions {
  readonly follow?: boolean;
  readonly lines?: number;
  /** An object a line. */
  readonly json?: boolean;
  readonly signal: AbortSignal;
}

/** Prints the lines in the order of time, each with its node; with `follow` as they come, until the signal. */
export async function showLogs(lab: string, node: string | undefined, options: LogOptions): Promise<ExitCode> {
  const { known, left } = await listLabParts({ lab, directory: labFolder(lab) });
  const prefix = `tw-${lab}-`;
  const containers = [...known, ...left].filter(({ kind }) => kind === "container");
  const names = containers.map(({ name }) => name.slice(prefix.length));
  if (names.length === 0) throw new LackingError(`lab ${lab} has no containers: npx tunnelwright up ${lab} starts it`);
  if (node !== undefined) mustHaveNode(lab, node, names.sort());
  const asked = containers.filter(({ name }) => node === undefined || name === prefix + node);
  const width = Math.max(...asked.map(({ name }) => name.length - prefix.length));
  const print = (name: string, { at, text }: LogLine): void => {
    const own = name.slice(prefix.length);
    if (options.json) printJsonLine("logs", { at, node: own, text });
    else process.stdout.write(`${at.slice(0, 23)}Z ${own.padEnd(width)}  ${harmless(text)}\n`);
  };
  const kept: { readonly name: string; readonly line: LogLine }[] = [];
  await Promise.all(
    asked.map(({ name, ...part }) =>
      readContainerLog(part.id, { ...options, ...engineOf({ name, ...part }) }, (line) =>
        options.follow ? print(name, line) : kept.push({ name, line }),
      ),
    ),
  );
  kept.sort((one, other) => (one.line.at < other.line.at ? -1 : 1));
  for (const { name, line } of kept) print(name, line);
  return exitCodes.passed;
}
