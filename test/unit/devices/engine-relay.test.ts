/** SSH by the API of an engine: the relay's own program against a real server, behind an engine that speaks Docker's words. */
import { spawn, type ChildProcess } from "node:child_process";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { openThroughEngine } from "../../../devices/engine-relay.ts";

const relay = join(import.meta.dirname, "../../../images/router/files/relay");
const folder = mkdtempSync(join(tmpdir(), "relay-"));
const dockerHost = `unix://${join(folder, "docker.sock")}`;
const way = { dockerHost, container: "tw-lab-.relay" };
const running = new Set<ChildProcess>();
let engine: HttpServer;
let router: Server;
let port: number;
let ran: string[][];

/** A frame as the engine makes them. */
function frame(stream: number, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(data.length, 4);
  return Buffer.concat([head, data]);
}

beforeEach(async () => {
  ran = [];
  const made = new Map<string, string[]>();
  engine = createHttpServer((request, response) => {
    let text = "";
    request.on("data", (part: Buffer) => (text += part.toString()));
    request.on("end", () => {
      if (request.url !== `/containers/${way.container}/exec`) {
        response.statusCode = 404;
        response.end(JSON.stringify({ message: `No such container: ${request.url}` }));
        return;
      }
      const id = `exec${made.size}`;
      made.set(id, (JSON.parse(text) as { Cmd: string[] }).Cmd);
      response.end(JSON.stringify({ Id: id }));
    });
  });
  engine.on("upgrade", (request, wire, head) => {
    const command = made.get(request.url?.split("/")[2] ?? "") ?? [];
    ran.push(command);
    wire.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
    const child = spawn(relay, command.slice(1), { stdio: "pipe" });
    running.add(child);
    // The body of the request is not the connection's.
    let bodyBytes = Number(request.headers["content-length"]);
    const take = (data: Buffer): void => {
      const own = data.subarray(bodyBytes);
      bodyBytes = Math.max(0, bodyBytes - data.length);
      child.stdin.write(own);
    };
    take(head);
    wire.on("data", take);
    child.stdin.on("error", () => undefined);
    child.stdout.on("data", (data: Buffer) => wire.write(frame(1, data)));
    child.stderr.on("data", (data: Buffer) => wire.write(frame(2, data)));
    child.on("close", () => {
      running.delete(child);
      wire.end();
    });
    // As the engine does: who goes away ends the input, and kills nothing.
    for (const end of ["end", "close", "error"]) wire.on(end, () => child.stdin.end());
  });
  router = createServer((connection) => {
    connection.write("SSH-2.0-router\r\n");
    connection.on("error", () => undefined);
    connection.pipe(connection);
  });
  await new Promise<void>((done) => router.listen(0, "127.0.0.1", done));
  await new Promise<void>((done) => engine.listen(join(folder, "docker.sock"), done));
  port = (router.address() as { port: number }).port;
});

afterEach(async () => {
  engine.closeAllConnections();
  await Promise.all([new Promise((done) => engine.close(done)), new Promise((done) => router.close(done))]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("what is written at once arrives, and what the router says and echoes comes back, a megabyte of it", async () => {
  const connection = openThroughEngine(way, { address: "127.0.0.1", port });
  const sent = Buffer.alloc(1_000_000, "0123456789abcdef");
  connection.write(sent);
  const heard: Buffer[] = [];
  let length = 0;
  await new Promise<void>((resolve, reject) => {
    connection.on("error", reject);
    connection.on("data", (data: Buffer) => {
      heard.push(data);
      length += data.length;
      if (length === sent.length + 16) resolve();
    });
  });
  const all = Buffer.concat(heard);
  expect(all.toString("latin1", 0, 16)).toBe("SSH-2.0-router\r\n");
  expect(all.subarray(16).equals(sent)).toBe(true);
  expect(ran).toEqual([["/usr/lib/tunnelwright/relay", "127.0.0.1", String(port)]]);
  connection.destroy();
  await expect.poll(() => running.size, { timeout: 5_000 }).toBe(0);
});

test("the router hangs up: so does the connection, and no process of the relay stays", async () => {
  router.removeAllListeners("connection");
  router.on("connection", (connection) => connection.end("bye"));
  const connection = openThroughEngine(way, { address: "127.0.0.1", port });
  expect((await buffer(connection)).toString()).toBe("bye");
  connection.destroy();
  await expect.poll(() => running.size, { timeout: 5_000 }).toBe(0);
});

test("nobody listens there: the relay says so", async () => {
  await new Promise((done) => router.close(done));
  const connection = openThroughEngine(way, { address: "127.0.0.1", port });
  await expect(buffer(connection)).rejects.toThrow(/^tw-lab-\.relay at unix:.*Connection refused/);
});

test("the engine is gone, or the relay's container: said in words", async () => {
  const other = openThroughEngine({ ...way, container: "tw-other-.relay" }, { address: "127.0.0.1", port });
  await expect(buffer(other)).rejects.toThrow(/refused POST .*No such container/);
  engine.closeAllConnections();
  await new Promise((done) => engine.close(done));
  const gone = openThroughEngine(way, { address: "127.0.0.1", port });
  await expect(buffer(gone)).rejects.toThrow(/the Docker engine at unix:.* does not answer/);
});

test("thrown away before it is open, it ends", async () => {
  const connection = openThroughEngine(way, { address: "127.0.0.1", port });
  connection.destroy();
  await new Promise((done) => connection.once("close", done));
  await expect.poll(() => running.size, { timeout: 5_000 }).toBe(0);
});
