/** What commands print with --json, held to the published schemas, which are held to the types. */
import { Ajv } from "ajv";
import { readFileSync } from "node:fs";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { importConfigurations } from "../../../cli/import.ts";
import { addImpairCommands } from "../../../cli/impair-commands.ts";
import { printJson, printJsonLine, type JsonDocuments } from "../../../cli/json-documents.ts";
import { lint } from "../../../cli/lint.ts";
import { packet } from "../../../cli/packet.ts";
import { predict } from "../../../cli/predict.ts";
import { readOutput } from "../../../cli/read.ts";
import { renderComparisonJson } from "../../../reports/render-comparison.ts";
import { makeJsonSchemas, schemaFile } from "../../../scripts/write-json-schemas.mjs";
import { passed } from "../reports/support.ts";
import { makeFolder } from "./support.ts";
import { callVerb, lab, standUpTransit } from "./transit-lab.ts";

let schemas: Map<string, string>;
beforeAll(async () => {
  schemas = await makeJsonSchemas();
}, 120_000);
afterEach(() => vi.restoreAllMocks());

test("the published schemas are of the types as they are", () => {
  for (const [name, text] of schemas) expect(readFileSync(schemaFile(name), "utf8"), name).toBe(text);
  expect(schemas.size).toBe(13);
});

/** Every fault of the text by the command's schema. */
function faultsOf(name: keyof JsonDocuments, text: string): string[] {
  const validate = new Ajv({ strict: true, strictTuples: false, allowUnionTypes: true, allErrors: true }).compile(
    JSON.parse(schemas.get(name) ?? "false") as object,
  );
  validate(JSON.parse(text));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`);
}

/** What the work prints. */
async function printed(work: () => Promise<unknown>): Promise<string> {
  let text = "";
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation((part) => {
      text += String(part);
      return true;
    }),
    vi.spyOn(console, "error").mockImplementation(() => undefined),
  ];
  try {
    await work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return text;
}

const tunnel = {
  outer: { mtuBytes: 1500 },
  order: "gre-over-ipsec",
  esp: { encryption: "aes-gcm-16", mode: "transport" },
};
const fixture = (path: string): string => new URL(`../dialects/${path}`, import.meta.url).pathname;

/** What a command prints; the others are held to their schema where their own tests run them. */
const printing: Partial<Record<keyof JsonDocuments, () => Promise<unknown>>> = {
  predict: () => predict(fileOf(tunnel), { json: true, explain: true }),
  packet: () =>
    packet(fileOf({ tunnel, linkMtusBytes: [1500, 1400], packets: [{ bytes: 1500, df: true }] }), { json: true }),
  read: () =>
    readOutput(fixture("recordings/ios/ipsec-sa-detail.15-natt.txt"), { command: "show crypto ipsec sa", json: true }),
  lint: () => lint([fixture("ios/golden/r1.classic.crypto-map.cfg")], { json: true }),
  import: () => importConfigurations([fixture("ios/golden/r1.classic.crypto-map.cfg")], { json: true, name: "seed" }),
};

function fileOf(document: object): string {
  const folder = makeFolder();
  folder.write("document.json", JSON.stringify(document));
  return `${folder.path}/document.json`;
}

describe("a command's document is as its schema says", () => {
  test.each(Object.keys(printing) as (keyof JsonDocuments)[])("%s", async (name) => {
    const text = await printed(() => printing[name]!());
    expect(faultsOf(name, text)).toEqual([]);
  });

  test("several specifications", async () => {
    expect(faultsOf("predict", await printed(() => predict(fileOf([tunnel, tunnel]), { json: true })))).toEqual([]);
  });

  test("new", async () => {
    const folder = makeFolder();
    folder.write("main.ts", "app.synth();\n");
    const { stdout } = await folder.tunnelwright("new", "branch", "--json");
    expect(faultsOf("new", stdout)).toEqual([]);
  });

  test("logs", async () => {
    const line = () => printJsonLine("logs", { at: "2026-11-26T10:00:03Z", node: "r1", text: "up" });
    expect(
      faultsOf(
        "logs",
        await printed(async () => {
          line();
          await Promise.resolve();
        }),
      ),
    ).toEqual([]);
  });

  test("rebuild", () => {
    expect(faultsOf("rebuild", renderComparisonJson(null, passed))).toEqual([]);
    expect(faultsOf("rebuild", renderComparisonJson(passed, { ...passed, verdict: "fail" }))).toEqual([]);
  });

  test.each([
    ["cut", ["cut", lab, "isp-left", "--json"], "echo moment 1795669216.567845 1795669216.669498"],
    ["impair", ["impair", lab, "isp", "--delay", "20", "--json"], "echo moment 1.5 1.75"],
    ["restore", ["restore", lab, "--all", "--json"], 'cat "${0%/*}/restored"'],
  ])("%s", async (_, words, program) => {
    const folder = await standUpTransit({ "/usr/lib/tunnelwright/impair": program });
    folder.write("restored", readFileSync(fixture("recordings/impair-restored.txt"), "utf8"));
    const { code, stdout } = await callVerb(addImpairCommands, folder, words);
    expect(code).toBe(0);
    expect(faultsOf("impairment", stdout)).toEqual([]);
  });
});

test("fails on what is otherwise: a field too many, one too few, a word that is none", () => {
  const good = { format: "tunnelwright-labs/1", labs: [] };
  expect(faultsOf("labs", JSON.stringify(good))).toEqual([]);
  expect(faultsOf("labs", JSON.stringify({ ...good, more: 1 }))).not.toEqual([]);
  expect(faultsOf("labs", JSON.stringify({ labs: [] }))).not.toEqual([]);
  expect(faultsOf("labs", JSON.stringify({ ...good, format: "other" }))).not.toEqual([]);
});

test("no document acts on a terminal", async () => {
  const text = await printed(async () => {
    printJson("dissect", [{ note: "\u009b2J\u2028" } as never]);
    await Promise.resolve();
  });
  expect(text).toContain('"\\u009b2J\\u2028"');
});
