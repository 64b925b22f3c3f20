import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../run.mjs";
import { hashOf, textOf } from "../stamp.mjs";
import { CommandFailed, Trouble } from "../trouble.mjs";

/** @import { Context, Step } from "../context.mjs" */

const version = "0.1.0";

/** Our own provider as one file, and the library and command line compiled; again whenever a source changed. */
/** @type {Step} */
export const providerAndCli = {
  name: "provider and CLI",
  why: "Terraform starts the one, you the other",
  async look(context) {
    const there = [
      providerBinary(context),
      ...["cli/main.js", "index.cjs"].map((file) => join(context.root, "dist", file)),
    ].every(existsSync);
    if (there && textOf(stampFile(context)) === sourceHash(context)) return { ready: true, told: "as their sources" };
    return {
      ready: false,
      missing: there ? "sources changed since they were built" : "not built",
      change: "build them into dist/ (some seconds)",
      needs: [{ folder: context.root, megabytes: 50 }],
    };
  },
  async mend(context, note) {
    const hash = sourceHash(context);
    rmSync(join(context.root, "dist"), { recursive: true, force: true });
    note("compiling");
    await compile(context, note);
    note("bundling provider and library");
    await bundle(context);
    writeFileSync(stampFile(context), hash);
    return "built in dist/";
  },
};

/** @param {Context} context */
export const providerBinary = (context) =>
  join(
    ownPlugins(context),
    "tunnelwright.invalid/tunnelwright/tunnelwright",
    version,
    "linux_amd64",
    `terraform-provider-tunnelwright_v${version}`,
  );

/** @param {Context} context */
export const ownPlugins = (context) => join(context.root, "dist/plugins");

/** @param {Context} context */
const stampFile = (context) => join(context.root, "dist/sources.sha256");

/** @param {Context} context */
function sourceHash(context) {
  const settings = ["package-lock.json", "tsconfig.json", "tsconfig.build.json", "scripts/bundle.mjs"];
  /** @type {{ include: string[] }} */
  const { include } = JSON.parse(readFileSync(join(context.root, "tsconfig.build.json"), "utf8"));
  return hashOf(context.root, [...settings, ...include]);
}

/**
 * @param {Context} context
 * @param {(text: string) => void} note
 */
async function compile(context, note) {
  try {
    await run(context, process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], { note });
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new Trouble({
      what: `The sources do not compile: ${/^.*error TS.*/m.exec(error.tail)?.[0] ?? error.lastLine}`,
      mend: "mend them (npm run check:types shows all), then run scripts/setup again",
      cause: error,
    });
  }
  const cli = join(context.root, "dist/cli/main.js");
  if (existsSync(cli)) chmodSync(cli, 0o755);
}

/** @param {Context} context */
async function bundle(context) {
  const output = providerBinary(context);
  mkdirSync(dirname(output), { recursive: true });
  const { bundleLibrary, bundleProvider } = await import(join(context.root, "scripts/bundle.mjs"));
  await Promise.all([bundleProvider(join(context.root, "provider/main.ts"), output), bundleLibrary(context.root)]);
  chmodSync(output, 0o755);
  // The bundle is CommonJS, and the project's package.json says that its files are modules.
  writeFileSync(join(dirname(output), "package.json"), '{ "type": "commonjs" }\n');
}
