import { connect, type Socket } from "node:net";
import ssh2, {
  type Client,
  type ClientChannel,
  type KeyboardInteractiveAuthMethod,
  type PasswordAuthMethod,
} from "ssh2";
import { closeConnection } from "../close-connection.ts";
import { HostKeyError, InterruptedError } from "../errors.ts";
import { parsePublicKeyLine, sshFingerprint } from "../ssh-keys.ts";
import { systemClock } from "../system-clock.ts";
import { IosAuthenticationError, IosHandshakeError, IosUnreachableError } from "./ios-errors.ts";
import { legacyAlgorithms, terminalColumns } from "./ios-platform.ts";
import { IosSession, type IosSessionOptions } from "./ios-session.ts";
import { IosShell } from "./ios-shell.ts";

/** A device with IOS as SSH reaches it. */
export interface IosTarget {
  /** The node's name in the lab. */
  readonly node: string;
  readonly address: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** @default - the password, where the device asks for one at `enable` */
  readonly enablePassword?: string;
  /** The pinned host key, `ssh-rsa AAAA…`; `null` learns the one that is shown, and `onHostKey` is told: for a device's first connection alone. */
  readonly hostKey: string | null;
  /**
   * Also offer SHA-1, CBC, MD5 and 3DES, after the modern algorithms. Each of them can be broken: only for a device that can do no better.
   * @default false
   */
  readonly legacySsh?: boolean;
}

/** How it is connected to. */
export interface OpenIosSessionOptions extends IosTarget, IosSessionOptions {
  /** How long to try while the device boots; silence and refusals are tried again until then. */
  readonly connectTimeoutMs: number;
  readonly signal?: AbortSignal;
  /** Told the host key that was learnt, `ssh-rsa AAAA…`. */
  readonly onHostKey?: (publicKey: string) => void;
  /** Told, once, that the connection was made with weak algorithms. */
  readonly onWarning?: (text: string) => void;
}

const longestAttemptMs = 20_000;

interface Connected {
  readonly client: Client;
  readonly socket: Socket;
  readonly channel: ClientChannel;
}

type Attempt = { readonly connected: Connected } | { readonly again: string; readonly cause: unknown };

/**
 * Connects, opens the one terminal that IOS gives a connection, finds the prompt, and makes it usable: wide, without a pager, privileged.
 * Whoever opens the session closes it. A wrong host key, a refused password and no common algorithm are never tried again.
 */
export async function openIosSession(options: OpenIosSessionOptions): Promise<IosSession> {
  const { node, connectTimeoutMs, signal } = options;
  const where = placeOf(options);
  if (options.legacySsh === true)
    options.onWarning?.(
      `${node}: SSH at ${where} may use SHA-1, CBC, MD5 and 3DES, because legacySsh is set for it; each of them can be broken`,
    );
  const deadlineMs = systemClock.nowMs() + connectTimeoutMs;
  for (let attempts = 1; ; attempts += 1) {
    const attempt = await attemptOnce(options, Math.min(longestAttemptMs, deadlineMs - systemClock.nowMs()));
    if ("connected" in attempt) return prepare(options, attempt.connected, deadlineMs - systemClock.nowMs());
    const waitMs = Math.min(50 * 2 ** attempts, 1_000);
    if (systemClock.nowMs() + waitMs >= deadlineMs)
      throw new IosUnreachableError({
        node,
        where,
        connectTimeoutMs,
        attempts,
        last: attempt.again,
        cause: attempt.cause,
      });
    await systemClock.wait(waitMs, signal).catch((cause: unknown) => {
      throw new InterruptedError({ node, cause, doing: `waiting for ${where} to answer` });
    });
  }
}

async function prepare(
  options: OpenIosSessionOptions,
  { client, socket, channel }: Connected,
  leftMs: number,
): Promise<IosSession> {
  const shell = new IosShell(options.node, channel, { maxOutputBytes: options.maxOutputBytes ?? 8 * 1024 * 1024 });
  client.on("error", (error) => shell.lose(error.message));
  client.on("close", () => shell.lose("the device closed the connection"));
  const close = (): Promise<void> => closeConnection({ client, socket });
  const session = new IosSession(options, shell, close);
  try {
    await session.prepare({
      username: options.username,
      password: options.password,
      enablePassword: options.enablePassword ?? options.password,
      timeoutMs: Math.max(1_000, leftMs),
      signal: options.signal,
    });
    return session;
  } catch (error) {
    await close();
    throw error;
  }
}

