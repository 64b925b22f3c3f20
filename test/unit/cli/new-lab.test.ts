/** `tunnelwright new`, as a process in a folder of its own. */
import { execa } from "execa";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { declarationOf, templates, type TemplateName } from "../../../cli/new-lab/templates.ts";
import { planLab } from "../../../plan/plan-lab.ts";

const root = join(import.meta.dirname, "../../..");
const app =
  'import { App } from "cdktf";\nimport { other } from "./labs/other.ts";\nconst app = new App();\nother(app);\napp.synth();\n';
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunnelwright-new-"));
  await writeFile(join(folder, "main.ts"), app);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const tunnelwright = (...words: string[]) =>
  execa(
    process.execPath,
    ["--import", join(root, "node_modules/tsx/dist/loader.mjs"), join(root, "cli/main.ts"), ...words],
    {
      cwd: folder,
      reject: false,
      stdin: "ignore",
    },
  );

test("writes the lab, its test, and the call", async () => {
  const { exitCode, stdout } = await tunnelwright("new", "my-branch");
  expect({ exitCode, stdout }).toMatchInlineSnapshot(`
    {
      "exitCode": 0,
      "stdout": "labs/my-branch.ts  the lab: GRE in ESP transport mode (AES-GCM-16, IKEv2), OSPF over it
    test/labs/my-branch.test.ts  its test
    main.ts  calls myBranch(app)

    npx tunnelwright up my-branch      # stands it up, and proves every prediction
    npx vitest run test/labs/my-branch.test.ts      # the same as a test, and takes it down",
    }
  `);
  const [lab, labTest, main] = await Promise.all(
    ["labs/my-branch.ts", "test/labs/my-branch.test.ts", "main.ts"].map((file) => readFile(join(folder, file), "utf8")),
  );
  expect(lab).toContain("export function myBranch(app: App): Lab {");
  expect(lab).toContain('from "tunnelwright"');
  expect(labTest).toContain("toPredictTunnelMtu(1442)");
  expect(main).toContain('import { myBranch } from "./labs/my-branch.ts";');
  expect(main).toContain("myBranch(app);\napp.synth();");
});

test("fails with every fault, and writes nothing", async () => {
  await mkdir(join(folder, "labs"));
  await mkdir(join(folder, "test/labs"), { recursive: true });
  await writeFile(join(folder, "labs/a.ts"), "mine");
  await writeFile(join(folder, "test/labs/a.test.ts"), "mine");
  const { exitCode, stderr } = await tunnelwright("new", "a");
  expect(exitCode).toBe(2);
  expect(stderr).toMatchInlineSnapshot(`
    "✖ labs/a.ts is there already: take another name
    ✖ test/labs/a.test.ts is there already: take another name"
  `);
  expect(await readFile(join(folder, "labs/a.ts"), "utf8")).toBe("mine");
  expect(await readFile(join(folder, "main.ts"), "utf8")).toBe(app);
});

test.each(["../up", "Lab", "a b", "$(touch x)", "", "declared", "a".repeat(31)])(
  "fails on the name %j",
  async (name) => {
    const { exitCode, stderr } = await tunnelwright("new", name);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("cannot be a lab's name");
  },
);

test("fails where there is no app", async () => {
  await rm(join(folder, "main.ts"));
  const { exitCode, stderr } = await tunnelwright("new", "branch");
  expect(exitCode).toBe(3);
  expect(stderr).toContain("there is no main.ts here");
});

/** What is told of each, since it is what the template is there to show. */
const told: Readonly<Record<TemplateName, readonly string[]>> = {
  "gre-over-ipsec": [],
  "ipsec-over-gre": ["tunnel/routing-in-clear"],
  gre: ["tunnel/in-clear"],
};

test.each(Object.keys(templates) as TemplateName[])("the template %s is a lab", (template) => {
  const { plan, findings } = planLab(declarationOf("branch", template));
  expect(findings.map(({ ruleId }) => ruleId)).toEqual(told[template]);
  expect(plan?.checks.length).toBeGreaterThan(3);
});
