import { askEngine, DockerEngineError, type EngineOptions } from "../docker-engine.ts";

/** What an image starts by itself. */
export interface ImageStart {
  readonly entrypoint: readonly string[];
  /** Arguments of the entry point, or what is started where there is none. */
  readonly command: readonly string[];
}

/**
 * What a container of the image would start, so that something can be done before it.
 * @throws DockerEngineError when the engine does not answer, or has no such image.
 */
export async function imageStart(image: string, options: EngineOptions = {}): Promise<ImageStart> {
  const body = await askEngine("GET", `/images/${encodeURIComponent(image)}/json`, options);
  const config = fieldOf(body, "Config");
  const start = { entrypoint: wordsOf(fieldOf(config, "Entrypoint")), command: wordsOf(fieldOf(config, "Cmd")) };
  if (start.entrypoint.length + start.command.length === 0)
    throw new DockerEngineError(`the image ${image} starts nothing by itself: it is none of vrnetlab's`);
  return start;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function wordsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((word) => typeof word === "string") : [];
}
