/** What the pages show is run or checked: commands by the program, TypeScript by the compiler, JSON by predict and packet, HCL as examples/. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { documentPaths, parseDocument, readDocument } from "../../../scripts/site/documents.ts";
import { makeFolder, type Ended } from "../cli/support.ts";
import { commandsOf, faultsOfCommand } from "./check-command.ts";
import { typeErrors } from "./check-types.ts";

const root = join(import.meta.dirname, "../../..");
const pages = documentPaths().map(readDocument);
const blocks = pages.flatMap(({ path, blocks: each }) =>
  each.map((block, index) => ({ ...block, path, place: `${path}, block ${index + 1}` })),
);

describe("commands", () => {
  test("every command that a page shows is one, with options and arguments that it takes", async () => {
    const shown = pages.flatMap((page) => commandsOf(page).map((line) => ({ line, path: page.path })));
    expect(shown.length).toBeGreaterThan(200);
    const faults = await Promise.all(
      shown.map(async ({ line, path }) => (await faultsOfCommand(line)).map((fault) => `${path}: ${line}: ${fault}`)),
    );
    expect(faults.flat()).toEqual([]);
  });

  test.each([
    ["npx tunnelwright veryfy gre-over-ipsec", "there is no command veryfy"],
    ["npx tunnelwright verify gre-over-ipsec --destructive", "unknown option '--destructive'"],
    ["npx tunnelwright verify --json", "missing required argument 'lab'"],
    ["npx tunnelwright down a b", "too many arguments"],
    ["npx tunnelwright impair LAB LINK --delay soon", "argument 'soon' is invalid"],
    ["npx tunnelwright packet --lab LAB --platform junos", "Allowed choices are linux, ios"],
    ["npx cdktf deplyo LAB", "cdktf deplyo is not ours"],
    ["npm run dosc", "there is no npm script dosc"],
    ["scripts/test --lane nowhere", "there is no lane nowhere"],
    ["scripts/demo --undo", "scripts/demo has no option --undo"],
    ["scripts/nothing", "there is no scripts/nothing"],
  ])("planted and caught: %s", async (line, fault) => {
    expect((await faultsOfCommand(line)).join()).toContain(fault);
  });

  test("they are found in blocks, behind a prompt, with a comment, and between backticks", () => {
    const page = parseDocument(
      "docs/planted.md",
      "# A\n\n`npx tunnelwright labs` and ``npx tunnelwright x``\n\n```sh\nnpx tunnelwright status LAB   # how it is\n```\n\n```text\n$ npx tunnelwright down LAB\nnot npx tunnelwright this\n```\n",
    );
    expect(commandsOf(page)).toEqual([
      "npx tunnelwright status LAB   # how it is",
      "npx tunnelwright down LAB",
      "npx tunnelwright labs",
    ]);
  });
});

describe("TypeScript", () => {
  const shown = new Map(blocks.filter(({ language }) => language === "ts").map(({ place, text }) => [place, text]));
  const planted = new Map([
    ["property", 'new Lab(app, "a",\n  { kernal: "uml" });'],
    ["name", 'import { labTset } from "tunnelwright/testing";\nlabTset("x");'],
  ]);
  // The compiler reads the project once for all of them.
  let errors: readonly string[] = [];
  beforeAll(() => {
    errors = typeErrors(new Map([...shown, ...planted]));
  }, 120_000);

  test("every block type-checks against the project", () => {
    expect(shown.size).toBeGreaterThanOrEqual(5);
    expect(errors.filter((error) => /^(README|docs)/.test(error))).toEqual([]);
  });

  test("a wrong property and a name that is not there are caught", () => {
    expect(errors.filter((error) => /^(property|name)/.test(error))).toEqual([
      expect.stringMatching(/^property, line 2: .*kernal/),
      expect.stringMatching(/^name, line 1: .*labTset/),
    ]);
  });
});

describe("JSON", () => {
  const shown = blocks.filter(({ language, path }) => language === "json" && /\/(predict|packet)\.md$/.test(path));
  const give = (command: string, text: string): Promise<Ended> => {
    const folder = makeFolder();
    folder.write("document.json", text);
    return folder.tunnelwright(command, "document.json", "--json");
  };

  test.each(shown)("$place is taken by the command of its page", async ({ path, text }) => {
    const { code, stdout, stderr } = await give(path.endsWith("predict.md") ? "predict" : "packet", text);
    expect(code, stderr).toBe(0);
    expect(() => JSON.parse(stdout) as unknown).not.toThrow();
  });

  test("there is one of each, and one with a wrong field is caught", async () => {
    expect(shown).toHaveLength(2);
    expect((await give("packet", shown[0]!.text.replace('"mtuBytes"', '"mtuByte"'))).code).toBe(2);
  });

  test("every other block of JSON is JSON", () => {
    for (const { text, language, place } of blocks)
      if (language === "json") expect(() => JSON.parse(text) as unknown, place).not.toThrow();
  });
});

describe("HCL", () => {
  const examples = readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".tf"))
    .map((name) => readFileSync(join(root, "examples", name), "utf8").trimEnd());

  test("every block is a whole file of examples/, which the lanes terraform and live run", () => {
    const shown = blocks.filter(({ language }) => ["hcl", "terraform", "tf"].includes(language));
    expect(shown.length).toBeGreaterThanOrEqual(10);
    expect(shown.filter(({ text }) => !examples.includes(text.trimEnd())).map(({ place }) => place)).toEqual([]);
  });
});
