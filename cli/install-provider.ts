/** `provider install`: the provider where Terraform finds it by itself. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { impliedMirror, linkProviders, providersIn } from "../provider/mirror/link-providers.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { LackingError } from "./lab-folder.ts";
import { providerMirror } from "./package-folder.ts";
import { mustHaveProvider } from "./provider-path.ts";

/** Where to, and what else. */
export interface InstallOptions {
  /** The folder that Terraform or cdktf runs in. @default - the current folder */
  readonly directory?: string;
  /** A mirror of other providers, for a machine that reaches no registry. */
  readonly mirror?: string;
}

/**
 * Links the provider into the folder's implied mirror; in a cdktf project, whose stacks have folders of their own, it tells synth
 * which mirror to lay beside ours. Prints what it did. Throws LackingError when a folder is not there, or the mirror has no provider.
 */
export async function installProvider({ directory = ".", mirror }: InstallOptions): Promise<ExitCode> {
  mustHaveProvider();
  const folder = resolve(directory);
  if (!existsSync(folder)) throw new LackingError(`there is no folder ${folder}`);
  const others = mirror === undefined ? [] : [resolve(mirror)];
  for (const other of others)
    if (providersIn(other).length === 0)
      throw new LackingError(
        `${other} holds no provider as HOST/NAMESPACE/NAME/VERSION/PLATFORM: unpack one there, or leave --mirror out where a registry answers`,
      );
  if (existsSync(join(folder, "cdktf.json"))) tellSynth(folder, others);
  else
    for (const place of linkProviders([...others, providerMirror], impliedMirror(folder)))
      process.stdout.write(`${join(impliedMirror(folder), place)}\n`);
  return Promise.resolve(exitCodes.passed);
}

/** Keeps the mirror in the file that set-up writes and synth reads (constructs/working-folder.ts). */
function tellSynth(folder: string, others: readonly string[]): void {
  if (others.length === 0) {
    process.stdout.write("nothing to do: in a cdktf project synth lays the provider beside every lab's stack\n");
    return;
  }
  const working = join(folder, ".tunnelwright");
  const file = join(working, "setup.json");
  mkdirSync(working, { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, `${JSON.stringify({ pluginDirs: others }, null, 2)}\n`);
  renameSync(`${file}.new`, file);
  process.stdout.write(`${file}: synth lays the providers of ${others.join(", ")} beside every lab's stack\n`);
}
