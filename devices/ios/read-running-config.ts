import { IosPushError } from "./ios-errors.ts";
import type { IosSession } from "./ios-session.ts";

/**
 * What `show running-config` prints. It holds the device's keys: it goes into no message.
 * @throws IosPushError when the device prints none.
 */
export async function readRunningConfig(
  session: IosSession,
  {
    signal,
    timeoutMs = 60_000,
  }: { readonly signal?: AbortSignal | undefined; readonly timeoutMs?: number | undefined },
): Promise<string> {
  const { stdout, stderr, exitCode } = await session.run(["show", "running-config"], {
    timeoutMs,
    ...(signal && { signal }),
  });
  if (exitCode === 0 && stdout.trim() !== "") return stdout;
  throw new IosPushError({
    node: session.node,
    outcome: "nothing-sent",
    refused: null,
    said: `show running-config: ${stderr.trim() || "nothing was printed"}`,
  });
}
