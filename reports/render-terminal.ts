/** A run as a network engineer reads it: a show-style table on a terminal. */
import type { CheckResult, Evidence, Fact, RunResult, Verdict } from "../model/run-result.ts";
import { planColumns, renderFact, renderHeading, resultColumns, type FactColumns } from "./fact-table.ts";
import { filledLines, harmless, harmlessLines } from "../model/harmless.ts";
import { isBlocked } from "./is-blocked.ts";
import { gap, hang, pad, widthOf, wrap } from "./layout.ts";
import { makePaint, verdictLook, type Paint } from "./paint.ts";
import { sayCoverage } from "./say-coverage.ts";
import { sayDuration } from "./say-duration.ts";
import { sayWait } from "./say-wait.ts";

export interface TerminalOptions {
  /** Escape codes for colour; the caller honours NO_COLOR. Nothing is said by colour alone. */
  readonly colour: boolean;
  /** The terminal's width in columns. Below 60 lines may be longer than the terminal. */
  readonly width: number;
  /** Adds what passed checks saw, how long each took, and every command with its whole output, its lines as they are. @default false */
  readonly verbose?: boolean;
  /** Leaves out what passed, and where and when it was run. @default false */
  readonly quiet?: boolean;
  /** The lab's results folder, put before the names of captures so that they can be pasted. @default "" - the names are as in the document */
  readonly resultsFolder?: string;
}

interface Page extends Required<TerminalOptions> {
  readonly columns: FactColumns;
  readonly paint: Paint;
}

const labelColumns = "blocked by".length + gap.length;
/** However wide the terminal: a longer line of prose loses the eye on the way back. */
const widestProse = 120;

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
  const checks = result.checks.filter(({ verdict }) => options.quiet !== true || verdict !== "pass");
  const facts = checks.flatMap((check) => check.facts.map(harmlessFact));
  const page: Page = {
    verbose: false,
    quiet: false,
    resultsFolder: "",
    ...options,
    columns: planColumns(facts, options.width),
    paint: makePaint(options.colour),
  };
  const table =
    checks.length === 0
      ? []
      : ["", renderHeading(page.columns, page.paint), ...checks.flatMap((check) => renderCheck(check, page))];
  const origin = page.quiet ? [] : renderOrigin(result, page);
  const above = [...origin, ...table];
  return [...above, ...(above.length > 0 ? [""] : []), ...renderVerdict(result, page), ""].join("\n");
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
    ...sayCoverage(result).flatMap((line, index) =>
      hang(pad(index === 0 ? "Looked at" : "", resultColumns), line, width),
    ),
    ...(kernels === "" ? [] : hang(pad("Kernels", resultColumns), harmless(kernels), width)),
  ];
}

function renderCheck(check: CheckResult, page: Page): string[] {
  const [mark, paintedMark] = renderMark(check.verdict, page.paint);
  const wasBlocked = isBlocked(check);
  const took = page.verbose && !wasBlocked ? ` (${sayDuration(check.durationMs)})` : "";
  return [
    ...renderName(mark, paintedMark, harmless(check.id), harmless(check.title) + took, page),
    ...check.facts.flatMap((fact) => renderFact(harmlessFact(fact), page.columns, page.width, page.paint)),
    // What was not looked at was not seen: what blocked it is all there is to say.
    ...(wasBlocked
      ? renderDetail("blocked by", [check.blockedBy.join(", ")], page)
      : [
          ...renderDetail("seen", partsOfSummary(check, page), page),
          ...renderDetail("waited", [sayWait(check)], page),
        ]),
    ...(check.verdict === "pass" ? [] : renderDetail("look at", check.lookAt, page)),
    ...(page.verbose ? check.evidence.flatMap((evidence) => renderEvidence(evidence, page)) : []),
  ];
}

