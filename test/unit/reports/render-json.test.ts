import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { format } from "prettier";
import { expect, test } from "vitest";
import { runResultSchema } from "../../../model/run-result.ts";
import { renderJson, runResultJsonSchema } from "../../../reports/index.ts";
import { blocked, check, empty, failed, passed, run } from "./support.ts";

test("the published schema is the one in force (`npx vitest run --project unit test/unit/reports --update` writes it)", async () => {
  const text = await format(JSON.stringify(runResultJsonSchema()), { parser: "json", printWidth: 120 });
  await expect(text).toMatchFileSnapshot("../../../docs/schemas/run-result.schema.json");
});

test("the published schema takes what is rendered and refuses what is not a run result", () => {
  const validate = new Ajv2020({ strict: true }).compile(runResultJsonSchema());
  for (const result of [passed, failed, blocked, empty]) {
    expect(validate(JSON.parse(renderJson(result))), JSON.stringify(validate.errors)).toBe(true);
  }
  expect(validate({ ...passed, verdict: "passed" })).toBe(false);
  expect(validate({ ...passed, surprise: 1 })).toBe(false);
  expect(validate({ ...passed, format: "tunnelwright-run/2" })).toBe(false);
});

test("what is rendered parses to the same document and holds nothing that acts on a terminal", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary-ascii" }), (summary, output) => {
      const evidence = [
        { node: "r1", command: ["\u001b[2J", "\u009b\u202e\u{e0001}"], output, exitCode: 0, file: null },
      ];
      const result = run([check({ id: "t/c", title: "t", summary, evidence })]);
      const text = renderJson(result);
      expect(runResultSchema.parse(JSON.parse(text))).toEqual(result);
      expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    }),
  );
});
