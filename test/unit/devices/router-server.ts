/**
 * A router for the tests: a real SSH server in this process on 127.0.0.1 that really runs the image's exec program
 * (images/router/exec) and so the commands it is sent. It counts what it saw.
 */
import { spawn, type ChildProcess } from "node:child_process";
import type { AddressInfo, Socket } from "node:net";
import { fileURLToPath } from "node:url";
import ssh2, { type Connection, type ServerChannel } from "ssh2";
import { generateSshKeyPair, type SshKeyPair } from "../../../devices/ssh-keys.ts";
import type { OpenLinuxSessionOptions } from "../../../devices/connect-linux.ts";
import { buildProgram } from "../images/build-program.ts";

const execSource = fileURLToPath(new URL("../../../images/router/exec/exec.c", import.meta.url));
let execProgram: Promise<string> | undefined;

/** Built once for all routers of this process, and gone with it. */
async function buildExec(): Promise<string> {
  const { path, remove } = await buildProgram([execSource]);
  process.once("exit", remove);
  return path;
}

export interface RouterServerOptions {
  /** Programs of the router that the test machine lacks: name to a program of the test. */
  readonly programs?: Readonly<Record<string, string>>;
  readonly refuseExec?: boolean;
  readonly port?: number;
  readonly hostKeys?: SshKeyPair;
}

export class RouterServer {
  readonly hostKeys: SshKeyPair;
  readonly userKeys = generateSshKeyPair("test");
  readonly seen = {
    connections: 0,
    authAttempts: [] as string[],
    execs: [] as string[],
    signals: [] as string[],
    openChannels: 0,
    mostOpenChannels: 0,
  };
  readonly #server: ssh2.Server;
  readonly #sockets = new Set<Socket>();
  readonly #children = new Set<ChildProcess>();
  readonly #options: RouterServerOptions;
  #exec = "";
  port = 0;

  constructor(options: RouterServerOptions = {}) {
    this.#options = options;
    this.hostKeys = options.hostKeys ?? generateSshKeyPair("host");
    this.#server = new ssh2.Server(
      { hostKeys: [this.hostKeys.privateKey], debug: (line) => this.#note(line) },
      (client) => this.#serve(client),
    );
    // ssh2's Server hides its net.Server; its sockets are needed to cut them.
    const inner = (
      this.#server as unknown as { _srv: { on(event: "connection", take: (socket: Socket) => void): void } }
    )._srv;
    inner.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  static async open(options: RouterServerOptions = {}): Promise<RouterServer> {
    const server = new RouterServer(options);
    await server.listen();
    return server;
  }

  async listen(): Promise<void> {
    this.#exec = await (execProgram ??= buildExec());
    await new Promise<void>((resolve) => this.#server.listen(this.#options.port ?? 0, "127.0.0.1", resolve));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  /** What openLinuxSession needs for this router. */
  target(changes: Partial<OpenLinuxSessionOptions> = {}): OpenLinuxSessionOptions {
    return {
      node: "r1",
      address: "127.0.0.1",
      port: this.port,
      privateKey: this.userKeys.privateKey,
      hostKey: this.hostKeys.publicKey,
      connectTimeoutMs: 5_000,
      ...changes,
    };
  }

  /** Cuts all connections without a word, as a router does that loses its power. */
  cutConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Reads nothing any more and says nothing: the peer is dead, but TCP does not know. */
  freeze(): void {
    for (const socket of this.#sockets) {
      socket.pause();
      socket.removeAllListeners("data");
      socket.write = () => true;
    }
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  get runningChildren(): number {
    return this.#children.size;
  }

  async close(): Promise<void> {
    this.cutConnections();
    // Each child leads its own process group.
    for (const child of this.#children) if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** ssh2's server hides a signal that comes after the end of standard input; its debug lines show it. */
  #note(line: string): void {
    const signal = /Inbound: CHANNEL_REQUEST \(r:\d+, signal: (\w+)\)/.exec(line)?.[1];
    if (signal !== undefined) this.seen.signals.push(signal);
  }

  #serve(client: Connection): void {
    this.seen.connections += 1;
    const allowed = ssh2.utils.parseKey(this.userKeys.publicKey);
    if (allowed instanceof Error) throw allowed;
    client.on("error", () => undefined);
    client.on("authentication", (context) => {
      this.seen.authAttempts.push(context.method);
      if (context.method !== "publickey" || !context.key.data.equals(allowed.getPublicSSH())) {
        context.reject(["publickey"]);
        return;
      }
      // An Error when it cannot be verified, which ssh2's types do not say; without signature it is only a question.
      const verified: unknown = context.signature
        ? allowed.verify(context.blob ?? Buffer.alloc(0), context.signature, context.hashAlgo)
        : true;
      if (verified !== true) context.reject();
      else context.accept();
    });
    client.on("session", (accept) => {
      const session = accept();
      this.seen.openChannels += 1;
      this.seen.mostOpenChannels = Math.max(this.seen.mostOpenChannels, this.seen.openChannels);
      session.on("close", () => (this.seen.openChannels -= 1));
      session.on("exec", (acceptExec, reject, { command }) => {
        this.seen.execs.push(command);
        if (this.#options.refuseExec) reject();
        else if (command === "/usr/lib/tunnelwright/exec") this.#run(acceptExec());
        else {
          const channel = acceptExec();
          channel.stderr.write("the test's router knows only the exec program\n");
          channel.exit(99);
          channel.end();
        }
      });
    });
  }

  #run(channel: ServerChannel): void {
    const child = spawn(this.#exec, [], { stdio: ["pipe", "pipe", "pipe"], detached: true });
    this.#children.add(child);
    child.stdin.on("error", () => undefined);
    channel.on("error", () => undefined);
    let head = Buffer.alloc(0);
    let passed = false;
    channel.on("data", (data: Buffer) => {
      if (passed) {
        child.stdin.write(data);
        return;
      }
      head = Buffer.concat([head, data]);
      const frame = this.#substitute(head);
      passed = frame !== null;
      if (frame) child.stdin.write(frame);
    });
    channel.on("end", () => child.stdin.end());
    // Like sshd: a closed channel closes the pipes, nothing more.
    channel.on("close", () => {
      child.stdin.destroy();
      child.stdout.destroy();
      child.stderr.destroy();
    });
    child.stdout.on("data", (data: Buffer) => {
      if (!channel.write(data)) {
        child.stdout.pause();
        channel.once("drain", () => child.stdout.resume());
      }
    });
    child.stderr.on("data", (data: Buffer) => channel.stderr.write(data));
    child.on("exit", () => this.#children.delete(child));
    child.on("close", (code, signal) => {
      // Like sshd: the exit status follows the last of standard error, which may still wait for the client's window.
      channel.stderr.end(() => {
        if (signal) channel.exit(signal.slice(3), false, "");
        else channel.exit(code ?? 0);
        channel.end();
      });
    });
  }

  /** The frame with the programs of the test in it, and what follows it; null while it is not whole. */
  #substitute(head: Buffer): Buffer | null {
    const ends: number[] = [];
    for (let end = head.indexOf(0); end !== -1; end = head.indexOf(0, end + 1)) ends.push(end);
    const count = Number.parseInt(head.toString("latin1", 0, ends[0]), 10);
    const last = ends[count];
    if (last === undefined) return null;
    const words = head
      .toString("utf8", 0, last)
      .split("\0")
      .map((word) => this.#options.programs?.[word] ?? word);
    return Buffer.concat([Buffer.from(words.join("\0")), head.subarray(last)]);
  }
}
