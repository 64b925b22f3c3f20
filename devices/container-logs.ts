/** What a container's processes printed, as the Docker engine keeps it. */
import { DockerFrames } from "./docker-frames.ts";
import { streamFromEngine, type EngineOptions } from "./docker-engine.ts";

/** A line of a container. */
export interface LogLine {
  /** RFC 3339 in UTC, to the nanosecond, by the machine's clock. */
  readonly at: string;
  readonly text: string;
}

/** Which lines. */
export interface LogOptions extends EngineOptions {
  /** The last so many. @default - all */
  readonly lines?: number;
  /** Go on until the signal. @default false */
  readonly follow?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Hands over the lines of a container as they come; resolves when there are no more.
 * @see https://docs.docker.com/reference/api/engine/#tag/Container/operation/ContainerAttach (the stream's form)
 */
export async function readContainerLog(
  id: string,
  { lines, follow = false, ...options }: LogOptions,
  take: (line: LogLine) => void,
): Promise<void> {
  const tail = lines === undefined ? "all" : String(lines);
  const path = `/containers/${id}/logs?stdout=1&stderr=1&timestamps=1&tail=${tail}&follow=${follow ? 1 : 0}`;
  const reader = new LogReader(take);
  await streamFromEngine(path, options, (data) => reader.read(data));
}

/** The engine's frames, to lines; a line may span frames of its stream. */
export class LogReader {
  readonly #take: (line: LogLine) => void;
  readonly #open = new Map<number, string>();
  readonly #frames = new DockerFrames((stream, written) => this.#readFrame(stream, written.toString("utf8")));

  constructor(take: (line: LogLine) => void) {
    this.#take = take;
  }

  read(data: Uint8Array): void {
    this.#frames.read(data);
  }

  #readFrame(stream: number, text: string): void {
    const lines = ((this.#open.get(stream) ?? "") + text).split("\n");
    this.#open.set(stream, lines.pop() ?? "");
    for (const line of lines) {
      const space = line.indexOf(" ");
      this.#take({ at: line.slice(0, space), text: line.slice(space + 1).replace(/\r$/, "") });
    }
  }
}
