import fc from "fast-check";
import { XmlDocument, XmlElement, XsdValidator } from "libxml2-wasm";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { RunResult, Verdict } from "../../../model/run-result.ts";
import { filledLines, harmless } from "../../../model/harmless.ts";
import { renderJunit } from "../../../reports/index.ts";
import { blocked, check, empty, failed, passed, run } from "./support.ts";

const schema = XsdValidator.fromDoc(XmlDocument.fromString(readFileSync(`${import.meta.dirname}/junit.xsd`, "utf8")));

/** What a reader of JUnit sees, read by libxml2 (GitLab reads with it too) after its schema has held. */
function read(xml: string) {
  const document = XmlDocument.fromString(xml);
  try {
    schema.validate(document);
    const elements = (path: string) => document.find(path).filter((node) => node instanceof XmlElement);
    const value = (element: XmlElement, name: string) =>
      element.attrs.find((attribute) => attribute.name === name)?.value ?? "";
    return {
      name: value(document.root, "name"),
      counts: ["tests", "failures", "errors"].map((name) => Number(value(document.root, name))),
      suites: elements("//testsuite").map((suite) => value(suite, "name")),
      timestamps: elements("//testsuite").map((suite) => value(suite, "timestamp")),
      cases: elements("//testcase").map((one) => `${value(one, "classname")}/${value(one, "name")}`),
      troubles: elements("//testcase/*").map((trouble) => ({
        element: trouble.name,
        of: value(trouble.parent!, "name"),
        type: value(trouble, "type"),
        message: value(trouble, "message"),
        text: trouble.content,
      })),
      properties: elements("//property").map((one) => [value(one, "name"), value(one, "value")] as const),
    };
  } finally {
    document.dispose();
  }
}

describe("golden", () => {
  test.each([
    ["pass", passed],
    ["fail", failed],
    ["blocked", blocked],
    ["empty", empty],
  ] as const)("%s", async (name, result) => {
    const xml = renderJunit(result);
    read(xml);
    await expect(xml).toMatchFileSnapshot(`golden/${name}.junit.xml`);
  });
});

test("a testsuite a tunnel, a testcase a check, and the lab where an id names no tunnel", () => {
  const checks = ["tunnel0/ike-sa", "tunnel1/ike-sa", "tunnel0/wire", "clocks", "/odd", "odd/"];
  const xml = read(renderJunit(run(checks.map((id) => check({ id, title: "t" })))));
  expect(xml.suites).toEqual(["tunnel0", "tunnel1", "gre-over-ipsec", "odd"]);
  expect(xml.cases).toEqual([
    "gre-over-ipsec.tunnel0/ike-sa",
    "gre-over-ipsec.tunnel0/wire",
    "gre-over-ipsec.tunnel1/ike-sa",
    "gre-over-ipsec/clocks",
    "gre-over-ipsec/odd",
    "gre-over-ipsec.odd/odd/",
  ]);
  expect(xml.timestamps).toEqual(Array(4).fill("2026-11-23T22:56:24.122Z"));
});

test("a failure says at once what was seen, then what disagrees and where to look", () => {
  const [ospf, pathMtu] = read(renderJunit(failed)).troubles;
  expect(ospf).toMatchObject({ element: "failure", type: "fail", message: "r1 sees 10.0.12.2 in ExStart" });
  expect(pathMtu?.text.split("\n")).toEqual([
    "1415 bytes with DF left h1 and nobody answered: the router that should say fragmentation needed is silent",
    "tunnel ip mtu h1 → h2: predicted 1442 bytes, measured 1414 bytes",
    "tunnel ip mtu h2 → h1: predicted 1442 bytes, not seen",
    "sizes on the wire r1 → r2: predicted 88 596 1500 bytes, measured 88 596 1472 1474 1476 1478 1480 bytes",
    "look at: `ip -br link` on both routers",
  ]);
});

test("what could not be asked and what was blocked are errors, and a blocked one names what blocked it", () => {
  const { counts, troubles } = read(renderJunit(blocked));
  expect(counts).toEqual([4, 1, 3]);
  expect(troubles.map(({ of, element, type, message }) => [of, element, type, message])).toEqual([
    ["underlay", "failure", "fail", "203.0.113.2 does not answer r1"],
    ["child-sa", "error", "blocked", "blocked by tunnel0/underlay"],
    ["ospf-full", "error", "unknown", "vtysh on r2 did not answer within 10 s"],
    ["wire", "error", "blocked", "blocked by tunnel0/underlay, tunnel0/child-sa, tunnel0/ospf-full"],
  ]);
});

test("of an error's message the first line is the message, and all lines are text", () => {
  const summary = "r1: not reached at 172.20.0.5:22 within 10000 ms\n  why  3 attempts\n  fix  deploy the lab again";
  const [trouble] = read(renderJunit(run([check({ id: "t/c", title: "t", verdict: "unknown", summary })]))).troubles;
  expect(trouble).toMatchObject({
    message: "r1: not reached at 172.20.0.5:22 within 10000 ms",
    text: "r1: not reached at 172.20.0.5:22 within 10000 ms\nwhy  3 attempts\nfix  deploy the lab again",
  });
});

