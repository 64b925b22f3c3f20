/** `image build`: the router image, by the script that set-up runs too. */
import { execa } from "execa";
import { join } from "node:path";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { packageFolder } from "./package-folder.ts";

/** Builds the image into the Docker engine, or asks whether it is there; the script's exit codes are ours. */
export async function buildImage({
  check = false,
  signal,
}: {
  readonly check?: boolean;
  readonly signal: AbortSignal;
}): Promise<ExitCode> {
  const script = join(packageFolder, "scripts/build-image.mjs");
  const { exitCode } = await execa(
    process.execPath,
    [script, "--directory", process.cwd(), ...(check ? ["--check"] : [])],
    // Told to end, it clears away what it began.
    { stdio: "inherit", reject: false, cancelSignal: signal, forceKillAfterDelay: false },
  );
  if (signal.aborted) return exitCodes.interrupted;
  return Object.values(exitCodes).find((code) => code === exitCode) ?? exitCodes.failed;
}
