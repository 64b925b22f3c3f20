/** The process side of HashiCorp's go-plugin (protocol 1, gRPC): what Terraform 1.11 asks of a plugin, and how one ends. */
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
const orphanPollMs = 1000;

/** A plugin to serve. */
export interface Plugin {
  readonly service: grpc.ServiceDefinition;
  readonly implementation: grpc.UntypedServiceImplementation;
  readonly close: () => Promise<void>;
}

/** Serves the plugin until Terraform is done with it, is gone, or sends SIGTERM. Resolves when it listens. */
export async function servePlugin(plugin: Plugin): Promise<void> {
  if (process.env[cookie.name] !== cookie.value) {
    process.stderr.write("This program is a Terraform provider. Terraform starts it; by hand it does nothing.\n");
    process.exitCode = 1;
    return;
  }
  const offered = (process.env.PLUGIN_PROTOCOL_VERSIONS ?? String(protocolVersion)).split(",").map(Number);
  if (!offered.includes(protocolVersion)) {
    // go-plugin shows an unreadable first line to the user: the only way to say something before the handshake.
    process.stdout.write(
      `the tunnelwright provider speaks plugin protocol ${protocolVersion}, this host offers ${offered.join(", ")}\n`,
    );
    process.exitCode = 1;
    return;
  }
  keepStandardOutputClean();
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(plugin.service, plugin.implementation);
  const shutdown = makeShutdown(server, plugin);
  addHostServices(server, shutdown);
  onSignals(shutdown);
  const { credentials, certificateField } = mutualTls();
  const socket = socketPath();
  await new Promise<void>((resolve, reject) =>
    server.bindAsync(`unix:${socket}`, credentials, (error) => (error ? reject(error) : resolve())),
  );
  chmodSync(socket, 0o600);
  process.stdout.write(`1|${protocolVersion}|unix|${socket}|grpc|${certificateField}\n`);
  const parent = process.ppid;
  // A killed host cannot say goodbye.
  setInterval(() => {
    if (process.ppid !== parent) void shutdown("Terraform is gone");
  }, orphanPollMs).unref();
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

/** The host trusts exactly our certificate, and must show the one it announced. */
function mutualTls(): { credentials: grpc.ServerCredentials; certificateField: string } {
  const hostCertificate = process.env.PLUGIN_CLIENT_CERT;
  if (hostCertificate === undefined || hostCertificate === "")
    return { credentials: grpc.ServerCredentials.createInsecure(), certificateField: "" };
  const { certificatePem, privateKeyPem, der } = selfSignedCertificate();
  const pair = { cert_chain: Buffer.from(certificatePem), private_key: Buffer.from(privateKeyPem) };
  const credentials = grpc.ServerCredentials.createSsl(Buffer.from(hostCertificate), [pair], true);
  return { credentials, certificateField: der.toString("base64").replace(/=+$/, "") };
}

/** A socket in a folder only we can enter; gone when the process is. */
function socketPath(): string {
  const directory = mkdtempSync(join(process.env.PLUGIN_UNIX_SOCKET_DIR ?? tmpdir(), "tunnelwright-"));
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  return join(directory, "s");
}

type Shutdown = (why: string) => Promise<void>;

function makeShutdown(server: grpc.Server, plugin: Plugin): Shutdown {
  let closing = false;
  return async (why) => {
    if (closing) return;
    closing = true;
    log.debug("shutting down", { why });
    await plugin.close().catch((error: unknown) => log.error("closing failed", { error: String(error) }));
    server.forceShutdown();
    process.exit(0);
  };
}

function addHostServices(server: grpc.Server, shutdown: Shutdown): void {
  const serving = { status: HealthCheckResponse_ServingStatus.SERVING };
  server.addService(HealthService as grpc.ServiceDefinition, {
    check: (_call: unknown, answer: grpc.sendUnaryData<unknown>) => answer(null, serving),
    watch: (call: grpc.ServerWritableStream<unknown, unknown>) => call.write(serving),
  });
  // The host opens these streams once and keeps them; ending them early is logged as an error.
  server.addService(GRPCStdioService as grpc.ServiceDefinition, { streamStdio: () => undefined });
  server.addService(GRPCBrokerService as grpc.ServiceDefinition, {
    startStream: (call: grpc.ServerDuplexStream<unknown, unknown>) => {
      call.on("data", () => undefined);
      call.on("end", () => call.end());
    },
  });
  server.addService(GRPCControllerService as grpc.ServiceDefinition, {
    shutdown: (_call: unknown, answer: grpc.sendUnaryData<unknown>) => {
      answer(null, {});
      // The host waits two seconds after the answer, then kills.
      setImmediate(() => void shutdown("Terraform is done"));
    },
  });
}

function onSignals(shutdown: Shutdown): void {
  // Ctrl-C reaches the whole process group; Terraform tells us by StopProvider.
  process.on("SIGINT", () => log.debug("SIGINT: waiting for StopProvider"));
  process.on("SIGTERM", () => void shutdown("SIGTERM"));
  // What stands after "panic: " on standard error is shown to the user when a plugin dies.
  const crash = (error: unknown) => {
    process.stderr.write(`panic: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`, () =>
      process.exit(2),
    );
  };
  process.on("uncaughtException", crash);
  process.on("unhandledRejection", crash);
}
