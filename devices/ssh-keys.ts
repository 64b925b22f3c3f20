import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { isAbsolute } from "node:path";
import type { Inventory } from "../model/plan-document.ts";
import { relayProgram } from "../model/relay.ts";

/** A key pair as OpenSSH writes it. */
export interface SshKeyPair {
  /** `-----BEGIN OPENSSH PRIVATE KEY-----` …, without a passphrase; for a file of mode 0600. */
  readonly privateKey: string;
  /** One line, `ssh-ed25519 AAAA… comment`, without a newline. */
  readonly publicKey: string;
  /** `SHA256:…` as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
}

const keyType = "ssh-ed25519";

/**
 * A new ed25519 key pair. Written out here and not by ssh2's generator:
 * of ssh2 1.17's keys about one in 256 cannot be read back (a leading zero byte is lost).
 */
export function generateSshKeyPair(comment: string): SshKeyPair {
  if (/[\r\n]/.test(comment)) throw new TypeError("the comment of an SSH key is one line");
  const jwk = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  const publicBytes = Buffer.from(jwk.x ?? "", "base64url");
  const blob = Buffer.concat([sshString(keyType), sshString(publicBytes)]);
  const check = randomBytes(4);
  const secret = [
    check,
    check,
    sshString(keyType),
    sshString(publicBytes),
    sshString(Buffer.concat([Buffer.from(jwk.d ?? "", "base64url"), publicBytes])),
    sshString(comment),
  ];
  const length = secret.reduce((sum, part) => sum + part.length, 0);
  const padding = Buffer.from(Array.from({ length: (8 - (length % 8)) % 8 }, (_, index) => index + 1));
  const file = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    sshString("none"),
    sshString("none"),
    sshString(""),
    Buffer.from([0, 0, 0, 1]),
    sshString(blob),
    sshString(Buffer.concat([...secret, padding])),
  ]);
  const lines = file.toString("base64").match(/.{1,70}/g) ?? [];
  const publicKey = `${keyType} ${blob.toString("base64")} ${comment}`.trimEnd();
  return {
    privateKey: ["-----BEGIN OPENSSH PRIVATE KEY-----", ...lines, "-----END OPENSSH PRIVATE KEY-----", ""].join("\n"),
    publicKey,
    fingerprint: sshFingerprint(blob),
  };
}

/** `SHA256:…` of a key's bytes, as `ssh-keygen -l` prints it. */
export function sshFingerprint(keyBytes: Uint8Array): string {
  return `SHA256:${createHash("sha256").update(keyBytes).digest("base64").replaceAll("=", "")}`;
}

/** The type and bytes of a public key line such as `ssh-ed25519 AAAA… comment`; throws when the line is none. */
export function parsePublicKeyLine(line: string): { readonly type: string; readonly bytes: Buffer } {
  const [type = "", encoded = ""] = line.trim().split(/\s+/);
  const bytes = Buffer.from(encoded, "base64");
  const named = bytes.length > 4 ? bytes.toString("latin1", 4, 4 + bytes.readUInt32BE(0)) : "";
  if (type === "" || named !== type)
    throw new TypeError(`${JSON.stringify(line.slice(0, 80))} is not a public key line such as ssh-ed25519 AAAA…`);
  return { type, bytes };
}

/** The lab's known_hosts: one pinned key a node, under the alias that {@link sshConfigText} asks for. */
export function knownHostsText(inventory: Inventory): string {
  return Object.entries(inventory.nodes)
    .map(
      ([node, { hostKey }]) =>
        `${hostKeyAlias(inventory, node)} ${hostKey.trim().split(/\s+/).slice(0, 2).join(" ")}\n`,
    )
    .join("");
}

/** The lab's ssh_config, so that `ssh -F ssh_config r1` works: the lab's key, the pinned host keys, and nothing of the user's own. */
export function sshConfigText(
  inventory: Inventory,
  paths: { readonly knownHostsFile: string; readonly identityFile: string },
): string {
  const hosts = Object.entries(inventory.nodes).map(([node, { address, port, through }]) =>
    [
      `Host ${node}`,
      `  HostName ${address}`,
      `  Port ${port}`,
      `  HostKeyAlias ${hostKeyAlias(inventory, node)}`,
      // None of these words has anything in it that a shell or ssh would take for its own.
      ...(through
        ? [
            `  ProxyCommand docker --host ${through.dockerHost} exec -i ${through.container} ${relayProgram} ${address} ${port}`,
          ]
        : []),
      "",
    ].join("\n"),
  );
  const all = [
    "Host *",
    "  User root",
    `  IdentityFile ${quotePath(paths.identityFile)}`,
    "  IdentitiesOnly yes",
    "  IdentityAgent none",
    "  StrictHostKeyChecking yes",
    `  UserKnownHostsFile ${quotePath(paths.knownHostsFile)}`,
    "  GlobalKnownHostsFile none",
    "  UpdateHostKeys no",
    "  PasswordAuthentication no",
    "",
  ].join("\n");
  return [...hosts, all].join("\n");
}

function hostKeyAlias(inventory: Inventory, node: string): string {
  return `${node}.${inventory.lab}.tunnelwright`;
}

/** ssh expands `%` and `${…}` in these two settings, and has no way to write a double quote or a `${` literally. */
function quotePath(path: string): string {
  if (!isAbsolute(path)) throw new TypeError(`${path} must be an absolute path: ssh reads it from any directory`);
  if (/["\n\r\\]|\$\{/.test(path))
    throw new TypeError(
      `${path} cannot be written in an ssh_config: no quote, backslash, line break or \${ is possible`,
    );
  return `"${path.replaceAll("%", "%%")}"`;
}

function sshString(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