test("GitLab shows a text instead of the message: it is never blank", () => {
  for (const summary of ["", " ", "\n", "\u3000"])
    for (const verdict of ["fail", "unknown"] as const)
      for (const { message, text } of read(renderJunit(run([check({ id: "t/c", title: "t", verdict, summary })])))
        .troubles)
        expect([message, text.trim()].filter((said) => said === "")).toEqual([]);
});

test("numbers measured are properties of the testsuite; words and what was not seen are not", () => {
  const properties = read(renderJunit(failed)).properties.filter(([name]) => name.includes(":"));
  expect(properties).toEqual([
    ["path-mtu: tunnel ip mtu h1 → h2 (bytes)", "1414"],
    ["path-mtu: tcp mss h1 → h2 (bytes)", "1402"],
    ["path-mtu: sizes on the wire r1 → r2 (bytes)", "88 596 1472 1474 1476 1478 1480"],
    ["wire: 1442 bytes inside, on the wire r1 → r2 (bytes)", "1500"],
    ["wire: GRE in clear on the transit (packets)", "0"],
  ]);
});

/** Any sequence of UTF-16 code units, also what is no text, and what XML acts on. */
const hostile = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.string({ unit: "binary" }),
  fc
    .array(
      fc.constantFrom(
        "]]>",
        "<![CDATA[",
        "<!--",
        "-->",
        "&amp;",
        "&#0;",
        '"',
        "'",
        "<",
        ">",
        "\0",
        "\ud800",
        "\ufffe",
        "a",
      ),
    )
    .map((parts) => parts.join("")),
);
const verdict = fc.constantFrom<Verdict>("pass", "fail", "unknown");
const hostileCheck = fc.record({
  id: hostile,
  kind: hostile,
  title: hostile,
  verdict,
  summary: hostile,
  blockedBy: fc.array(hostile),
  facts: fc.array(
    fc.record({ quantity: hostile, unit: hostile, predicted: hostile, measured: hostile, agrees: fc.boolean() }),
  ),
  lookAt: fc.array(hostile),
  settle: fc.record({ name: hostile, timeoutMs: fc.integer({ min: 0, max: 1e6 }) }),
  durationMs: fc.integer({ min: 0, max: 1e9 }),
});
const hostileRun = fc
  .record({
    lab: hostile,
    startedAt: hostile,
    planSha256: hostile,
    kernels: fc.dictionary(hostile, hostile),
    verdict,
    checks: fc.array(hostileCheck, { maxLength: 4 }),
  })
  .map(({ checks, ...over }) => run(checks.map(check), over));

test("whatever devices and users say, the document is well-formed, keeps the schema, and tells them harmlessly", () => {
  fc.assert(
    fc.property(hostileRun, (result) => {
      const xml = read(renderJunit(result));
      expect(xml.name).toBe(harmless(result.lab));
      expect(xml.timestamps.filter((timestamp) => timestamp !== harmless(result.startedAt))).toEqual([]);
      const summaries = result.checks.filter(({ verdict }) => verdict === "fail").map(({ summary }) => summary);
      for (const [first = "fail"] of summaries.map(filledLines)) {
        expect(xml.troubles.map(({ message }) => message)).toContain(harmless(first));
        expect(xml.troubles.map(({ text }) => text.split("\n")[0])).toContain(harmless(first));
      }
    }),
    { numRuns: 500 },
  );
});

test("only a pass is green: else at least one testcase is a failure or an error", () => {
  fc.assert(
    fc.property(hostileRun, (result: RunResult) => {
      const { counts, troubles } = read(renderJunit(result));
      const notPassed = result.checks.filter((one) => one.verdict !== "pass").length;
      const isGreen = result.verdict === "pass" && result.checks.length > 0;
      const expected = notPassed === 0 && !isGreen ? 1 : notPassed;
      expect(troubles.length).toBe(expected);
      expect((counts[1] ?? 0) + (counts[2] ?? 0)).toBe(expected);
    }),
  );
});

describe("what reads the documents here refuses a document that is not one", () => {
  const xml = renderJunit(blocked);
  test.each([
    ["a control character", xml.replace("vtysh", "\u0007vtysh")],
    ["a code point that is no character", xml.replace("vtysh", "\ufffevtysh")],
    ["a bare ampersand", xml.replace("vtysh", "& vtysh")],
    ["an element that is not closed", xml.replace("</testsuite>", "")],
    ["skipped instead of error", xml.replaceAll(/<(\/?)error/g, "<$1skipped")],
    [
      "properties at a testcase",
      xml.replace(/(<testcase[^>]*>)/, '$1<properties><property name="a" value="b"/></properties>'),
    ],
  ])("%s", (_, planted) => {
    expect(planted).not.toBe(xml);
    expect(() => read(planted)).toThrow();
  });
});
