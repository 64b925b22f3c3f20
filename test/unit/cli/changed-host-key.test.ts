/**
 * Another host key than the pinned one, met by everything that opens a router: the command line's verbs and the provider's push. Each
 * refuses, and nothing but the key exchange was sent: no user name, no key, no password, no command. The server counts.
 */
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { generateSshKeyPair, knownHostsText, sshConfigText } from "../../../devices/ssh-keys.ts";
import type { Inventory } from "../../../model/plan-document.ts";
import { makeLabProvider, type LabProvider } from "../../../provider/lab-provider.ts";
import { routerConfig } from "../../../provider/resources/router-config.ts";
import type { State } from "../../../provider/schema/attributes.ts";
import type { routerConfigAttributes } from "../../../provider/schema/resources.ts";
import type { Context } from "../../../provider/sdk/definitions.ts";
import { Diagnostics } from "../../../provider/sdk/diagnostics.ts";
import { log } from "../../../provider/sdk/log.ts";
import { plannedLab } from "../checks/samples.ts";
import { RouterServer } from "../devices/router-server.ts";
import { makeFolder } from "./support.ts";

const lab = "gre-over-ipsec";
let router: RouterServer;
beforeEach(async () => {
  router = await RouterServer.open();
});
afterEach(() => router.close());

/** A folder in which the lab is up, every node of it at the test's router, with this key pinned. */
function labFolder(hostKey: string) {
  const folder = makeFolder();
  const write = (name: string, text: string) => folder.write(`.tunnelwright/${lab}/${name}`, text);
  const place = { address: "127.0.0.1", port: router.port, hostKey };
  const inventory: Inventory = {
    format: "tunnelwright-inventory/1",
    lab,
    identityFile: "keys/lab_ed25519",
    nodes: Object.fromEntries(plannedLab().nodes.map(({ name }) => [name, place])),
  };
  write("plan.json", JSON.stringify(plannedLab()));
  write("inventory.json", JSON.stringify(inventory));
  write("keys/lab_ed25519", router.userKeys.privateKey);
  write("known_hosts", knownHostsText(inventory));
  const directory = join(folder.path, ".tunnelwright", lab);
  const identityFile = join(directory, "keys/lab_ed25519");
  chmodSync(identityFile, 0o600);
  write("ssh_config", sshConfigText(inventory, { knownHostsFile: join(directory, "known_hosts"), identityFile }));
  return { ...folder, identityFile };
}

const commands: readonly (readonly [string, readonly string[], number])[] = [
  ["verify", ["verify", lab, "--patience", "0"], 1],
  ["ssh with a command", ["ssh", lab, "r1", "--", "id"], 3],
  ["ssh, by the machine's own client", ["ssh", lab, "r1"], 255],
  ["capture", ["capture", lab, "isp-left", "-c", "1"], 3],
  ["status", ["status", lab], 1],
  ["cut", ["cut", lab, "isp-left"], 3],
  ["impair", ["impair", lab, "isp", "--loss", "1"], 3],
  ["restore", ["restore", lab, "--all"], 3],
];

describe("another host key than the pinned one", () => {
  test.each(commands)("%s refuses, and sends nothing", async (_, words, code) => {
    const { tunnelwright } = labFolder(generateSshKeyPair("other").publicKey);
    const ended = await tunnelwright(...words);
    expect(ended.code, ended.stdout + ended.stderr).toBe(code);
    // Words are wrapped where the terminal ends.
    expect((ended.stdout + ended.stderr).replaceAll(/\s+/g, " ")).toMatch(
      /not the pinned one;? nothing was sent|IDENTIFICATION HAS CHANGED/,
    );
    expect(router.seen.connections).toBeGreaterThan(0);
    expect(router.seen).toMatchObject({ authAttempts: [], execs: [], mostOpenChannels: 0 });
  });

  test("verify's verdict is unknown, never passed and never failed", async () => {
    const folder = labFolder(generateSshKeyPair("other").publicKey);
    await folder.tunnelwright("verify", lab, "--patience", "0");
    const { verdict, checks } = JSON.parse(folder.read(`.tunnelwright/${lab}/results/latest.json`)) as {
      verdict: string;
      checks: { verdict: string }[];
    };
    expect(verdict).toBe("unknown");
    expect(new Set(checks.map((check) => check.verdict))).toEqual(new Set(["unknown"]));
  });
});

// A capture waits ten seconds for its tcpdump, which the test's router does not have.
test.each(commands.filter(([name]) => name !== "capture"))(
  "with the right key %s is heard: the count would have shown it",
  async (_, words) => {
    await labFolder(router.hostKeys.publicKey).tunnelwright(...words);
    expect(router.seen.authAttempts).toContain("publickey");
  },
);

describe("the provider's push", () => {
  const push = async (hostKey: string, work: "create" | "update" | "read" | "delete") => {
    const { identityFile } = labFolder(hostKey);
    const state: State<typeof routerConfigAttributes> = {
      node: "r1",
      host: "127.0.0.1",
      port: router.port,
      identity_file: identityFile,
      host_key: hostKey,
      container_id: "one",
      through: null,
      sysctl: "",
      firewall: "",
      interfaces: "",
      ipsec: "",
      ipsec_secrets: "connections {{psk:tunnel0}}\n",
      routing: "",
      keepalive: "",
      pre_shared_keys_wo: null,
      pre_shared_keys_version: 0,
      id: "r1",
      revision: "",
    };
    const config = { ...state, pre_shared_keys_wo: { tunnel0: "c2VjcmV0LXNlY3JldC1zZWNyZXQ=" } };
    const provider = makeLabProvider();
    const context: Context<LabProvider> = {
      provider,
      signal: new AbortController().signal,
      diagnostics: new Diagnostics(),
      private: {},
      log,
    };
    try {
      if (work === "create") await routerConfig.create(context, { planned: state, config });
      else if (work === "update") await routerConfig.update(context, { prior: state, planned: state, config });
      else if (work === "read") await routerConfig.read(context, state);
      else await routerConfig.delete(context, state);
      return "";
    } catch (error) {
      return `${(error as Error).message}: ${String((error as { detail?: string }).detail)}`;
    } finally {
      await provider.pool.close();
    }
  };

  test.each(["create", "update", "read", "delete"] as const)("%s refuses, and sends nothing", async (work) => {
    expect(await push(generateSshKeyPair("other").publicKey, work)).toMatch(
      /r1 could not be configured.*not the pinned one; nothing was sent/s,
    );
    expect(router.seen.connections).toBeGreaterThan(0);
    expect(router.seen).toMatchObject({ authAttempts: [], execs: [] });
  });

  test.each(["create", "update", "read", "delete"] as const)("with the right key %s is heard", async (work) => {
    await push(router.hostKeys.publicKey, work);
    expect(router.seen.authAttempts).toContain("publickey");
  });
});
