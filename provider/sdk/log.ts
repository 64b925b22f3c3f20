/** hclog lines on standard error; Terraform sorts them by level and drops them when no log is asked for. */

/** What a line may carry besides its message. Never a secret: the lines end in TF_LOG files. */
export type LogFields = Readonly<Record<string, unknown>>;
const levels = ["trace", "debug", "info", "warn", "error", "off"] as const;
/** How much a line matters. */
export type LogLevel = Exclude<(typeof levels)[number], "off">;
/** One function a level. */
export type Log = Readonly<Record<LogLevel, (message: string, fields?: LogFields) => void>>;

/**
 * A log whose lines below the level that TF_LOG_PROVIDER (or TF_LOG) names are not even made.
 * @param write takes one line with its end; standard error by default.
 * @param environment where the level is looked up: `json` is `trace`, nothing is `warn` (for a provider under `--debug`; else Terraform drops it).
 */
export function makeLog(
  write: (line: string) => void = (line) => void process.stderr.write(line),
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Log {
  const least = levels.indexOf(levelOf(environment));
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (levels.indexOf(level) < least) return;
      // go-plugin parses the time with six fraction digits only, and shows the raw line otherwise.
      const timestamp = new Date().toISOString().replace("Z", "000Z");
      const line = { ...fields, "@level": level, "@message": message, "@module": "provider", "@timestamp": timestamp };
      write(`${JSON.stringify(line, readable)}\n`);
    };
  return { trace: at("trace"), debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** The log of this process. */
export const log = makeLog();

function levelOf(environment: Readonly<Record<string, string | undefined>>): (typeof levels)[number] {
  const asked = [environment["TF_LOG_PROVIDER"], environment["TF_LOG"]].find(
    (text) => text !== undefined && text !== "",
  );
  if (asked === undefined) return "warn";
  // Terraform takes any word it does not know, and `json`, for trace.
  return levels.find((level) => level === asked.toLowerCase()) ?? "trace";
}

function readable(_key: string, value: unknown): unknown {
  if (value instanceof Error) return value.stack ?? value.message;
  return typeof value === "bigint" ? value.toString() : value;
}
