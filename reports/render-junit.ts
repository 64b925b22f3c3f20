/** A run for continuous integration: JUnit XML, as GitLab, Jenkins and the report actions of GitHub read it. */
import type { CheckResult, Fact, RunResult } from "../model/run-result.ts";
import { filledLines, harmless } from "../model/harmless.ts";
import { isBlocked } from "./is-blocked.ts";
import { sayCoverage } from "./say-coverage.ts";
import { sayWait } from "./say-wait.ts";

/** A testcase before it is written. */
interface Case {
  readonly name: string;
  readonly durationMs: number;
  /** What is said when it is not a pass. */
  readonly trouble: Trouble | null;
}

interface Trouble {
  readonly element: "failure" | "error";
  /** Never `yaml`, `symbol`, `file`, `array` or a type's name: GitLab's reader (Rails' Hash.from_xml) takes this attribute as an order. */
  readonly type: "fail" | "unknown" | "blocked";
  readonly message: string;
  /** The lines of the element; the message is the first, because GitLab shows these in its place. */
  readonly lines: readonly string[];
}

/** A testsuite before it is written. */
interface Suite {
  readonly name: string;
  /** Jenkins takes what is before the last dot for a package: the lab. */
  readonly classname: string;
  readonly cases: readonly Case[];
  readonly properties: readonly (readonly [name: string, value: string])[];
}

/**
 * The run as JUnit XML, within the schema of Jenkins's xUnit plugin (junit-10.xsd), ending in a line feed: a testsuite a tunnel, a testcase a check.
 * Fail is a `<failure>`; unknown is an `<error>`, also where another check was in the way: a `<skipped>` would be green.
 * A run that did not pass has at least one of them. Measured numbers are properties of their testsuite. No host is named.
 *
 * @example
 * ```ts
 * writeFileSync("junit.xml", renderJunit(result));
 * ```
 */
export function renderJunit(result: RunResult): string {
  const suites = makeSuites(result);
  const cases = suites.flatMap((suite) => suite.cases);
  const root = element(
    "testsuites",
    { name: result.lab, ...countCases(cases), time: seconds(result.durationMs) },
    suites.flatMap((suite) => renderSuite(suite, result.startedAt)),
  );
  return ['<?xml version="1.0" encoding="UTF-8"?>', ...root, ""].join("\n");
}

function makeSuites(result: RunResult): Suite[] {
  const checksByTunnel = new Map<string, CheckResult[]>();
  for (const check of result.checks) {
    const { tunnel } = splitId(check.id, result.lab);
    checksByTunnel.set(tunnel, [...(checksByTunnel.get(tunnel) ?? []), check]);
  }
  const origin = originProperties(result);
  const suites = Array.from(checksByTunnel, ([name, checks]) => ({
    name,
    classname: name === result.lab ? name : `${result.lab}.${name}`,
    cases: checks.map((check) => makeCase(check, result.lab)),
    properties: [...origin, ...checks.flatMap((check) => measuredProperties(check, result.lab))],
  }));
  const isToldByACase = suites.some((suite) => suite.cases.some(({ trouble }) => trouble !== null));
  if (isToldByACase || (result.verdict === "pass" && result.checks.length > 0)) return suites;
  // Nothing at all would be green, and so would passes in a run that is none: the run itself says so.
  const message = result.checks.length === 0 ? "no check was run" : `the verdict of the run is ${result.verdict}`;
  const trouble: Trouble = { element: "error", type: "unknown", message, lines: [message] };
  const cases = [{ name: "run", durationMs: result.durationMs, trouble }];
  return [...suites, { name: result.lab, classname: result.lab, cases, properties: origin }];
}

/** `tunnel0/child-sa` is the check child-sa of tunnel0; an id without a tunnel is the lab's. */
function splitId(id: string, lab: string): { readonly tunnel: string; readonly name: string } {
  const slash = id.indexOf("/");
  return { tunnel: id.slice(0, Math.max(slash, 0)) || lab, name: id.slice(slash + 1) || id };
}

