/** A Docker engine that has the answers it is given; anything else it does not know. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineOptions } from "../../../devices/docker-engine.ts";

export class FakeEngine {
  /** A folder of its own, which is away after the test. */
  readonly folder = mkdtempSync(join(tmpdir(), "engine-"));
  readonly options: EngineOptions = {
    env: { DOCKER_HOST: `unix://${join(this.folder, "docker.sock")}` },
    deadlineMs: 2_000,
  };
  #server: Server | undefined;

  /** Begins to answer: `GET /networks` to what is said then. Gives the list of what it is asked, which grows. */
  async answers(answers: Readonly<Record<string, unknown>>): Promise<string[]> {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      const key = `${request.method} ${request.url?.split("?")[0]}`;
      asked.push(key);
      response.statusCode = key in answers ? 200 : 404;
      const answer = answers[key] ?? { message: `No such container: ${key}` };
      response.end(Buffer.isBuffer(answer) ? answer : JSON.stringify(answer));
    });
    this.#server = server;
    await new Promise<void>((done) => server.listen(join(this.folder, "docker.sock"), done));
    return asked;
  }

  /** It answers nothing any more. */
  fallSilent(): void {
    this.#server?.removeAllListeners("request").on("request", () => undefined);
  }

  async close(): Promise<void> {
    const server = this.#server;
    server?.closeAllConnections();
    await new Promise((done) => (server ? server.close(done) : done(undefined)));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
