import * as grpc from "@grpc/grpc-js";
import { X509Certificate } from "node:crypto";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { selfSignedCertificate, type Certificate } from "../../../provider/sdk/certificate.ts";
import { mutualTls } from "../../../provider/sdk/go-plugin.ts";

describe("a self-signed certificate", () => {
  const made = selfSignedCertificate();
  const read = new X509Certificate(made.certificatePem);

  it("is what go-plugin's mtls.go makes", () => {
    expect(read.subject).toBe("CN=localhost");
    expect(read.issuer).toBe("CN=localhost");
    expect(read.subjectAltName).toBe("DNS:localhost");
    expect(read.checkHost("localhost")).toBe("localhost");
    expect(read.ca).toBe(true);
    expect(read.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1"]);
    expect(read.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: "prime256v1" });
  });

  it("is signed by its own key", () => {
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.checkIssued(read)).toBe(true);
    expect(new X509Certificate(selfSignedCertificate().certificatePem).verify(read.publicKey)).toBe(false);
  });

  it("holds from half a minute ago until tomorrow", () => {
    const [from, to] = [Date.parse(read.validFrom), Date.parse(read.validTo)];
    expect(Math.abs(Date.now() - 30_000 - from)).toBeLessThan(10_000);
    expect(to - from).toBe(86_400_000 + 30_000);
  });

  it("is the same in both forms", () => {
    expect(new X509Certificate(made.der).fingerprint256).toBe(read.fingerprint256);
    expect(made.certificatePem.split("\n").every((line) => line.length <= 64)).toBe(true);
  });

  it("has a serial number of its own, positive and of 16 bytes", () => {
    const serials = Array.from({ length: 50 }, () => new X509Certificate(selfSignedCertificate().der).serialNumber);
    expect(new Set(serials).size).toBe(50);
    expect(serials.every((serial) => /^[4-7][0-9A-F]{31}$/.test(serial))).toBe(true);
  });

  it("fails to be taken for another host's", () => {
    expect(new X509Certificate(selfSignedCertificate("example.invalid").der).checkHost("localhost")).toBeUndefined();
  });
});

describe("a server that trusts one client", () => {
  const servers: grpc.Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.forceShutdown();
  });

  async function listen(client: Certificate): Promise<{ port: number; certificate: X509Certificate }> {
    const { credentials, certificateField } = mutualTls(client.certificatePem);
    const server = new grpc.Server();
    servers.push(server);
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error ? reject(error) : resolve(bound))),
    );
    expect(certificateField).not.toContain("=");
    return { port, certificate: new X509Certificate(Buffer.from(certificateField, "base64")) };
  }

  /** "served" when HTTP/2 begins, else why not: with TLS 1.3 a refusal comes only after the client's own handshake is done. */
  async function attempt(port: number, ca: string, options: ConnectionOptions): Promise<string> {
    const socket: TLSSocket = connect({
      port,
      host: "127.0.0.1",
      servername: "localhost",
      ca,
      ALPNProtocols: ["h2"],
      ...options,
    });
    try {
      return await new Promise<string>((resolve) => {
        socket.once("data", () => resolve("served"));
        socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
        socket.once("close", () => resolve("closed"));
      });
    } finally {
      socket.destroy();
    }
  }

  const host = selfSignedCertificate();
  const pair = { cert: host.certificatePem, key: host.privateKeyPem };

  it.each(["TLSv1.2", "TLSv1.3"] as const)("serves the host that announced itself, by %s", async (version) => {
    const { port, certificate } = await listen(host);
    const options = { ...pair, minVersion: version, maxVersion: version };
    expect(await attempt(port, certificate.toString(), options)).toBe("served");
  });

  it("fails for a client without a certificate", async () => {
    const { port, certificate } = await listen(host);
    expect(await attempt(port, certificate.toString(), {})).toMatch(/CERTIFICATE_REQUIRED|ECONNRESET|closed/);
  });

  it("fails for a client with another certificate", async () => {
    const { port, certificate } = await listen(host);
    const other = selfSignedCertificate();
    const outcome = await attempt(port, certificate.toString(), {
      cert: other.certificatePem,
      key: other.privateKeyPem,
    });
    expect(outcome).toMatch(/ALERT|ECONNRESET|closed/);
  });

  it("fails for a client that shows the host's certificate and has not its key", async () => {
    const { port, certificate } = await listen(host);
    const thief = { cert: host.certificatePem, key: selfSignedCertificate().privateKeyPem };
    const outcome = await Promise.resolve()
      .then(() => attempt(port, certificate.toString(), thief))
      .catch((error: unknown) => String(error));
    expect(outcome).not.toBe("served");
  });

  it("fails for TLS 1.1", async () => {
    const { port, certificate } = await listen(host);
    const options: ConnectionOptions = {
      ...pair,
      minVersion: "TLSv1.1",
      maxVersion: "TLSv1.1",
      ciphers: "DEFAULT@SECLEVEL=0",
    };
    expect(await attempt(port, certificate.toString(), options)).not.toBe("served");
  });

  it("fails for a client that expects another server", async () => {
    const { port } = await listen(host);
    expect(await attempt(port, selfSignedCertificate().certificatePem, pair)).toMatch(/SELF_SIGNED|UNABLE|CERT/);
  });
});