function attemptOnce(options: OpenIosSessionOptions, timeoutMs: number): Promise<Attempt> {
  const { node, username, signal } = options;
  const where = placeOf(options);
  const pinned = options.hostKey === null ? null : parsePublicKeyLine(options.hostKey);
  const socket = connect({ host: options.address, port: options.port, noDelay: true });
  const client = new ssh2.Client();
  const offered: Record<string, string> = {};
  let ident: string | null = null;
  let seenKey: Buffer | null = null;
  let handshaken = false;

  return new Promise((resolve, reject) => {
    let settled = false;
    const settle = (outcome: Attempt | Error): void => {
      if (settled) return;
      settled = true;
      signal?.removeEventListener("abort", interrupt);
      if (outcome instanceof Error || "again" in outcome) socket.destroy();
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    };
    const interrupt = (): void =>
      settle(new InterruptedError({ node, cause: signal?.reason, doing: `connecting to ${where}` }));
    // These listeners stay as long as the objects: an error event without one would end the process.
    socket.on("error", () => undefined);
    client.on("error", (error: Error & { level?: string }) => {
      if (pinned && seenKey && !seenKey.equals(pinned.bytes))
        settle(
          new HostKeyError({
            node,
            where,
            expected: `${pinned.type} ${sshFingerprint(pinned.bytes)}`,
            seen: sshFingerprint(seenKey),
            cause: error,
          }),
        );
      else if (error.level === "client-authentication")
        settle(new IosAuthenticationError({ node, where, username, cause: error }));
      else if (error.level === "client-socket" || error.level === "client-timeout" || handshaken || ident === null)
        settle({ again: error.message, cause: error });
      else
        settle(
          new IosHandshakeError({
            node,
            where,
            said: error.message,
            ident,
            offered,
            legacySsh: options.legacySsh === true,
            cause: error,
          }),
        );
    });
    client.on("close", () => settle({ again: "it closed the connection", cause: undefined }));
    client.on("handshake", () => (handshaken = true));
    client.on("ready", () => {
      client.shell({ term: "vt100", cols: terminalColumns, rows: 1_000 }, (error: unknown, channel) => {
        if (error) settle({ again: "it refused a terminal: all its lines may be taken (`show users`)", cause: error });
        else settle({ connected: { client, socket, channel } });
      });
    });
    if (signal?.aborted) {
      interrupt();
      return;
    }
    signal?.addEventListener("abort", interrupt, { once: true });
    client.connect({
      sock: socket,
      username,
      hostVerifier: (key: Buffer) => {
        seenKey = key;
        if (pinned === null) options.onHostKey?.(`${keyType(key)} ${key.toString("base64")}`);
        return pinned === null || key.equals(pinned.bytes);
      },
      authHandler: authMethods(options),
      readyTimeout: Math.max(1, Math.round(timeoutMs)),
      keepaliveInterval: 10_000,
      keepaliveCountMax: 3,
      ...(options.legacySsh === true && { algorithms: withLegacy }),
      debug: (line) => {
        ident ??= /^Remote ident: ['"]?SSH-[\d.]+-(.*?)['"]?$/.exec(line)?.[1] ?? null;
        const offer = /^Handshake: \(remote\) (.+?): (.*)$/.exec(line);
        if (offer) offered[offerNames[offer[1] ?? ""] ?? offer[1] ?? ""] = offer[2] ?? "";
      },
    });
  });
}

/** ssh2's words for the kinds of algorithms, and the field's. */
const offerNames: Readonly<Record<string, string>> = {
  "KEX method": "key exchange",
  "Host key format": "host key",
  "C->S cipher": "cipher",
  "C->S MAC": "mac",
};

const withLegacy = {
  kex: { append: [...legacyAlgorithms.kex], prepend: [], remove: [] },
  cipher: { append: [...legacyAlgorithms.cipher], prepend: [], remove: [] },
  hmac: { append: [...legacyAlgorithms.hmac], prepend: [], remove: [] },
  serverHostKey: { append: [...legacyAlgorithms.serverHostKey], prepend: [], remove: [] },
};

function authMethods({ username, password }: IosTarget): (PasswordAuthMethod | KeyboardInteractiveAuthMethod)[] {
  return [
    { type: "password", username, password },
    {
      type: "keyboard-interactive",
      username,
      // Every prompt is the password's: IOS asks no other.
      prompt: (_name, _instructions, _language, prompts, finish) => finish(prompts.map(() => password)),
    },
  ];
}

function keyType(key: Buffer): string {
  return key.toString("latin1", 4, 4 + key.readUInt32BE(0));
}

function placeOf({ address, port }: IosTarget): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
