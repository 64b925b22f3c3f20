/** A run as a network engineer reads it: a show-style table on a terminal. */
import type { CheckResult, Evidence, Fact, RunResult, Verdict } from "../model/run-result.ts";
import { planColumns, renderFact, renderHeading, resultColumns, type FactColumns } from "./fact-table.ts";
import { harmless, harmlessLines } from "./harmless.ts";
import { gap, hang, pad, wrap } from "./layout.ts";
import { makePaint, verdictLook, type Paint } from "./paint.ts";
import { sayDuration } from "./say-duration.ts";

export interface TerminalOptions {
  /** Escape codes for colour; the caller honours NO_COLOR. Nothing is said by colour alone. */
  readonly colour: boolean;
  /** The terminal's width in columns. Below 60 lines may be longer than the terminal. */
  readonly width: number;
  /** Adds what passed checks saw, how long each took, and every command with its whole output, its lines as they are. @default false */
  readonly verbose?: boolean;
}

interface Page extends Required<TerminalOptions> {
  readonly columns: FactColumns;
  readonly paint: Paint;
}

const labelColumns = "blocked by".length + gap.length;

/**
 * The run as text that ends in a line feed: what was run, a table of predicted beside measured, and the verdict on the last line.
 * What devices said is shown, never obeyed: control characters are written out.
 *
 * @example
 * ```ts
 * process.stdout.write(renderTerminal(result, { colour: process.stdout.isTTY, width: process.stdout.columns }));
 * ```
 */
export function renderTerminal(result: RunResult, options: TerminalOptions): string {
  const facts = result.checks.flatMap((check) => check.facts.map(harmlessFact));
  const page: Page = {
    verbose: false,
    ...options,
    columns: planColumns(facts, options.width),
    paint: makePaint(options.colour),
  };
  const table =
    result.checks.length === 0
      ? []
      : ["", renderHeading(page.columns, page.paint), ...result.checks.flatMap((check) => renderCheck(check, page))];
  return [...renderOrigin(result, page), ...table, "", ...renderVerdict(result, page), ""].join("\n");
}

/** Which lab, when, of which plan, on which kernels: without these a measured number says little. */
function renderOrigin(result: RunResult, { width }: Page): string[] {
  const nodesByKernel = new Map<string, string[]>();
  for (const [node, kernel] of Object.entries(result.kernels)) {
    nodesByKernel.set(kernel, [...(nodesByKernel.get(kernel) ?? []), node]);
  }
  const kernels = Array.from(nodesByKernel, ([kernel, nodes]) => `${kernel} on ${nodes.join(", ")}`).join("; ");
  return [
    ...hang(pad("Lab", resultColumns), harmless(result.lab), width),
    ...hang(pad("Started", resultColumns), harmless(result.startedAt), width),
    ...hang(pad("Plan", resultColumns), harmless(result.planSha256.slice(0, 12)), width),
    ...(kernels === "" ? [] : hang(pad("Kernels", resultColumns), harmless(kernels), width)),
  ];
}

function renderCheck(check: CheckResult, page: Page): string[] {
  const { verdict, facts } = check;
  const [plain, painted] = renderMark(verdict, page.paint);
  const took = page.verbose ? ` (${sayDuration(check.durationMs)})` : "";
  const name = `${harmless(check.id)}  ${harmless(check.title)}${took}`;
  const isSummaryShown = verdict !== "pass" || facts.length === 0 || page.verbose;
  return [
    ...hangKeepingGap(plain, name, page.width, painted),
    ...facts.flatMap((fact) => renderFact(harmlessFact(fact), page.columns, page.width, page.paint)),
    ...(isSummaryShown ? renderDetail("seen", [check.summary], page) : []),
    ...(verdict === "pass" ? [] : renderDetail("blocked by", check.blockedBy, page)),
    ...(verdict === "pass" ? [] : renderDetail("look at", check.lookAt, page)),
    ...(page.verbose ? check.evidence.flatMap((evidence) => renderEvidence(evidence, page)) : []),
  ];
}

/** Id and title with two spaces between them when they fit on one line, the title below the id otherwise. */
function hangKeepingGap(head: string, name: string, width: number, painted: string): string[] {
  if (resultColumns + Array.from(name).length <= width) return [painted + name];
  const [id = "", ...title] = name.split(gap);
  const indent = " ".repeat(resultColumns);
  return [painted + id, ...wrap(title.join(gap), width - head.length).map((line) => indent + line)];
}

/** Lines under a label; nothing when there is nothing to say. */
function renderDetail(label: string, texts: readonly string[], { width, paint }: Page): string[] {
  const indent = " ".repeat(resultColumns);
  return texts
    .filter((text) => text !== "")
    .flatMap((text, index) => {
      const head = pad(index === 0 ? label : "", labelColumns);
      return hang(indent + head, harmless(text), width, indent + paint("dim", head));
    });
}

/** A command that can be pasted, and all it printed. */
function renderEvidence(evidence: Evidence, { paint }: Page): string[] {
  const indent = " ".repeat(resultColumns);
  const command = harmless(evidence.command.map(quoteForShell).join(" "));
  const output = evidence.output === "" ? [] : harmlessLines(evidence.output);
  return [
    `${indent}${paint("bold", `${harmless(evidence.node)}# ${command}`)}`,
    ...output.map((line) => `${indent}${line}`.trimEnd()),
    `${indent}${paint("dim", `exit code ${evidence.exitCode}`)}`,
  ];
}

function quoteForShell(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}

function renderVerdict(result: RunResult, { paint, width }: Page): string[] {
  const [plain, painted] = renderMark(result.verdict, paint);
  if (result.checks.length === 0) return hang(plain, "no check was run", width, painted);
  const count = (verdict: Verdict): number => result.checks.filter((check) => check.verdict === verdict).length;
  const counts = `${count("pass")} passed, ${count("fail")} failed, ${count("unknown")} unknown`;
  return hang(plain, `${counts} in ${sayDuration(result.durationMs)}`, width, painted);
}

/** `✔ pass` with the gap behind it, plain and painted. */
function renderMark(verdict: Verdict, paint: Paint): readonly [string, string] {
  const { mark, colour } = verdictLook[verdict];
  const text = `${mark} ${verdict}`;
  return [pad(text, resultColumns), pad(text, resultColumns, paint(colour, text))];
}

function harmlessFact(fact: Fact): Fact {
  return {
    ...fact,
    quantity: harmless(fact.quantity),
    unit: harmless(fact.unit),
    predicted: harmless(fact.predicted),
    measured: harmless(fact.measured),
  };
}
