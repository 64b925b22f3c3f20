/** The package as npm packs it: what is in it, how large it is, and whether CommonJS and ESM get it, with types that tell the truth. */
import { execa } from "execa";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { judgePackage, judges, limits } from "../../package/judge-package.ts";
import { linkDependencies, pack, root, unpack, type Packed } from "../../package/pack.ts";

let folder: string;
let packed: Packed;

beforeAll(async () => {
  folder = temporaryFolder();
  packed = await pack(root, folder);
}, 30_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function temporaryFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), "tunnelwright-package-")));
}

/** A folder with the package installed, and whatever is written into it; gone with the test. */
async function projectWith(files: Readonly<Record<string, string>>): Promise<string> {
  const project = temporaryFolder();
  onTestFinished(() => rmSync(project, { recursive: true, force: true }));
  await unpack(packed.tarball, join(project, "node_modules/tunnelwright"));
  linkDependencies(project);
  mkdirSync(join(project, "node_modules/@types"), { recursive: true });
  symlinkSync(join(root, "node_modules/@types/node"), join(project, "node_modules/@types/node"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
  return project;
}

test("is judged good, within its limits", { timeout: 60_000 }, async () => {
  const { tarballBytes, unpackedBytes, files } = packed;
  console.log(
    `package: tarball ${tarballBytes} bytes of ${limits.tarballBytes}, unpacked ${unpackedBytes} of ${limits.unpackedBytes}, ${files.length} files of ${limits.files}`,
  );
  expect(await judgePackage(packed, ["contents", "form", "types", "names"])).toEqual([]);
});

describe("a fault is seen:", () => {
  /** The package, changed and packed anew, as a careless commit would. */
  async function faultsOf(change: (copy: string) => void, judge: keyof typeof judges): Promise<string[]> {
    const copy = temporaryFolder();
    onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
    await unpack(packed.tarball, copy);
    change(copy);
    return judgePackage(await pack(copy, copy), [judge]);
  }
  const manifest = (copy: string, change: (manifest: Record<string, unknown>) => void): void => {
    const file = join(copy, "package.json");
    const text = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    change(text);
    writeFileSync(file, JSON.stringify(text));
  };

  test.each<[what: string, change: (copy: string) => void, judge: keyof typeof judges, told: string]>([
    [
      "a file too many",
      (copy) => {
        cpSync(join(root, "eslint.config.mjs"), join(copy, "scripts/eslint.config.mjs"));
        manifest(copy, (text) => (text["files"] = [...(text["files"] as string[]), "scripts"]));
      },
      "contents",
      "scripts/eslint.config.mjs is packed, and nobody needs it",
    ],
    [
      "a heavy one",
      (copy) => writeFileSync(join(copy, "dist/core.dump"), Buffer.alloc(limits.unpackedBytes)),
      "contents",
      "unpackedBytes: ",
    ],
    [
      "no provider",
      (copy) => rmSync(join(copy, "dist/plugins"), { recursive: true }),
      "contents",
      "terraform-provider-tunnelwright_v0.1.0 is missing",
    ],
    [
      "an export without a file",
      (copy) => manifest(copy, (text) => ((text["exports"] as Record<string, unknown>)["."] = "./dist/index.js")),
      "form",
      "publint: ",
    ],
    [
      "an export that was forgotten",
      (copy) => manifest(copy, (text) => delete (text["exports"] as Record<string, unknown>)["."]),
      "names",
      "require: Error [ERR_PACKAGE_PATH_NOT_EXPORTED]",
    ],
    [
      "types of ESM for code of CommonJS",
      (copy) => rmSync(join(copy, "dist/types/package.json")),
      "types",
      "attw: FalseESM",
    ],
    [
      "a type that lies",
      (copy) => appendFileSync(join(copy, "dist/types/constructs/index.d.ts"), "export declare const ghost: string;\n"),
      "names",
      "require does not give ghost; the types do",
    ],
    [
      "names that import cannot see",
      (copy) => {
        const file = join(copy, "dist/index.cjs");
        writeFileSync(
          file,
          readFileSync(file, "utf8")
            .replace(/\n0 && \(module\.exports = \{/, "\nvoid ({")
            .replace(/\}\);\s*$/, "});\n"),
        );
      },
      "names",
      "import does not give Lab; the types do",
    ],
  ])("%s", { timeout: 60_000 }, async (_, change, judge, told) => {
    expect((await faultsOf(change, judge)).join("\n")).toContain(told);
  });
});

/** The lab of docs/package.md; `main` of both kinds of module. */
const lab = `
const app = new App({ outdir: "cdktf.out", skipValidation: true });
const lab = new Lab(app, "mine", { routerImage: "tunnelwright/router:test" });
const isp = new Wan(lab, "isp", { left: "198.51.100.1/30", right: "203.0.113.1/30" });
const r1 = new Router(lab, "r1", { transit: isp.left, outside: "198.51.100.2/30" });
const r2 = new Router(lab, "r2", { transit: isp.right, outside: "203.0.113.2/30" });
new GreIpsecTunnel(lab, "tunnel0", { left: r1, right: r2, leftAddress: "172.16.0.1/30", rightAddress: "172.16.0.2/30" });
`;
const imports = `import { App, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { GreIpsecTunnel, Lab, Router, Wan } from "tunnelwright";`;

describe("its types", () => {
  const compilers = {
    "TypeScript 5.6": createRequire(createRequire(import.meta.url).resolve("@arethetypeswrong/core")).resolve(
      "typescript/bin/tsc",
    ),
    "the project's": join(root, "node_modules/typescript/bin/tsc"),
  };
  const settings = {
    // What `cdktf init --template typescript` writes: without moduleResolution, which is node10 up to TypeScript 5.
    CommonJS: { module: "CommonJS", target: "ES2018", lib: ["es2018"] },
    ESM: { module: "NodeNext", moduleResolution: "NodeNext", target: "ES2022" },
  };
  const cases = Object.keys(compilers).flatMap((compiler) => Object.keys(settings).map((kind) => [compiler, kind]));

  test.each(cases as [keyof typeof compilers, keyof typeof settings][])(
    "of %s in a project of %s are those of the constructs; a wrong property is refused",
    { timeout: 60_000 },
    async (compiler, kind) => {
      const project = await projectWith({
        "main.ts": `${imports}${lab}const stack: TerraformStack = lab;\nconst construct: Construct = r1;\nvoid [stack, construct];\n`,
        "wrong.ts": `${imports}${lab}new Router(lab, "r3", { transit: isp.left, outside: 5 });\n`,
        "package.json": JSON.stringify({ type: kind === "ESM" ? "module" : "commonjs" }),
        "tsconfig.json": JSON.stringify({
          compilerOptions: {
            ...settings[kind],
            strict: true,
            noEmit: true,
            skipLibCheck: true,
            types: ["node"],
            moduleDetection: "force",
          },
          include: ["*.ts"],
        }),
      });
      const { stdout } = await execa(process.execPath, [compilers[compiler], "-p", project, "--pretty", "false"], {
        cwd: project,
        reject: false,
      });
      expect(stdout.trim().split("\n")).toEqual([
        expect.stringMatching(/^wrong\.ts\(\d+,\d+\): error TS2322: Type 'number' is not assignable to type 'string'/),
      ]);
    },
  );
});

describe("in one process", () => {
  const told = `console.log(JSON.stringify({
    construct: r1 instanceof Construct, stack: lab instanceof TerraformStack, planned: lab.plan().tunnels[0].prediction.ipMtuBytes,
  }));`;

  test("CommonJS and ESM have each class once, made of the project's own constructs; synth lays the provider", async () => {
    const project = await projectWith({
      "main.cjs": `
const { App, TerraformStack } = require("cdktf");
const { Construct } = require("constructs");
const { GreIpsecTunnel, Lab, Router, Wan } = require("tunnelwright");
${lab}${told}
import("tunnelwright").then((esm) => console.log(JSON.stringify({ same: esm.Lab === Lab, error: esm.DeclarationError === require("tunnelwright").DeclarationError })));
`,
      "main.mjs": `${imports}${lab}${told}app.synth();`,
      "package.json": "{}",
    });
    const run = (file: string) => execa(process.execPath, [file], { cwd: project });
    const { stdout } = await run("main.cjs");
    expect(stdout.split("\n").map((line) => JSON.parse(line) as unknown)).toEqual([
      { construct: true, stack: true, planned: 1442 },
      { same: true, error: true },
    ]);
    expect(JSON.parse((await run("main.mjs")).stdout)).toEqual({ construct: true, stack: true, planned: 1442 });
    // Synth lays the package's own provider beside the stack, and locks it: cdktf asks the registry for what is not locked.
    const stack = join(project, "cdktf.out/stacks/mine");
    const provider = "tunnelwright.invalid/tunnelwright/tunnelwright/0.1.0/linux_amd64";
    expect(realpathSync(join(stack, "terraform.d/plugins", provider))).toBe(
      join(project, "node_modules/tunnelwright/dist/plugins", provider),
    );
    expect(readFileSync(join(stack, ".terraform.lock.hcl"), "utf8")).toMatchInlineSnapshot(`
      "provider "registry.terraform.io/kreuzwerker/docker" {
        version     = "4.5.0"
        constraints = ">= 3.6.2, < 5.0.0"
      }

      provider "registry.opentofu.org/kreuzwerker/docker" {
        version     = "4.5.0"
        constraints = ">= 3.6.2, < 5.0.0"
      }

      provider "tunnelwright.invalid/tunnelwright/tunnelwright" {
        version     = "0.1.0"
        constraints = "0.1.0"
      }
      "
    `);
  });
});
