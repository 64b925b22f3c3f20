import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ssh2 from "ssh2";
import { expect, test } from "vitest";
import type { Inventory } from "../../../model/plan-document.ts";
import { generateSshKeyPair, knownHostsText, parsePublicKeyLine, sshConfigText } from "../../../devices/ssh-keys.ts";

test("each of 600 keys can be read back and signs what its public half verifies", () => {
  // ssh2's own generator fails about once in 256.
  const faults = Array.from({ length: 600 }, () => generateSshKeyPair("c")).filter((pair) => {
    const secret = ssh2.utils.parseKey(pair.privateKey);
    const open = ssh2.utils.parseKey(pair.publicKey);
    if (secret instanceof Error || open instanceof Error) return true;
    // An Error when it cannot, which ssh2's types do not say.
    const verified: unknown = open.verify(Buffer.from("x"), secret.sign(Buffer.from("x")));
    return verified !== true;
  });
  expect(faults).toEqual([]);
});

const keygen = "ssh-keygen";

test("OpenSSH reads the key, and names the same public line and fingerprint", () => {
  const directory = mkdtempSync(join(tmpdir(), "tw-keys-"));
  const pair = generateSshKeyPair("lab demo");
  const file = join(directory, "id");
  writeFileSync(file, pair.privateKey, { mode: 0o600 });
  expect(execFileSync(keygen, ["-y", "-f", file]).toString().trim()).toBe(pair.publicKey);
  expect(execFileSync(keygen, ["-l", "-f", file]).toString()).toContain(` ${pair.fingerprint} lab demo `);
  rmSync(directory, { recursive: true });
});

test.each(["", "ssh-ed25519", "ssh-ed25519 !!!!", "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIA=="])(
  "%j is no public key line",
  (line) => {
    expect(() => parsePublicKeyLine(line)).toThrow("is not a public key line");
  },
);

const inventory: Inventory = {
  format: "tunnelwright-inventory/1",
  lab: "demo",
  identityFile: "id",
  nodes: {
    r1: { address: "127.0.0.1", port: 2201, hostKey: "ssh-ed25519 AAAAr1 a comment" },
    r2: { address: "127.0.0.1", port: 2202, hostKey: "ssh-ed25519 AAAAr2" },
  },
};

test("known_hosts pins one key a node, by alias", () => {
  expect(knownHostsText(inventory)).toBe(
    "r1.demo.tunnelwright ssh-ed25519 AAAAr1\nr2.demo.tunnelwright ssh-ed25519 AAAAr2\n",
  );
});

test("the ssh_config of a lab", () => {
  const text = sshConfigText(inventory, { knownHostsFile: "/a b/known_hosts", identityFile: "/a 100%d/id" });
  expect(text).toMatchInlineSnapshot(`
    "Host r1
      HostName 127.0.0.1
      Port 2201
      HostKeyAlias r1.demo.tunnelwright

    Host r2
      HostName 127.0.0.1
      Port 2202
      HostKeyAlias r2.demo.tunnelwright

    Host *
      User root
      IdentityFile "/a 100%%d/id"
      IdentitiesOnly yes
      IdentityAgent none
      StrictHostKeyChecking yes
      UserKnownHostsFile "/a b/known_hosts"
      GlobalKnownHostsFile none
      UpdateHostKeys no
      PasswordAuthentication no
    "
  `);
});

test.each(["relative/id", '/a"b', "/a${HOME}", "/a\nb"])(
  "a path that ssh could not read is refused: %j",
  (identityFile) => {
    expect(() => sshConfigText(inventory, { knownHostsFile: "/k", identityFile })).toThrow(TypeError);
  },
);
