/** The Docker engine's API over its socket: no docker command is needed. */
import { request, type RequestOptions } from "node:http";
import type { Socket } from "node:net";

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

/** The same by the engine's address alone. */
export function atEngine(dockerHost: string): EngineOptions {
  return { env: { DOCKER_HOST: dockerHost } };
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
  { env = process.env, deadlineMs = 30_000, body: sent }: EngineOptions & { readonly body?: unknown } = {},
): Promise<unknown> {
  const { name, remedy, options } = endpoint(env.DOCKER_HOST);
  return new Promise((resolve, reject) => {
    const fail = (said: string): void => reject(new DockerEngineError(`the Docker engine at ${name} ${said}`));
    const headers = sent === undefined ? {} : { "Content-Type": "application/json" };
    const asked = request({ ...options, method, path, headers, agent: false }, (answer) => {
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
    asked.on("error", (error) => fail(`does not answer (${error.message}): is it running?${remedy}`));
    asked.end(sent === undefined ? undefined : JSON.stringify(sent));
  });
}

/**
 * Asks for what the engine answers with the connection itself (`Upgrade: tcp`): gives it, and what came on it already.
 * @throws DockerEngineError as {@link askEngine} does; the deadline is for the answer.
 */
export async function upgradeAtEngine(
  path: string,
  { env = process.env, deadlineMs = 30_000, body }: EngineOptions & { readonly body: unknown },
): Promise<{ readonly wire: Socket; readonly head: Buffer }> {
  const { name, remedy, options } = endpoint(env.DOCKER_HOST);
  return new Promise((resolve, reject) => {
    const fail = (said: string): void => reject(new DockerEngineError(`the Docker engine at ${name} ${said}`));
    const headers = { "Content-Type": "application/json", Connection: "Upgrade", Upgrade: "tcp" };
    const asked = request({ ...options, method: "POST", path, headers, agent: false });
    asked.on("upgrade", (_answer, wire: Socket, head) => {
      wire.setTimeout(0);
      resolve({ wire, head });
    });
    asked.on("response", (answer) => {
      answer.resume();
      fail(`refused POST ${path}: ${answer.statusCode}`);
    });
    asked.setTimeout(deadlineMs, () => asked.destroy(new Error(`no answer within ${deadlineMs} ms`)));
    asked.on("error", (error) => fail(`does not answer (${error.message}): is it running?${remedy}`));
    asked.end(JSON.stringify(body));
  });
}

/**
 * Hands over the body of an answer as it comes; resolves at its end, or when the signal is aborted.
 * @throws DockerEngineError as {@link askEngine} does; the deadline is for the answer's beginning.
 */
export async function streamFromEngine(
  path: string,
  { env = process.env, deadlineMs = 30_000, signal }: EngineOptions & { readonly signal: AbortSignal },
  take: (data: Uint8Array) => void,
): Promise<void> {
  const { name, remedy, options } = endpoint(env.DOCKER_HOST);
  return new Promise((resolve, reject) => {
    const fail = (said: string): void => reject(new DockerEngineError(`the Docker engine at ${name} ${said}`));
    const asked = request({ ...options, method: "GET", path, agent: false }, (answer) => {
      asked.setTimeout(0);
      if ((answer.statusCode ?? 0) >= 400) fail(`refused GET ${path}: ${answer.statusCode}`);
      answer.on("data", take);
      answer.on("error", (error) => (signal.aborted ? resolve() : fail(`broke off: ${error.message}`)));
      answer.on("end", resolve);
    });
    const end = (): void => void asked.destroy();
    signal.addEventListener("abort", end, { once: true });
    asked.on("close", () => {
      signal.removeEventListener("abort", end);
      if (signal.aborted) resolve();
    });
    asked.setTimeout(deadlineMs, () => asked.destroy(new Error(`no answer within ${deadlineMs} ms`)));
    asked.on("error", (error) =>
      signal.aborted ? resolve() : fail(`does not answer (${error.message}): is it running?${remedy}`),
    );
    asked.end();
    if (signal.aborted) end();
  });
}

const usualHost = "unix:///var/run/docker.sock";

function endpoint(host: string | undefined): { name: string; remedy: string; options: RequestOptions } {
  if (host === undefined || host === "") return endpoint(usualHost);
  const remedy = host === usualHost ? " scripts/setup starts one" : "";
  if (host.startsWith("unix://")) return { name: host, remedy, options: { socketPath: host.slice("unix://".length) } };
  const tcp = /^(?:tcp|http):\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?/.exec(host);
  if (!tcp) throw new DockerEngineError(`DOCKER_HOST=${host} is not spoken here: use unix:// or tcp://`);
  return { name: host, remedy, options: { host: tcp[1]?.replace(/^\[|\]$/g, ""), port: Number(tcp[2] ?? 2375) } };
}

function parse(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
