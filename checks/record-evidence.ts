import type { Evidence } from "../model/run-result.ts";
import type { Session } from "../model/session.ts";

/** The session, with every command and its whole output written down. */
export function recordEvidence(session: Session, evidence: Evidence[]): Session {
  return {
    node: session.node,
    async run(argv, options) {
      const result = await session.run(argv, options);
      evidence.push({
        node: session.node,
        command: [...argv],
        output: result.stdout + result.stderr,
        exitCode: result.exitCode,
      });
      return result;
    },
    async start(argv, options) {
      const running = await session.start(argv, options);
      return {
        waitForStderr: (text, timeoutMs) => running.waitForStderr(text, timeoutMs),
        async stop(timeoutMs) {
          const result = await running.stop(timeoutMs);
          // The bytes are the check's to tell; what the tool said of them is evidence.
          evidence.push({
            node: session.node,
            command: [...argv],
            output: `${result.stdout.length} bytes captured\n${result.stderr}`,
            exitCode: 0,
          });
          return result;
        },
      };
    },
  };
}
