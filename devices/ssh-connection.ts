import { connect } from "node:net";
import type { Duplex } from "node:stream";
import ssh2, { type Client, type PublicKeyAuthMethod, type ServerHostKeyAlgorithm } from "ssh2";
import { AuthenticationError, HandshakeError, HostKeyError, InterruptedError } from "./errors.ts";
import type { RelayWay } from "../model/relay.ts";
import { Turns } from "../model/turns.ts";
import { openThroughEngine } from "./engine-relay.ts";
import { parsePublicKeyLine, sshFingerprint } from "./ssh-keys.ts";

/** One node as SSH reaches it. */
export interface SshTarget {
  /** The node's name in the lab. */
  readonly node: string;
  readonly address: string;
  readonly port: number;
  /** OpenSSH private key of user `root`, the text itself. */
  readonly privateKey: string;
  /** The pinned host key, `ssh-ed25519 AAAA…`. */
  readonly hostKey: string;
  /**
   * The engine that opens the connection, for a node whose network this machine is not on.
   * @default - this machine opens it
   */
  readonly through?: RelayWay;
}

/** An authenticated connection. Its `error` events have a listener for as long as it lives. */
export interface SshConnection {
  readonly client: Client;
  readonly socket: Duplex;
  /** Why it broke, once it did. */
  readonly failure: () => string | null;
}

/** What one attempt gave: a connection, or a reason that another attempt may mend. */
export type ConnectAttempt =
  { readonly connection: SshConnection } | { readonly again: string; readonly cause: unknown };

/** How one attempt is made. */
export interface AttemptOptions {
  /** For the router's first word, and again for the key exchange. */
  readonly timeoutMs: number;
  readonly keepaliveIntervalMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Turns to exchange keys, taken once the router has said something. @default - at once */
  readonly turns?: Turns | undefined;
}

/** Where a target is, for messages: `127.0.0.1:2201`. */
export function describePlace({ address, port }: SshTarget): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** The first choice is the pinned type, so that a router with several keys shows this one. */
const hostKeyTypes: ServerHostKeyAlgorithm[] = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
];

/**
 * One bounded attempt to connect as root. Throws only what no further attempt can mend: a wrong host key
 * (seen before anything but the key exchange is sent), a refused key, something that is not SSH, the caller's signal.
 */
