/** The Docker engine's API over its socket: no docker command is needed. */
import { request, type RequestOptions } from "node:http";

/** The engine does not answer, or refuses. */
export class DockerEngineError extends Error {
  override readonly name = "DockerEngineError";
}

/** How to ask; the tests bring an engine of their own. */
export interface EngineOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @default 30000 */
  readonly deadlineMs?: number;
}

/**
 * Asks the engine that DOCKER_HOST names (`unix://…` or `tcp://…` without TLS; the usual socket when it is not set), and gives
 * its answer: an object, or undefined where it has no body.
 * @throws DockerEngineError when it does not answer within the deadline, or refuses; what it said is in the message.
 * @see https://docs.docker.com/reference/api/engine/
 */
export async function askEngine(
  method: "GET" | "DELETE" | "POST",
  path: string,
  { env = process.env, deadlineMs = 30_000 }: EngineOptions = {},
): Promise<unknown> {
  const { name, options } = endpoint(env.DOCKER_HOST);
  return new Promise((resolve, reject) => {
    const fail = (said: string): void => reject(new DockerEngineError(`the Docker engine at ${name} ${said}`));
    const asked = request({ ...options, method, path, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => (text += part));
      answer.on("error", (error) => fail(`broke off: ${error.message}`));
      answer.on("end", () => {
        const body = parse(text);
        const status = answer.statusCode ?? 0;
        if (status < 400) resolve(body);
        else fail(`refused ${method} ${path}: ${(body as { message?: string } | undefined)?.message ?? status}`);
      });
    });
    asked.setTimeout(deadlineMs, () => asked.destroy(new Error(`no answer within ${deadlineMs} ms`)));
    asked.on("error", (error) => fail(`does not answer (${error.message}): is it running? scripts/setup starts one`));
    asked.end();
  });
}

function endpoint(host: string | undefined): { name: string; options: RequestOptions } {
  if (host === undefined || host === "") return endpoint("unix:///var/run/docker.sock");
  if (host.startsWith("unix://")) return { name: host, options: { socketPath: host.slice("unix://".length) } };
  const tcp = /^(?:tcp|http):\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?/.exec(host);
  if (!tcp) throw new DockerEngineError(`DOCKER_HOST=${host} is not spoken here: use unix:// or tcp://`);
  return { name: host, options: { host: tcp[1]?.replace(/^\[|\]$/g, ""), port: Number(tcp[2] ?? 2375) } };
}

function parse(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
