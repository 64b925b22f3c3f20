/**
 * Every text that can be declared, found by walking the schema: a new field is here by itself. What a shell, a terminal, a file's name
 * or a line of a configuration would act on is refused by a finding at that very place; what is let in means nothing to any of them.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { labDeclarationSchema } from "../../../model/declaration.ts";
import { formatFindings, hasErrors } from "../../../model/finding.ts";
import { planLab } from "../../../plan/plan-lab.ts";
import { soundLab } from "./sound-lab.ts";

type Step = { readonly key: string } | { readonly name: true } | { readonly item: true } | { readonly option: number };
/** The way to a text through the schema; `name` is the key of a record: in the middle any there is, at the end the text itself. */
type Way = readonly Step[];

interface AnySchema {
  readonly def: {
    readonly type: string;
    readonly shape?: Record<string, AnySchema>;
    readonly innerType?: AnySchema;
    readonly element?: AnySchema;
    readonly keyType?: AnySchema;
    readonly valueType?: AnySchema;
    readonly options?: readonly AnySchema[];
    readonly entries?: Record<string, string>;
    readonly values?: readonly unknown[];
  };
  safeParse(value: unknown): { success: boolean };
}

const schema = labDeclarationSchema as unknown as AnySchema;

/** Ways to every text, enumerations too. */
function waysToTexts({ def }: AnySchema, way: Way = []): Way[] {
  switch (def.type) {
    case "string":
    case "enum":
      return [way];
    case "literal":
      return def.values?.some((value) => typeof value === "string") ? [way] : [];
    case "object":
      return Object.entries(def.shape ?? {}).flatMap(([key, field]) => waysToTexts(field, [...way, { key }]));
    case "record":
      return [[...way, { name: true } as const], ...waysToTexts(def.valueType!, [...way, { name: true }])];
    case "array":
      return waysToTexts(def.element!, [...way, { item: true }]);
    case "union":
      return (def.options ?? []).flatMap((option, index) => waysToTexts(option, [...way, { option: index }]));
    case "optional":
      return waysToTexts(def.innerType!, way);
    case "number":
    case "boolean":
      return [];
    default:
      throw new Error(`a field of the type ${def.type}: tell this walk how to look into it`);
  }
}

const told = (way: Way): string =>
  way
    .map((step) =>
      "key" in step ? step.key : "name" in step ? "NAME" : "item" in step ? "0" : `option ${step.option}`,
    )
    .join(".");

/** Words that are right somewhere. */
const words = ["r1", "eth0", "left", "192.0.2.1/24", "17.12", "tunnel0", "vrnetlab/cisco_iol:17.12.01"];

/** The least that is right here. */
function least(here: AnySchema): unknown {
  const { def } = here;
  switch (def.type) {
    case "object":
      return Object.fromEntries(
        Object.entries(def.shape ?? {}).flatMap(([key, field]) =>
          field.def.type === "optional" ? [] : [[key, least(field)]],
        ),
      );
    case "record":
      return {};
    case "array":
      return [];
    case "union":
      return least(def.options![0]!);
    case "enum":
      return Object.values(def.entries ?? {})[0];
    case "literal":
      return def.values?.[0];
    case "boolean":
      return true;
    default:
      return [...words, ...Array.from({ length: 3000 }, (_, number) => number)].find(
        (value) => here.safeParse(value).success,
      );
  }
}

/** The value with the text put at the way's end; what is not there on the way is made, the least that is right. */
function withText(value: unknown, here: AnySchema, [step, ...rest]: Way, text: string): unknown {
  const { def } = here;
  if (def.type === "optional") return withText(value, def.innerType!, step ? [step, ...rest] : [], text);
  if (step === undefined) return text;
  if ("option" in step) {
    const option = def.options![step.option]!;
    return withText(option.safeParse(value).success ? value : least(option), option, rest, text);
  }
  if ("item" in step) {
    const [first, ...others] = (value as unknown[] | undefined) ?? [];
    return [withText(first ?? least(def.element!), def.element!, rest, text), ...others];
  }
  const fields = (value ?? least(here)) as Record<string, unknown>;
  if ("key" in step) return { ...fields, [step.key]: withText(fields[step.key], def.shape![step.key]!, rest, text) };
  const names = Object.keys(fields);
  // A router, where there are several to choose from: it may have everything.
  const name = names.find((each) => each === "r1") ?? names[0] ?? String(least(def.keyType!));
  const below = fields[name] ?? least(def.valueType!);
  // An entry of its own: `__proto__` would else set what it names.
  if (rest.length === 0) return Object.fromEntries([...Object.entries(fields), [text, below]]);
  return { ...fields, [name]: withText(below, def.valueType!, rest, text) };
}

