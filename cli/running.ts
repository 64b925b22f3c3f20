import type { ExitCode } from "./exit-codes.ts";

/** What the commands are handed. */
export interface Running {
  /** Does a command's work, and remembers its exit code. */
  readonly run: (work: () => Promise<ExitCode>) => Promise<void>;
  /** Ends every wait. */
  readonly signal: AbortSignal;
}
