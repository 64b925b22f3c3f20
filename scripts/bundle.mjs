/** One file from many: the executable that Terraform installs and starts, and the library that apps import. */
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { build } from "esbuild";

const oldestNodeMajor = 20;

/**
 * Shell and JavaScript at once. Terraform shows the first line a plugin prints, so that is where a missing Node.js is told:
 * to /bin/sh each line is `":"` (do nothing) and what follows; to Node.js it is a string and a comment.
 */
const head = [
  "#!/bin/sh",
  `":" //; v=$(node --version 2>/dev/null) || { echo "this Terraform provider needs Node.js ${oldestNodeMajor} or later on PATH (none was found)"; exit 1; }`,
  `":" //; m=\${v#v}; [ "\${m%%.*}" -ge ${oldestNodeMajor} ] || { echo "this Terraform provider needs Node.js ${oldestNodeMajor} or later on PATH (found $v)"; exit 1; }`,
  `":" //; exec node "$0" "$@"`,
].join("\n");

/**
 * Bundles a provider into one file that needs Node.js and /bin/sh, nothing else.
 * @param {string} entry path of the main file
 * @param {string} outFile path of the executable, `terraform-provider-NAME_vVERSION`
 */
export async function bundleProvider(entry, outFile) {
  await build({
    entryPoints: [entry],
    outfile: outFile,
    bundle: true,
    platform: "node",
    target: `node${oldestNodeMajor}`,
    format: "cjs",
    // Names stay: a crash shows the stack to the user.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "inline",
    // ssh2 does without both: portable code is used in their place.
    external: ["cpu-features"],
    loader: { ".node": "empty" },
    banner: { js: head },
    logLevel: "error",
  });
  await chmod(outFile, 0o755);
}

/**
 * The library as one CommonJS file, dist/index.cjs, with its declarations beside it in dist/types. It serves `require` and `import`
 * alike (Node.js reads its names), so that a process has each class once, however it came by it.
 * The declarations are those that the compiler wrote into dist/, read as CommonJS by the package.json beside them.
 * @param {string} root the project's folder; dist/ is compiled
 */
export async function bundleLibrary(root) {
  const dist = join(root, "dist");
  await build({
    entryPoints: [join(root, "constructs/index.ts")],
    outfile: join(dist, "index.cjs"),
    bundle: true,
    platform: "node",
    target: `node${oldestNodeMajor}`,
    format: "cjs",
    packages: "external",
    define: { "import.meta.dirname": "__dirname" },
    keepNames: true,
    logLevel: "error",
  });
  const types = join(dist, "types");
  const { default: ts } = await import("typescript");
  const seen = new Set([join(dist, "constructs/index.d.ts")]);
  // A set is walked to what is added meanwhile.
  for (const file of seen) {
    const text = await readFile(file, "utf8");
    const imported = ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName);
    let asCompiled = text;
    for (const name of imported.filter((each) => each.startsWith("."))) {
      const bare = name.replace(/\.ts$/, "");
      seen.add(join(dirname(file), `${bare}.d.ts`));
      asCompiled = asCompiled.replaceAll(`"${name}"`, `"${bare}.js"`);
    }
    const target = join(types, relative(dist, file));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, asCompiled);
  }
  await writeFile(join(types, "package.json"), '{ "type": "commonjs" }\n');
}
