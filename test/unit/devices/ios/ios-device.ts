/**
 * A device for the tests: an SSH server in this process that behaves as IOS is documented to. It has modes, a running
 * configuration in its own normal form, errors with a caret, a pager, dialogs, messages of the system, an archive with its revert
 * timer; and it can be told to be slow, strange, endless or gone. Nobody should take it for IOS.
 */
import type { AddressInfo, Socket } from "node:net";
import ssh2, { type Algorithms, type Connection, type ServerChannel } from "ssh2";
import { generateSshKeyPair } from "../../../../devices/ssh-keys.ts";
import type { OpenIosSessionOptions } from "../../../../devices/ios/connect-ios.ts";
import { RunningConfig } from "./running-config.ts";

export interface IosDeviceOptions {
  readonly hostname?: string;
  readonly runningConfig?: string;
  /** How `show running-config` prints: `encr` and no sequence numbers, or `encryption` and some. @default "15" */
  readonly era?: "15" | "17";
  readonly authentication?: "password" | "keyboard-interactive" | "none-accepted";
  /** Level after login, and what `enable` asks. @default 15 */
  readonly privilege?: 1 | 15;
  readonly enablePassword?: string | null;
  readonly archive?: boolean;
  /** How long a minute of the revert timer lasts. @default 60000 */
  readonly minuteMs?: number;
  readonly banner?: string;
  readonly before?: readonly { readonly asks: string; readonly wants: string }[];
  /** What commands print, by their first words; `{…}` are instructions, see `#print`. */
  readonly answers?: Readonly<Record<string, string>>;
  /** Configuration lines that are taken without a word and forgotten. */
  readonly forgets?: RegExp;
  /** Configuration lines that ask first. */
  readonly asksFirst?: RegExp;
  readonly configurationLocked?: boolean;
  readonly ident?: string;
  readonly algorithms?: Algorithms;
  readonly hostKeys?: string[];
  /** Milliseconds between the pieces of what it prints, and their size. */
  readonly slow?: { readonly bytes: number; readonly ms: number };
  readonly endKnownAtTopOnly?: boolean;
  readonly echoes?: boolean;
  /** After these lines a message of the system comes in one piece with the prompt, and no prompt after it. */
  readonly swallowsPromptAfter?: RegExp;
}

const modes: readonly (readonly [RegExp, string])[] = [
  [/^interface /, "config-if"],
  [/^crypto isakmp policy /, "config-isakmp"],
  [/^crypto ipsec transform-set /, "cfg-crypto-trans"],
  [/^crypto ipsec profile /, "ipsec-profile"],
  [/^crypto map \S+ \d+ ipsec-isakmp/, "config-crypto-map"],
  [/^crypto ikev2 keyring /, "config-ikev2-keyring"],
  [/^crypto ikev2 proposal /, "config-ikev2-proposal"],
  [/^crypto ikev2 policy /, "config-ikev2-policy"],
  [/^crypto ikev2 profile /, "config-ikev2-profile"],
  [/^ip access-list extended /, "config-ext-nacl"],
  [/^router /, "config-router"],
];
const knownWords =
  /^(no |default )?(interface|crypto|ip|router|hostname|username|access-list|description|tunnel|keepalive|shutdown|encr|encryption|hash|authentication|group|lifetime|mode|set|match|permit|deny|network|passive-interface|bandwidth|delay|mtu|banner|peer|pre-shared-key|address|proposal|integrity|keyring|dpd|router-id|exit|end|archive|path|\d+ (permit|deny))\b/;

export class IosDevice {
  readonly config: RunningConfig;
  readonly seen = {
    connections: 0,
    shells: 0,
    lines: [] as string[],
    saves: 0,
    reverts: 0,
    confirms: 0,
    interrupts: 0,
  };
  readonly #options: IosDeviceOptions;
  readonly #server: ssh2.Server;
  readonly #sockets = new Set<Socket>();
  readonly #hostKey = generateSshKeyPair("host");
  #revert: { readonly before: string; readonly timer: NodeJS.Timeout } | null = null;
  port = 0;

