/** What an exit code means, for every command. */
export const exitCodes = {
  /** Every check passed, or the command did what it was asked. */
  passed: 0,
  /** A check failed or is unknown. */
  failed: 1,
  /** The command line is wrong. */
  misuse: 2,
  /** The machine or the lab lacks something. */
  lacking: 3,
  interrupted: 4,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
