/** The process side of HashiCorp's go-plugin (protocol 1, gRPC): what Terraform 1.11 asks of a plugin, and how one begins and ends. */
import * as grpc from "@grpc/grpc-js";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { selfSignedCertificate } from "./certificate.ts";
import { GRPCBrokerService, GRPCControllerService, GRPCStdioService } from "./gen/goplugin.ts";
import { HealthCheckResponse_ServingStatus, HealthService } from "./gen/health.ts";
import { log } from "./log.ts";

const cookie = {
  name: "TF_PLUGIN_MAGIC_COOKIE",
  value: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
};
const protocolVersion = 6;
const orphanPollMs = 500;
/** The host kills two seconds after it has said goodbye. */
const closeDeadlineMs = 1500;

/** A plugin to serve. */
export interface Plugin {
  /** `HOST/NAMESPACE/NAME`. */
  readonly address: string;
  readonly service: grpc.ServiceDefinition;
  readonly implementation: grpc.UntypedServiceImplementation;
  /** Aborts what runs. */
  readonly stop: () => void;
  readonly close: () => Promise<void>;
}

/** Serves the plugin until Terraform is done with it, is gone, or sends SIGTERM. Resolves when it listens. */
export async function servePlugin(plugin: Plugin): Promise<void> {
  const debug = process.argv.includes("--debug");
  const refusal = debug ? undefined : refusalOf(process.env);
  if (refusal) {
    process[refusal.to].write(`${refusal.text}\n`);
    process.exitCode = 1;
    return;
  }
  keepStandardOutputClean();
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(plugin.service, plugin.implementation);
  const shutdown = makeShutdown(server, plugin);
  addHostServices(server, shutdown);
  onSignals(plugin, shutdown, debug);
  const { credentials, certificateField } = mutualTls(debug ? undefined : process.env["PLUGIN_CLIENT_CERT"]);
  const socket = await listen(server, credentials);
  process.stdout.write(
    debug ? reattachText(plugin.address, socket) : `1|${protocolVersion}|unix|${socket}|grpc|${certificateField}\n`,
  );
  if (!debug) guardAgainstOrphanhood(shutdown);
}

/** Why nothing can be served; undefined when all is well. */
function refusalOf(environment: NodeJS.ProcessEnv): { to: "stdout" | "stderr"; text: string } | undefined {
  if (environment[cookie.name] !== cookie.value)
    return {
      to: "stderr",
      text: "This program is a Terraform provider. Terraform starts it; by hand it only knows --debug.",
    };
  const offered = (environment["PLUGIN_PROTOCOL_VERSIONS"] ?? String(protocolVersion)).split(",").map(Number);
  if (offered.includes(protocolVersion)) return undefined;
  // go-plugin shows an unreadable first line to the user: the only way to say something before the handshake.
  return {
    to: "stdout",
    text: `the provider speaks plugin protocol ${protocolVersion}, this host offers ${offered.join(", ")}`,
  };
}

/** Standard output carries the handshake line and nothing else. */
function keepStandardOutputClean(): void {
  const to =
    (level: keyof typeof log) =>
    (...parts: unknown[]) =>
      log[level](parts.map(String).join(" "));
  console.log = console.info = console.debug = to("info");
  console.warn = to("warn");
  console.error = to("error");
  // Terraform may be gone before the last line: that is no crash.
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
}

/** The host trusts exactly our certificate, and must show the one it announced; without one there is no TLS, as go-plugin has it. */
export function mutualTls(hostCertificatePem: string | undefined): {
  readonly credentials: grpc.ServerCredentials;
  readonly certificateField: string;
} {
  if (hostCertificatePem === undefined || hostCertificatePem === "")
    return { credentials: grpc.ServerCredentials.createInsecure(), certificateField: "" };
  const { certificatePem, privateKeyPem, der } = selfSignedCertificate();
  const pair = { cert_chain: Buffer.from(certificatePem), private_key: Buffer.from(privateKeyPem) };
  const credentials = grpc.ServerCredentials.createSsl(Buffer.from(hostCertificatePem), [pair], true);
  // Go's RawStdEncoding has no padding.
  return { credentials, certificateField: der.toString("base64").replace(/=+$/, "") };
}

