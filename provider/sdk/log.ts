/** hclog lines on standard error; Terraform sorts them by TF_LOG_PROVIDER and drops them when it is unset. */
type Fields = Readonly<Record<string, unknown>>;
type Level = "trace" | "debug" | "info" | "warn" | "error";

function write(level: Level) {
  return (message: string, fields: Fields = {}): void => {
    // go-plugin parses the time with six fraction digits only.
    const timestamp = new Date().toISOString().replace("Z", "000Z");
    process.stderr.write(
      `${JSON.stringify({ "@level": level, "@message": message, "@module": "tunnelwright", "@timestamp": timestamp, ...fields })}\n`,
    );
  };
}

/** One function a level. Never hand it a secret: the lines end in TF_LOG files. */
export const log = {
  trace: write("trace"),
  debug: write("debug"),
  info: write("info"),
  warn: write("warn"),
  error: write("error"),
};
