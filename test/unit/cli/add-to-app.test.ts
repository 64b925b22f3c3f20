import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addToApp } from "../../../cli/new-lab/add-to-app.ts";

const call = { name: "branch", from: "./labs/branch.ts" };

test("into this project's app", () => {
  const source = readFileSync(join(import.meta.dirname, "../../../main.ts"), "utf8");
  const added = addToApp(source, call) ?? "";
  expect(added).toMatch(/^import \{ branch \} from "\.\/labs\/branch\.ts";\n\nconst app/m);
  expect(added).toMatch(/^ {2}branch\(app\);\n {2}app\.synth\(\);$/m);
  expect(added.split("\n").length).toBe(source.split("\n").length + 2);
});

test("into the app of cdktf's template, whatever it calls itself", () => {
  const source =
    'import { Construct } from "constructs";\nimport {\n  App,\n} from "cdktf";\n\nconst lab = new App();\nlab.synth();\n';
  expect(addToApp(source, { name: "branch", from: "./labs/branch" })).toBe(
    'import { Construct } from "constructs";\nimport {\n  App,\n} from "cdktf";\nimport { branch } from "./labs/branch";\n\nconst lab = new App();\nbranch(lab);\nlab.synth();\n',
  );
});

test.each([
  ["no synth", "const app = new App();\n"],
  ["two of them", "a.synth();\nb.synth();\n"],
  ["a synth inside a longer line", "new App().synth();\n"],
])("fails where nobody can tell where the call belongs: %s", (_, source) => {
  expect(addToApp(source, call)).toBeNull();
});