  constructor(options: IosDeviceOptions = {}) {
    this.#options = options;
    this.config = new RunningConfig(
      options.runningConfig ?? `hostname ${options.hostname ?? "R1"}\n`,
      options.era ?? "15",
    );
    this.#server = new ssh2.Server(
      {
        hostKeys: options.hostKeys ?? [this.#hostKey.privateKey],
        ident: options.ident ?? "Cisco-2.0",
        ...(options.algorithms && { algorithms: options.algorithms }),
      },
      (client) => this.#serve(client),
    );
    const inner = (
      this.#server as unknown as { _srv: { on(event: "connection", take: (socket: Socket) => void): void } }
    )._srv;
    inner.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  static async open(options: IosDeviceOptions = {}): Promise<IosDevice> {
    const device = new IosDevice(options);
    await new Promise<void>((resolve) => device.#server.listen(0, "127.0.0.1", resolve));
    device.port = (device.#server.address() as AddressInfo).port;
    return device;
  }

  target(changes: Partial<OpenIosSessionOptions> = {}): OpenIosSessionOptions {
    return {
      node: "r1",
      address: "127.0.0.1",
      port: this.port,
      username: "admin",
      password: "let-me-in",
      hostKey: this.#hostKey.publicKey,
      connectTimeoutMs: 5_000,
      ...changes,
    };
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  cutConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    if (this.#revert) clearTimeout(this.#revert.timer);
    this.cutConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  get options(): IosDeviceOptions {
    return this.#options;
  }

  /** `configure terminal revert timer N`. */
  startRevertTimer(minutes: number): void {
    const timer = setTimeout(() => this.revertNow(), minutes * (this.#options.minuteMs ?? 60_000));
    this.#revert = { before: this.config.print(), timer };
  }

  get revertIsPending(): boolean {
    return this.#revert !== null;
  }

  confirm(): void {
    if (this.#revert) clearTimeout(this.#revert.timer);
    this.#revert = null;
    this.seen.confirms += 1;
  }

  revertNow(): void {
    if (!this.#revert) return;
    clearTimeout(this.#revert.timer);
    this.config.replace(this.#revert.before);
    this.#revert = null;
    this.seen.reverts += 1;
  }

  #serve(client: Connection): void {
    this.seen.connections += 1;
    client.on("error", () => undefined);
    const wanted = this.#options.authentication ?? "password";
    client.on("authentication", (context) => {
      if (context.method === "password" && wanted === "password" && context.password === "let-me-in") context.accept();
      else if (context.method === "keyboard-interactive" && wanted === "keyboard-interactive")
        context.prompt([{ prompt: "Password: ", echo: false }], (answers) => {
          if (answers[0] === "let-me-in") context.accept();
          else context.reject();
        });
      else context.reject([wanted === "password" ? "password" : "keyboard-interactive"]);
    });
    client.on("session", (accept) => {
      const session = accept();
      session.on("pty", (acceptPty) => acceptPty());
      // One exec, and the connection is closed: net-ssh 429, ssh2 284.
      session.on("exec", (_accept, reject) => reject());
      session.on("shell", (acceptShell) => {
        this.seen.shells += 1;
        void new Terminal(this, acceptShell(), () => client.end()).open();
      });
    });
  }
}

class Terminal {
  readonly #device: IosDevice;
  readonly #channel: ServerChannel;
  readonly #hangUp: () => void;
  #input = "";
  #wake: () => void = () => undefined;
  #gone = false;
  #level: "user" | "privileged";
  /** The headers that were entered; the first is "" for the top of configuration mode. */
  #contexts: string[] = [];
  #pageLines = 24;

  constructor(device: IosDevice, channel: ServerChannel, hangUp: () => void) {
    this.#device = device;
    this.#channel = channel;
    this.#hangUp = hangUp;
    this.#level = device.options.privilege === 1 ? "user" : "privileged";
    channel.on("error", () => undefined);
    channel.on("data", (data: Buffer) => {
      this.#input += data.toString("latin1");
      this.#wake();
    });
    channel.on("close", () => {
      this.#gone = true;
      this.#wake();
    });
  }

  async open(): Promise<void> {
    const { banner = "", before = [] } = this.#device.options;
    await this.#print(banner);
    for (const { asks, wants } of before) {
      await this.#print(asks);
      while ((await this.#readLine("visible")) !== wants && !this.#gone) await this.#print(asks);
    }
    let last = "";
    while (!this.#gone) {
      const swallowed = this.#device.options.swallowsPromptAfter?.test(last) === true;
      await this.#print(
        `${this.#prompt()}${swallowed ? "*Nov  1 10:00:00.000: %LINEPROTO-5-UPDOWN: Line protocol on Tunnel0\r\n" : ""}`,
      );
      const line = (await this.#readLine("visible")).trim();
      last = line;
      if (line !== "") this.#device.seen.lines.push(line);
      if (line !== "") await this.#execute(line);
    }
  }

  #prompt(): string {
    const { hostname } = this.#device.config;
    const sign = this.#level === "user" ? ">" : "#";
    if (this.#contexts.length === 0) return `${hostname}${sign}`;
    const header = this.#contexts.at(-1) ?? "";
    const mode =
      modes.find(([pattern]) => pattern.test(header))?.[1] ??
      (this.#contexts.length > 2 ? "config-ikev2-keyring-peer" : "config");
    return `${hostname.slice(0, 20)}(${mode})#`;
  }

  /** Typed ahead or not: echoed when it is read. */
  async #readLine(echo: "visible" | "hidden"): Promise<string> {
    let line = "";
    while (!this.#gone) {
      if (this.#input === "") {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      const character = this.#input[0] ?? "";
      this.#input = this.#input.slice(1);
      if (character === "\u0003") {
        this.#device.seen.interrupts += 1;
        this.#channel.write("^C\r\n");
        return "";
      }
      if (character === "\n" || character === "\r") {
        this.#channel.write("\r\n");
        return line;
      }
      line += character;
      if (echo === "visible" && this.#device.options.echoes !== false) this.#channel.write(character);
    }
    return "";
  }

  async #execute(line: string): Promise<void> {
    const known = Object.entries(this.#device.options.answers ?? {}).find(([start]) => line.startsWith(start));
    if (known) return this.#page(known[1]);
    return this.#contexts.length > 0 ? this.#configure(line) : this.#exec(line);
  }

  async #exec(line: string): Promise<void> {
    const device = this.#device;
    const length = /^terminal length (\d+)$/.exec(line)?.[1];
    if (length !== undefined) this.#pageLines = Number(length);
    else if (/^terminal (width|no monitor)/.test(line)) return;
    else if (line === "enable") await this.#enable();
    else if (line === "exit") this.#hangUp();
    else if (this.#level === "user" && !line.startsWith("show ")) await this.#caret(line, 0);
    else if (/^show running-config$/.test(line))
      await this.#page(
        `Building configuration...\n\nCurrent configuration : 1 bytes\n!\n${device.config.print()}end\n\n`,
      );
    else if (line === "show archive")
      await this.#print(
        device.options.archive
          ? "The next archive file will be named flash:archive-1\r\n"
          : "Archive feature not enabled\r\n",
      );
    else if (line === "show archive config rollback timer")
      await this.#print(
        device.revertIsPending ? "Time configured: 5 minutes\r\n" : "%No Rollback Confirmed Change pending\r\n",
      );
    else if (line.startsWith("configure terminal")) await this.#enterConfiguration(line);
    else if (line === "configure confirm") device.confirm();
    else if (line === "configure revert now") {
      device.revertNow();
      await this.#print(
        "Rollback Confirmed Change: rolling to:flash:archive-1\r\n\r\nTotal number of passes: 1\r\nRollback Done\r\n",
      );
    } else if (line === "write memory") await this.#save();
    else await this.#caret(line, 0);
  }

  async #enable(): Promise<void> {
    const { enablePassword = "let-me-in" } = this.#device.options;
    if (enablePassword === null) return this.#print("% No password set\r\n");
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await this.#print("Password: ");
      if ((await this.#readLine("hidden")) === enablePassword) {
        this.#level = "privileged";
        return;
      }
    }
    await this.#print("% Bad secrets\r\n\r\n");
  }

  async #enterConfiguration(line: string): Promise<void> {
    const device = this.#device;
    const minutes = / revert timer (\d+)$/.exec(line)?.[1];
    if (device.options.configurationLocked)
      return this.#print(
        "Configuration mode is locked by process '3' user 'other' from terminal '2'. Please try later.\r\n",
      );
    if (minutes !== undefined && !device.options.archive) return this.#print("%Please turn config archive on\r\n");
    if (minutes !== undefined) {
      device.startRevertTimer(Number(minutes));
      await this.#print(`Rollback Confirmed Change: Backing up current running config to flash:archive-1\r\n`);
    }
    this.#contexts = [""];
    await this.#print("Enter configuration commands, one per line.  End with CNTL/Z.\r\n");
  }

  async #configure(line: string): Promise<void> {
    const { options, config } = this.#device;
    if (line === "end" && !(options.endKnownAtTopOnly && this.#contexts.length > 1)) {
      this.#contexts = [];
      // As seen without `logging synchronous`: the prompt, then the message, and no new prompt.
      setTimeout(() => {
        if (!this.#gone)
          this.#channel.write(
            "*Nov  1 10:00:00.000: %SYS-5-CONFIG_I: Configured from console by admin on vty0 (192.0.2.9)\r\n",
          );
      }, 5);
      return;
    }
    if (line === "exit") return void this.#contexts.pop();
    if (!knownWords.test(line)) return this.#caret(line, 0);
    const malformed = /^(?:no )?ip (?:mtu|tcp adjust-mss) (?=\D)/.exec(line);
    if (malformed) return this.#caret(line, malformed[0].length);
    if (options.asksFirst?.test(line)) {
      await this.#print("This will remove previously configured lines. Do you want to continue? [confirm]");
      await this.#readLine("hidden");
    }
    const header = modes.some(([pattern]) => pattern.test(line)) && !line.startsWith("no ");
    if (header) {
      this.#contexts = ["", line];
      config.enter(line);
      if (line.startsWith("crypto map ") && config.linesOf(line).length === 0)
        await this.#print(
          "% NOTE: This new crypto map will remain disabled until a peer\r\n        and a valid access list have been configured.\r\n",
        );
      return;
    }
    if (options.forgets?.test(line)) return;
    const [, section = "", below] = this.#contexts;
    config.take(section, line, below);
    // A keyring's peer is a mode of its own.
    if (/^crypto ikev2 keyring /.test(section) && line.startsWith("peer ")) this.#contexts = ["", section, line];
  }

  async #save(): Promise<void> {
    if (this.#device.options.asksFirst?.test("write memory")) {
      await this.#print(
        "Warning: Attempting to overwrite an NVRAM configuration previously written\r\nOverwrite the previous NVRAM configuration?[confirm]",
      );
      await this.#readLine("hidden");
    }
    this.#device.seen.saves += 1;
    await this.#print("Building configuration...\r\n[OK]\r\n");
  }

  /** The caret stands below the first character that is not understood, counted from the left edge of the terminal. */
  #caret(line: string, at: number): Promise<void> {
    return this.#print(`${" ".repeat(this.#prompt().length + at)}^\r\n% Invalid input detected at '^' marker.\r\n\r\n`);
  }

  async #page(text: string): Promise<void> {
    const lines = text.split("\n");
    for (const [index, line] of lines.entries()) {
      if (this.#pageLines > 0 && index > 0 && index % (this.#pageLines - 1) === 0) {
        await this.#print(" --More-- ");
        await this.#readKey();
        await this.#print("\b".repeat(10) + " ".repeat(10) + "\b".repeat(10));
      }
      await this.#print(index === lines.length - 1 ? line : `${line}\r\n`);
    }
  }

  async #readKey(): Promise<void> {
    while (this.#input === "" && !this.#gone) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#input = this.#input.slice(1);
  }

  /** `{wait 50}`, `{drop}`, `{endless}`, `{silence}`, `{ask TEXT}`, `{more TEXT}` in a text are done, not printed. */
  async #print(text: string): Promise<void> {
    for (const part of text.split(/(\{[^}]*\})/)) {
      const [, word, argument = ""] = /^\{(\w+) ?(.*)\}$/s.exec(part) ?? [];
      if (word === "wait") await new Promise((resolve) => setTimeout(resolve, Number(argument)));
      else if (word === "drop") this.#device.cutConnections();
      else if (word === "silence") await new Promise<void>((resolve) => this.#channel.once("close", resolve));
      else if (word === "ask") {
        this.#channel.write(argument.replaceAll("⏎", "\r\n"));
        await this.#readLine("hidden");
      } else if (word === "more") {
        this.#channel.write(argument.replaceAll("⏎", "\r\n"));
        await this.#readKey();
      } else if (word === "endless") {
        while (!this.#gone) {
          this.#channel.write("again and again\r\n".repeat(500));
          await new Promise((resolve) => setImmediate(resolve));
        }
      } else await this.#write(part);
    }
  }

  async #write(text: string): Promise<void> {
    const { slow } = this.#device.options;
    if (!slow) {
      if (text !== "" && !this.#gone) this.#channel.write(text);
      return;
    }
    for (let at = 0; at < text.length && !this.#gone; at += slow.bytes) {
      this.#channel.write(text.slice(at, at + slow.bytes));
      await new Promise((resolve) => setTimeout(resolve, slow.ms));
    }
  }
}