/** Id and title with two spaces between them when they fit on one line, the title below the id otherwise. */
function renderName(mark: string, paintedMark: string, id: string, title: string, { width, paint }: Page): string[] {
  const painted = paintedMark + paint("bold", id);
  if (widthOf(mark + id + gap + title) <= width) return [`${painted}${gap}${title}`.trimEnd()];
  const indent = " ".repeat(resultColumns);
  return [painted, ...wrap(title, width - resultColumns).map((line) => (indent + line).trimEnd())];
}

/** The summary, a line for each of its parts; what a row of the table shows already is not said again. */
function partsOfSummary({ verdict, facts, summary }: CheckResult, { verbose }: Page): string[] {
  if (verdict === "pass" && facts.length > 0 && !verbose) return [];
  const shown = facts
    .filter((fact) => !fact.agrees)
    .map(({ quantity, unit, predicted, measured }) =>
      `${quantity}: ${measured} instead of ${predicted} ${unit}`.trim(),
    );
  const lines = filledLines(summary);
  // The message of an error has lines of its own: what, why, fix.
  return lines.length > 1 ? lines : summary.split("; ").filter((part) => !shown.includes(part.trim()));
}

/** Texts under a label, each on a line of its own and further to the right where it goes on; nothing when there is nothing to say. */
function renderDetail(label: string, texts: readonly string[], { width, paint }: Page): string[] {
  const indent = " ".repeat(resultColumns);
  const measure = Math.min(width, widestProse) - resultColumns - labelColumns;
  const said = texts.filter((text) => text.trim() !== "");
  const further = said.length === 1 ? "" : gap;
  const lines = said.flatMap((text) =>
    wrap(harmless(text), measure, measure - further.length).map((line, index) => (index === 0 ? "" : further) + line),
  );
  const head = pad(label, labelColumns, paint("dim", label));
  return lines.map((line, index) => indent + (index === 0 ? head : pad("", labelColumns)) + line);
}

/** A command that can be pasted, and all it printed. */
function renderEvidence(evidence: Evidence, { paint, resultsFolder }: Page): string[] {
  const indent = " ".repeat(resultColumns);
  const command = harmless(evidence.command.map(quoteForShell).join(" "));
  const output = evidence.output === "" ? [] : harmlessLines(evidence.output);
  return [
    `${indent}${paint("bold", `${harmless(evidence.node)}# ${command}`)}`,
    ...output.map((line) => `${indent}${line}`.trimEnd()),
    `${indent}${paint("dim", `exit code ${evidence.exitCode}`)}`,
    ...(evidence.file === null
      ? []
      : [`${indent}${paint("dim", "capture")} ${harmless(resultsFolder + evidence.file)}`]),
  ];
}

function quoteForShell(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}

/** What to look at first, by name, and on the last line the verdict with its counts. */
function renderVerdict(result: RunResult, page: Page): string[] {
  const { paint, width } = page;
  const { checks } = result;
  const [plain, painted] = renderMark(result.verdict, paint);
  if (checks.length === 0) return hang(plain, "no check was run", width, painted);
  const count = (verdict: Verdict): number => checks.filter((check) => check.verdict === verdict).length;
  const counts = `${count("pass")} passed, ${count("fail")} failed, ${count("unknown")} unknown`;
  const named = (label: string, wanted: readonly CheckResult[]): string[] =>
    wanted.length === 0
      ? []
      : hang(pad(label, resultColumns), wanted.map(({ id }) => harmless(id)).join(", "), Math.min(width, widestProse));
  const unknown = checks.filter(({ verdict }) => verdict === "unknown");
  return [
    ...named(
      "Failed",
      checks.filter(({ verdict }) => verdict === "fail"),
    ),
    ...named(
      "Unknown",
      unknown.filter((check) => !isBlocked(check)),
    ),
    ...named("Blocked", unknown.filter(isBlocked)),
    ...hang(plain, `${counts} in ${sayDuration(result.durationMs)}`, width, painted),
  ];
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