/** Listens on a socket in a folder only we can enter, which is gone when the process is. */
async function listen(server: grpc.Server, credentials: grpc.ServerCredentials): Promise<string> {
  const directory = mkdtempSync(join(process.env["PLUGIN_UNIX_SOCKET_DIR"] ?? tmpdir(), "terraform-provider-"));
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  const socket = join(directory, "s");
  await new Promise<void>((resolve, reject) =>
    server.bindAsync(`unix:${socket}`, credentials, (error) => (error ? reject(error) : resolve())),
  );
  chmodSync(socket, 0o600);
  return socket;
}

/** What to put in the environment of a terraform that is to use this process instead of starting one. */
function reattachText(address: string, socket: string): string {
  const reattach = {
    Protocol: "grpc",
    ProtocolVersion: protocolVersion,
    Pid: process.pid,
    Test: true,
    Addr: { Network: "unix", String: socket },
  };
  return `TF_REATTACH_PROVIDERS='${JSON.stringify({ [address]: reattach })}'\n`;
}

/** A killed host cannot say goodbye. */
function guardAgainstOrphanhood(shutdown: Shutdown): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) void shutdown("Terraform is gone");
  }, orphanPollMs).unref();
}

type Shutdown = (why: string) => Promise<void>;

function makeShutdown(server: grpc.Server, plugin: Plugin): Shutdown {
  let closing = false;
  return async (why) => {
    if (closing) return;
    closing = true;
    log.debug("shutting down", { why });
    const late = setTimeout(() => process.exit(0), closeDeadlineMs);
    await plugin.close().catch((error: unknown) => log.error("closing failed", { error }));
    clearTimeout(late);
    server.forceShutdown();
    process.exit(0);
  };
}

function addHostServices(server: grpc.Server, shutdown: Shutdown): void {
  const serving = { status: HealthCheckResponse_ServingStatus.SERVING };
  server.addService(HealthService, {
    check: (_call: unknown, answer: grpc.sendUnaryData<unknown>) => answer(null, serving),
    watch: (call: grpc.ServerWritableStream<unknown, unknown>) => call.write(serving),
  });
  // The host opens these streams once and keeps them; ending them early is logged as an error.
  server.addService(GRPCStdioService, { streamStdio: () => undefined });
  server.addService(GRPCBrokerService, {
    startStream: (call: grpc.ServerDuplexStream<unknown, unknown>) => {
      call.on("data", () => undefined);
      call.on("end", () => call.end());
    },
  });
  server.addService(GRPCControllerService, {
    shutdown: (_call: unknown, answer: grpc.sendUnaryData<unknown>) => {
      answer(null, {});
      // The host waits two seconds after the answer, then kills.
      setImmediate(() => void shutdown("Terraform is done"));
    },
  });
}

function onSignals(plugin: Plugin, shutdown: Shutdown, debug: boolean): void {
  let interruptCount = 0;
  process.on("SIGINT", () => {
    interruptCount += 1;
    if (debug) void shutdown("SIGINT");
    // Ctrl-C reaches the whole process group; the first one Terraform tells by StopProvider, at the second it just leaves.
    else if (interruptCount > 1) plugin.stop();
    else log.debug("SIGINT: waiting for StopProvider");
  });
  process.on("SIGTERM", () => void shutdown("SIGTERM"));
  // What stands after "panic: " on standard error is shown to the user when a plugin dies.
  const crash = (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`panic: ${text}\n`, () => process.exit(2));
  };
  process.on("uncaughtException", crash);
  process.on("unhandledRejection", crash);
}