export function attemptConnection(target: SshTarget, options: AttemptOptions): Promise<ConnectAttempt> {
  const where = describePlace(target);
  const { node } = target;
  const pinned = parsePublicKeyLine(target.hostKey);
  assertPrivateKey(target);
  const socket = target.through
    ? openThroughEngine(target.through, target)
    : connect({ host: target.address, port: target.port, noDelay: true });
  const client = new ssh2.Client();
  const onlyTheKey: PublicKeyAuthMethod = { type: "publickey", username: "root", key: target.privateKey };
  const done = new AbortController();
  const turns = options.turns ?? new Turns(Infinity);
  const attempt = new Promise<ConnectAttempt>((resolve, reject) => {
    let seenKey: Buffer | null = null;
    let handshaken = false;
    let failure: string | null = null;
    let greeting = "";

    const settle = (outcome: ConnectAttempt | Error): void => {
      if (done.signal.aborted) return;
      clearTimeout(silence);
      done.abort();
      options.signal?.removeEventListener("abort", interrupt);
      if (!(outcome instanceof Error) && "connection" in outcome) {
        resolve(outcome);
        return;
      }
      // A socket that is destroyed sends nothing more, and its later errors have a listener.
      socket.destroy();
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    };
    const interrupt = (): void =>
      settle(new InterruptedError({ node, cause: options.signal?.reason, doing: `connecting to ${where}` }));
    const again = (reason: string, cause?: unknown): void =>
      settle({ again: greeting === "" ? reason : `${reason}, after it said ${JSON.stringify(greeting)}`, cause });

    // These two listeners stay until the objects are garbage: an error event without one would end the process.
    socket.on("error", (error) => (failure ??= error.message));
    client.on("error", (error: Error & { level?: string; code?: unknown }) => {
      failure ??= error.message;
      if (seenKey !== null && !seenKey.equals(pinned.bytes))
        settle(
          new HostKeyError({
            node,
            where,
            expected: `${pinned.type} ${sshFingerprint(pinned.bytes)}`,
            seen: sshFingerprint(seenKey),
            cause: error,
          }),
        );
      else if (error.level === "client-authentication") settle(new AuthenticationError({ node, where, cause: error }));
      else if (error.level === "client-socket" || error.level === "client-timeout") again(error.message, error);
      else if (error.message === "Connection lost before handshake") again("it hung up before speaking SSH", error);
      else if (handshaken && isAuthenticationCode(error.code))
        settle(new AuthenticationError({ node, where, cause: error }));
      // A number is the reason of the router's own «disconnect»; once the keys are agreed, any other reason may pass.
      else if (handshaken || isPassingCode(error.code)) again(error.message, error);
      else settle(new HandshakeError({ node, where, said: error.message, cause: error }));
    });
    client.on("close", () => {
      failure ??= "the router closed the connection";
      again(failure);
    });
    client.on("handshake", () => (handshaken = true));
    client.on("ready", () => settle({ connection: { client, socket, failure: () => failure } }));

    const silence = setTimeout(() => again("it said nothing"), options.timeoutMs);
    if (options.signal?.aborted) {
      interrupt();
      return;
    }
    options.signal?.addEventListener("abort", interrupt, { once: true });
    const hungUp = (): void => again(failure ?? "it hung up before speaking SSH");
    const exchangeKeys = (): void => {
      for (const end of ["end", "close"]) socket.off(end, hungUp);
      client.connect({
        sock: socket,
        username: "root",
        hostVerifier: (key: Buffer) => {
          seenKey = key;
          return key.equals(pinned.bytes);
        },
        // Only the key, at once: ssh2's own list begins with an attempt by "none".
        authHandler: [onlyTheKey],
        readyTimeout: Math.max(1, Math.round(options.timeoutMs)),
        keepaliveInterval: options.keepaliveIntervalMs,
        keepaliveCountMax: 3,
        algorithms: { serverHostKey: preferred(pinned.type) },
      });
    };
    for (const end of ["end", "close"]) socket.once(end, hungUp);
    socket.once("data", (data: Buffer) => {
      clearTimeout(silence);
      const said = data.toString("latin1", 0, 60);
      if (!said.startsWith("SSH-")) greeting = said.trim();
      // ssh2 hears it too, when it is its turn.
      socket.pause();
      socket.unshift(data);
      const exchange = async (): Promise<void> => {
        if (!done.signal.aborted) exchangeKeys();
        await attempt;
      };
      // What goes wrong in it is the attempt's to tell.
      turns.take(exchange, done.signal).catch(() => undefined);
    });
  });
  return attempt;
}

function preferred(type: string): ServerHostKeyAlgorithm[] {
  const first = hostKeyTypes.filter((name) => (type === "ssh-rsa" ? name.startsWith("rsa-") : name === type));
  return [...first, ...hostKeyTypes.filter((name) => !first.includes(name))];
}

/** SSH_DISCONNECT_PROTOCOL_ERROR is what OpenSSH sends with «Too many authentication failures»; 14 says that no method is left. */
function isAuthenticationCode(code: unknown): boolean {
  return code === 2 || code === 14;
}

/** Connection lost, stopped by the application, too many connections: a router that is booting or shutting down. */
function isPassingCode(code: unknown): boolean {
  return code === 10 || code === 11 || code === 12;
}

function assertPrivateKey({ node, privateKey }: SshTarget): void {
  const key = ssh2.utils.parseKey(privateKey);
  // Never the key's text in the message, nor the parser's, which might quote it.
  if (key instanceof Error || !key.isPrivateKey())
    throw new TypeError(
      `${node}: the lab's SSH private key cannot be read; it must be an OpenSSH key without passphrase`,
    );
}