const ways = waysToTexts(schema);

/** What a shell, a terminal, a path, a quoted value or a line of a file would act on. */
const acting = /[^A-Za-z0-9_.:/@-]/;
const classics = [
  `r1"; drop 'table`,
  "r1'",
  "r1\nlocal_addrs = 0.0.0.0/0\n",
  "r1\r\n",
  "$(touch /tmp/owned)",
  "`touch /tmp/owned`",
  "${HOME}",
  "r1; reboot",
  "r1|id",
  "r1 && id",
  "r1\u0000",
  "\u001b[2Jr1",
  "r\u202e1",
  "\u00e9t\u00e9",
  "\u{1f600}",
  "\ud800",
  "../../etc/passwd",
  "-oProxyCommand=touch /tmp/owned",
  "",
  "r".repeat(10_000),
  "$(".repeat(5_000),
];
const hostile = fc.oneof(
  fc.constantFrom(...classics),
  fc.string({ unit: "binary", minLength: 1 }).filter((text) => acting.test(text)),
  fc
    .tuple(
      fc.constantFrom(...words),
      fc.constantFrom("'", '"', "\n", "\0", "`", "$(id)", " ", "\\", "{", "#", "\u2028"),
    )
    .map(([word, put]) => word + put),
);

/** No longer than people read, and nothing that acts. */
function isTame(text: string): void {
  expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cs}\u202e\u2028]/u);
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(500);
}

test("the walk finds every text: names, references, addresses, enumerations", () => {
  const found = ways.map(told);
  expect(found).toEqual(
    expect.arrayContaining([
      "name",
      "segments.NAME",
      "nodes.NAME",
      "nodes.NAME.role",
      "nodes.NAME.ios.image",
      "nodes.NAME.ios.version",
      "nodes.NAME.interfaces.NAME",
      "nodes.NAME.interfaces.NAME.address6",
      "nodes.NAME.nat.0.insideAddress",
      "nodes.NAME.routes.0.via",
      "tunnels.NAME",
      "tunnels.NAME.left.router",
      "tunnels.NAME.routing.option 0.protocol",
    ]),
  );
  console.log(`${found.length} texts can be declared; each is put to ${classics.length} classics and 60 drawn ones`);
});

describe.each(ways.map((way) => [told(way), way] as const))("a hostile text as %s", (_, way) => {
  const judge = (text: string): void => {
    const declaration = withText(soundLab(), schema, way, text);
    const { plan, findings } = planLab(declaration);
    isTame(formatFindings(findings));
    if (hasErrors(findings)) {
      expect(plan).toBeNull();
      return;
    }
    // It was let in: then it means nothing to whoever reads it further on.
    expect(text).not.toMatch(acting);
    expect(text.length).toBeLessThan(260);
  };

  test("the classics, and drawn ones", () => {
    for (const text of classics) judge(text);
    fc.assert(fc.property(hostile, judge), { numRuns: 60 });
  });

  test("and the lab around it is sound enough for the text to be what is refused", () => {
    const { findings } = planLab(withText(soundLab(), schema, way, "$(touch /tmp/owned)"));
    const place = told(way)
      .replace(/\.option \d/, "")
      .split(".");
    const last = place.at(-1);
    // At the field, or where its name stands.
    expect(
      findings.some(
        ({ where, what }) =>
          (last === "NAME" ? what.includes("touch") : where.includes(last!)) || what.includes("touch"),
      ),
      formatFindings(findings),
    ).toBe(true);
  });
});
