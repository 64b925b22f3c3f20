/** `provider path`: where the executable is. */
import { existsSync } from "node:fs";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { LackingError } from "./lab-folder.ts";
import { packageFolder, providerExecutable, providerMirror } from "./package-folder.ts";

/** Prints one path, absolute. Throws LackingError where the provider was not built. */
export async function showProviderPath({ mirror = false }: { readonly mirror?: boolean }): Promise<ExitCode> {
  mustHaveProvider();
  process.stdout.write(`${mirror ? providerMirror : providerExecutable}\n`);
  return Promise.resolve(exitCodes.passed);
}

/** Throws LackingError where the provider is not there: in a clone that was not set up. */
export function mustHaveProvider(): void {
  if (!existsSync(providerExecutable))
    throw new LackingError(`${providerExecutable} is not there: run scripts/setup in ${packageFolder}`);
}
