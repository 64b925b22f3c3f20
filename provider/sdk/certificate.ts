/** A self-signed P-256 certificate by hand: node:crypto signs and exports keys but builds no X.509 (RFC 5280), and DER is little. */
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** A certificate and its key. */
export interface Certificate {
  readonly der: Buffer;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

const lifetimeMs = 86_400_000;
/** Clocks differ a little. */
const backdateMs = 30_000;

/** What go-plugin's own mtls.go makes: CN and SAN `localhost`, client and server authentication, a CA of itself, valid for a day. */
export function selfSignedCertificate(host = "localhost"): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ecdsaWithSha256 = sequence(objectId("1.2.840.10045.4.3.2"));
  const name = sequence(tlv(0x31, sequence(objectId("2.5.4.3"), tlv(0x0c, Buffer.from(host)))));
  const now = Date.now();
  const serial = randomBytes(16);
  // Positive and minimal: the first bit clear, the next one set.
  serial.writeUInt8((serial.readUInt8(0) & 0x3f) | 0x40, 0);
  const extensions = sequence(
    extension("2.5.29.19", true, sequence(tlv(0x01, Buffer.from([0xff])))), // CA:TRUE
    extension("2.5.29.15", true, bitString(Buffer.from([0b10101100]), 2)), // signature, key encipherment, key agreement, certificate signing
    extension("2.5.29.37", false, sequence(objectId("1.3.6.1.5.5.7.3.2"), objectId("1.3.6.1.5.5.7.3.1"))),
    extension("2.5.29.17", false, sequence(tlv(0x82, Buffer.from(host)))),
  );
  const toBeSigned = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))), // version 3
    tlv(0x02, serial),
    ecdsaWithSha256,
    name,
    sequence(utcTime(now - backdateMs), utcTime(now + lifetimeMs)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    tlv(0xa3, extensions),
  );
  const der = sequence(toBeSigned, ecdsaWithSha256, bitString(sign("sha256", toBeSigned, privateKey), 0));
  const base64Lines = der.toString("base64").replace(/.{64}/g, "$&\n").trimEnd();
  return {
    der,
    certificatePem: `-----BEGIN CERTIFICATE-----\n${base64Lines}\n-----END CERTIFICATE-----\n`,
    privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function tlv(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const size = body.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tlv(0x30, ...parts);
}

function bitString(bytes: Uint8Array, unusedBits: number): Buffer {
  return tlv(0x03, Buffer.from([unusedBits]), bytes);
}

function extension(id: string, critical: boolean, value: Uint8Array): Buffer {
  return sequence(objectId(id), ...(critical ? [tlv(0x01, Buffer.from([0xff]))] : []), tlv(0x04, value));
}

function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const septets = [part & 0x7f];
    for (let value = part >> 7; value > 0; value >>= 7) septets.unshift((value & 0x7f) | 0x80);
    bytes.push(...septets);
  }
  return tlv(0x06, Buffer.from(bytes));
}

/** UTCTime serves until 2049 (RFC 5280 section 4.1.2.5.1). */
function utcTime(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]/g, "");
  return tlv(0x17, Buffer.from(`${digits.slice(2, 14)}Z`));
}
