/** The Docker engine's API over its socket: no docker command is needed. */
import { request } from "node:http";

/** @import { Context } from "./context.mjs" */

/** What the engine answered when it refused. */
export class DockerRefused extends Error {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * Where the engine listens: DOCKER_HOST, else the usual socket. Undefined for a form that is not spoken here (ssh://).
 * @param {Context} context
 * @returns {{ name: string, named: boolean, options: import("node:http").RequestOptions } | undefined}
 */
export function dockerEndpoint(context) {
  const host = context.env.DOCKER_HOST;
  if (!host) return { name: context.defaultSocket, named: false, options: { socketPath: context.defaultSocket } };
  if (host.startsWith("unix://")) {
    const socketPath = host.slice("unix://".length);
    return { name: socketPath, named: true, options: { socketPath } };
  }
  const tcp = /^(?:tcp|http):\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?/.exec(host);
  if (!tcp || context.env.DOCKER_TLS_VERIFY) return undefined;
  return {
    name: host,
    named: true,
    options: { host: tcp[1]?.replace(/^\[|\]$/g, ""), port: Number(tcp[2] ?? 2375) },
  };
}

/**
 * Asks the engine and gives its answer as an object (or undefined where it has no body).
 * @param {Context} context
 * @param {"GET" | "DELETE" | "POST"} method
 * @param {string} path
 * @param {{ deadlineMs?: number }} [options]
 * @returns {Promise<any>}
 */
export function askDocker(context, method, path, { deadlineMs = 30_000 } = {}) {
  const endpoint = dockerEndpoint(context);
  if (!endpoint) return Promise.reject(new Error(`DOCKER_HOST=${context.env.DOCKER_HOST} is not spoken here`));
  return new Promise((done, fail) => {
    const asked = request({ ...endpoint.options, method, path, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part) => (text += part));
      answer.on("error", fail);
      answer.on("end", () => {
        const body = parse(text);
        const status = answer.statusCode ?? 0;
        if (status >= 400) fail(new DockerRefused(status, body?.message ?? `the engine answered ${status}`));
        else done(body);
      });
    });
    const deadline = setTimeout(() => {
      asked.destroy(Object.assign(new Error(`no answer within ${deadlineMs / 1000} s`), { code: "ETIMEDOUT" }));
    }, deadlineMs);
    asked.on("close", () => clearTimeout(deadline));
    asked.on("error", fail);
    asked.end();
  });
}

/** @param {string} text */
function parse(text) {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
