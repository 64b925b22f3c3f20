/** One executable file from a provider's main file: what Terraform installs and starts. */
import { chmod } from "node:fs/promises";
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
