/** What is wrong with a packed package, by the tools that judge packages and by our own limits. */
import { checkPackage, createPackageFromTarballData, type Problem } from "@arethetypeswrong/core";
import { execa } from "execa";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import ts from "typescript";
import { linkDependencies, unpack, type Packed } from "./pack.ts";

/** A quarter above what they are: docs/package.md tells the sizes. */
export const limits = { tarballBytes: 1_500_000, unpackedBytes: 6_000_000, files: 850 } as const;

/** What may be in it, and what it cannot do without. */
const mayHold =
  /^(?:dist\/(?!constructs\/|sources)[^.]|images\/router\/|scripts\/(?:build-image|setup\.d\/[a-z-]+)\.mjs$|(?:LICENSE|README\.md|package\.json)$)/;
const mustHold = [
  "dist/index.cjs",
  "dist/types/package.json",
  "dist/types/constructs/index.d.ts",
  "dist/testing/index.js",
  "dist/cli/main.js",
  "dist/plugins/tunnelwright.invalid/tunnelwright/tunnelwright/0.1.0/linux_amd64/terraform-provider-tunnelwright_v0.1.0",
  "images/router/rootfs.sh",
  "scripts/build-image.mjs",
  "LICENSE",
];

/**
 * What is known and told (docs/package.md): the test kit needs vitest, which is ESM alone, so `./testing` is as well; and the oldest
 * way of resolving modules knows no `exports`.
 */
const told = ["NoResolution ./testing node10", "CJSResolvesToESM ./testing node16-cjs"];

/** What a package is judged for. */
export const judges = { contents: judgeContents, form: judgeForm, types: judgeTypes, names: judgeNames };

/** Every fault of the package that these judges see, one sentence each; none when it is good. */
export async function judgePackage(packed: Packed, by: readonly (keyof typeof judges)[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "tunnelwright-judged-"));
  try {
    const installed = join(folder, "node_modules/tunnelwright");
    await unpack(packed.tarball, installed);
    linkDependencies(folder);
    return (await Promise.all(by.map((judge) => judges[judge]({ packed, folder, installed })))).flat();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Judged {
  readonly packed: Packed;
  /** A project that has it installed. */
  readonly folder: string;
  /** Where it is installed. */
  readonly installed: string;
}

/** Our own limits: which files, how many, how large. */
function judgeContents({ packed: { tarballBytes, unpackedBytes, files } }: Judged): Promise<string[]> {
  const sizes = { tarballBytes, unpackedBytes, files: files.length };
  return Promise.resolve([
    ...files.filter((file) => !mayHold.test(file)).map((file) => `${file} is packed, and nobody needs it`),
    ...mustHold.filter((file) => !files.includes(file)).map((file) => `${file} is missing`),
    ...(Object.keys(limits) as (keyof typeof limits)[])
      .filter((what) => sizes[what] > limits[what])
      .map((what) => `${what}: ${sizes[what]}, at most ${limits[what]} are allowed`),
  ]);
}

/** publint: package.json's fields, and whether files are what they say. */
async function judgeForm({ installed }: Judged): Promise<string[]> {
  const { messages, pkg } = await publint({ pkgDir: installed, pack: false, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`);
}

/** attw: what every way of resolving modules makes of the types. */
async function judgeTypes({ packed: { tarball } }: Judged): Promise<string[]> {
  const checked = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
  if (!checked.types) return ["attw: it has no types"];
  const found = checked.problems.map(nameOf);
  return [
    ...found.filter((problem) => !told.includes(problem)).map((problem) => `attw: ${problem}`),
    ...told.filter((problem) => !found.includes(problem)).map((problem) => `attw no longer says: ${problem}`),
  ];
}

function nameOf(problem: Problem): string {
  const where = [
    "entrypoint" in problem ? problem.entrypoint : undefined,
    "resolutionKind" in problem ? problem.resolutionKind : undefined,
    "typesFileName" in problem ? problem.typesFileName : undefined,
    "fileName" in problem ? problem.fileName : undefined,
  ];
  return [problem.kind, ...where.filter((text) => text !== undefined)].join(" ");
}

/** Whether `require` and `import` give exactly the names that the types say. */
async function judgeNames({ folder, installed }: Judged): Promise<string[]> {
  const { types } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as { readonly types?: string };
  const declared = namesIn(join(installed, types ?? ""));
  const ways = {
    require: ["-p", "JSON.stringify(Object.keys(require('tunnelwright')))"],
    import: ["--input-type=module", "-e", "console.log(JSON.stringify(Object.keys(await import('tunnelwright'))))"],
  };
  const judged = Object.entries(ways).map(async ([way, words]) => {
    const { stdout, exitCode, stderr } = await execa(process.execPath, words, { cwd: folder, reject: false });
    if (exitCode !== 0) return [`${way}: ${/^\w*Error.*/m.exec(stderr)?.[0] ?? stderr}`];
    const given = (JSON.parse(stdout) as string[]).filter((name) => name !== "default" && name !== "module.exports");
    return [
      ...declared.filter((name) => !given.includes(name)).map((name) => `${way} does not give ${name}; the types do`),
      ...given.filter((name) => !declared.includes(name)).map((name) => `${way} gives ${name}; the types do not`),
    ];
  });
  return (await Promise.all(judged)).flat();
}

/** The values among the exports of a door's declarations; attw and the compilers see to it that each leads somewhere. */
function namesIn(declarations: string): string[] {
  const file = ts.createSourceFile(declarations, readFileSync(declarations, "utf8"), ts.ScriptTarget.Latest);
  return file.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement))
      return statement.isTypeOnly || !statement.exportClause || !ts.isNamedExports(statement.exportClause)
        ? []
        : statement.exportClause.elements.filter(({ isTypeOnly }) => !isTypeOnly).map(({ name }) => name.text);
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name }) => name.getText(file));
    return [];
  });
}
