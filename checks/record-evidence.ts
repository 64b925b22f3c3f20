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

/** The session, with every command and its whole output written down. */
export function recordEvidence(session: Session, { evidence, captures }: RecordedEvidence): Session {
  return {
    node: session.node,
    async run(argv, options) {
      const result = await session.run(argv, options).catch((error: unknown) => {
        // What did not end is evidence, too: why nothing is known.
        const output = error instanceof Error ? error.message : String(error);
        evidence.push({ node: session.node, command: [...argv], output, exitCode: notEnded, file: null });
        throw error;
      });
      evidence.push({
        node: session.node,
        command: [...argv],
        output: result.stdout + result.stderr,
        exitCode: result.exitCode,
        file: null,
      });
      return result;
    },
    async start(argv, options) {
      const running = await session.start(argv, options);
      return {
        waitForStderr: (text, timeoutMs) => running.waitForStderr(text, timeoutMs),
        waitForStdout: (isSeen, timeoutMs, signal) => running.waitForStdout(isSeen, timeoutMs, signal),
        async stop(timeoutMs) {
          const result = await running.stop(timeoutMs);
          const { stdout, stderr } = result;
          const isCapture = argv[0] === "tcpdump";
          if (isCapture) captures.set(evidence.length, stdout);
          const printed = isCapture ? `${stdout.length} bytes captured\n` : new TextDecoder().decode(stdout);
          evidence.push({ node: session.node, command: [...argv], output: printed + stderr, exitCode: 0, file: null });
          return result;
        },
      };
    },
  };
}
