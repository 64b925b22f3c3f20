import type { Evidence } from "../model/run-result.ts";
import type { Session } from "../model/session.ts";

/** What one attempt of a check ran and saw. */
export interface RecordedEvidence {
  /** `file` is null until a capture is kept. */
  readonly evidence: Evidence[];
  /** The bytes of each capture, by its place in `evidence`. */
  readonly captures: Map<number, Uint8Array>;
}

/** Of a command that was given up, or that the connection did not outlive. */
const notEnded = -1;

/** The session, with every command and its whole output written down; of one that did not end, why nothing is known. */
export function recordEvidence(session: Session, { evidence, captures }: RecordedEvidence): Session {
  const { node } = session;
  const record = (argv: readonly string[], output: string, exitCode: number): void => {
    evidence.push({ node, command: [...argv], output, exitCode, file: null });
  };
  const told = async <T>(argv: readonly string[], asked: Promise<T>): Promise<T> => {
    try {
      return await asked;
    } catch (error) {
      record(argv, error instanceof Error ? error.message : String(error), notEnded);
      throw error;
    }
  };
  return {
    node,
    async run(argv, options) {
      const result = await told(argv, session.run(argv, options));
      record(argv, result.stdout + result.stderr, result.exitCode);
      return result;
    },
    async start(argv, options) {
      const running = await told(argv, session.start(argv, options));
      return {
        waitForStderr: (text, timeoutMs) => told(argv, running.waitForStderr(text, timeoutMs)),
        waitForStdout: (isSeen, timeoutMs, signal) => told(argv, running.waitForStdout(isSeen, timeoutMs, signal)),
        async stop(timeoutMs) {
          const result = await told(argv, running.stop(timeoutMs));
          const { stdout, stderr } = result;
          const isCapture = argv[0] === "tcpdump";
          if (isCapture) captures.set(evidence.length, stdout);
          const printed = isCapture ? `${stdout.length} bytes captured\n` : new TextDecoder().decode(stdout);
          record(argv, printed + stderr, 0);
          return result;
        },
      };
    },
  };
}