function makeCase(check: CheckResult, lab: string): Case {
  return { name: splitId(check.id, lab).name, durationMs: check.durationMs, trouble: describeTrouble(check) };
}

function describeTrouble(check: CheckResult): Trouble | null {
  const { verdict, blockedBy, facts, lookAt } = check;
  if (verdict === "pass") return null;
  const wasBlocked = isBlocked(check);
  // A blank message or text would be told as none.
  const [summary = verdict, ...more] = filledLines(check.summary);
  const wait = sayWait(check);
  const message = wasBlocked ? `blocked by ${blockedBy.join(", ")}` : summary;
  return {
    element: verdict === "fail" ? "failure" : "error",
    type: wasBlocked ? "blocked" : verdict,
    message,
    lines: [
      message,
      ...(wasBlocked ? [summary] : []),
      ...more,
      ...facts.filter((fact) => !fact.agrees).map(describeFact),
      ...(wait === "" ? [] : [`waited ${wait}`]),
      ...lookAt.map((place) => `look at: ${place}`),
    ],
  };
}

function describeFact({ quantity, unit, predicted, measured }: Fact): string {
  const withUnit = (value: string): string => (unit === "" ? value : `${value} ${unit}`);
  return `${quantity}: predicted ${withUnit(predicted)}, ${measured === "-" ? "not seen" : `measured ${withUnit(measured)}`}`;
}

/** What a number measured means little without. */
function originProperties(result: RunResult): Suite["properties"] {
  const { planSha256, kernels } = result;
  return [
    ["plan", planSha256],
    ...sayCoverage(result).map((line) => ["looked at", line] as const),
    ...Object.entries(kernels).map(([node, kernel]) => [`kernel of ${node}`, kernel] as const),
  ];
}

/** Properties stand at the suite: the schema has none at a testcase, and the xUnit plugin refuses a file that breaks it. */
function measuredProperties(check: CheckResult, lab: string): Suite["properties"] {
  const { name } = splitId(check.id, lab);
  return check.facts
    .filter(({ unit, measured }) => unit !== "" && measured !== "-")
    .map(({ quantity, unit, measured }) => [`${name}: ${quantity} (${unit})`, measured]);
}

function renderSuite({ name, classname, cases, properties }: Suite, startedAt: string): string[] {
  const durationMs = cases.reduce((sum, one) => sum + one.durationMs, 0);
  const attributes = { name, ...countCases(cases), skipped: "0", time: seconds(durationMs), timestamp: startedAt };
  const renderedProperties = properties.flatMap(([key, value]) => element("property", { name: key, value }));
  return element("testsuite", attributes, [
    ...element("properties", {}, renderedProperties),
    ...cases.flatMap((one) => renderCase(one, classname)),
  ]);
}

function renderCase({ name, durationMs, trouble }: Case, classname: string): string[] {
  const attributes = { classname, name, time: seconds(durationMs) };
  if (trouble === null) return element("testcase", attributes);
  const { type, message, lines } = trouble;
  const text = lines.map(escape).join("\n");
  return element("testcase", attributes, [
    `<${trouble.element}${writeAttributes({ type, message })}>${text}</${trouble.element}>`,
  ]);
}

function countCases(cases: readonly Case[]): { tests: string; failures: string; errors: string } {
  const count = (name: Trouble["element"]): string =>
    String(cases.filter(({ trouble }) => trouble?.element === name).length);
  return { tests: String(cases.length), failures: count("failure"), errors: count("error") };
}

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3);
}

type Attributes = Readonly<Record<string, string>>;

/** An element around elements, a line each and further to the right; the lines of a text inside one of them stay where they are. */
function element(name: string, attributes: Attributes, children: readonly string[] = []): string[] {
  const start = `<${name}${writeAttributes(attributes)}`;
  return children.length === 0 ? [`${start}/>`] : [`${start}>`, ...children.map((child) => `  ${child}`), `</${name}>`];
}

function writeAttributes(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escape(value)}"`)
    .join("");
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** One line that is text to XML whatever was in it: what XML forbids is written out, what it acts on is escaped. */
function escape(text: string): string {
  return harmless(text).replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
