/** docs/threat-model.md of containers and networks, held against what every lab synthesizes; and what it names is there. */
import { App, Testing } from "cdktf";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { GreIpsecTunnel, Lab, Router, Wan } from "../../../constructs/index.ts";
import { appIn, standInSetUpFolder } from "../constructs/working-folder.ts";

const root = join(import.meta.dirname, "../../..");

interface Stack {
  readonly resource: {
    readonly docker_container: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly docker_network: Readonly<
      Record<string, { readonly driver: string; readonly options: Record<string, string> }>
    >;
  };
}

/** What a container is given beside names, networks and labels; a new kind of right is not in this list, and fails the test. */
const harmlessParts = [
  "name",
  "hostname",
  "image",
  "env",
  "labels",
  "networks_advanced",
  "lifecycle",
  "must_run",
  "destroy_grace_seconds",
  "upload",
];
const grants = {
  capabilities: { add: ["CAP_NET_ADMIN"] },
  tmpfs: { "/dev/shm": "rw,exec,size=256m" },
  restart: "no",
};

/** What a Linux node is given that the page does not tell of. */
function faultsOf(container: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(container).flatMap(([part, given]) => {
    if (harmlessParts.includes(part)) return [];
    const told: unknown = part in grants ? grants[part as keyof typeof grants] : undefined;
    return JSON.stringify(told) === JSON.stringify(given) ? [] : [`${part}: ${JSON.stringify(given)}`];
  });
}

async function labsOfProject(): Promise<Stack[]> {
  const app = appIn(standInSetUpFolder("threat-model"));
  for (const file of readdirSync(join(root, "labs"))) {
    const declared = (await import(join(root, "labs", file))) as Record<string, unknown>;
    for (const build of Object.values(declared))
      if (typeof build === "function" && build.length === 1) (build as (app: App) => unknown)(app);
  }
  return app.node.children
    .filter((child) => child instanceof Lab)
    .map((lab) => JSON.parse(Testing.synth(lab)) as Stack);
}

test("of every lab, no Linux node may do more than the page says, and none has less", async () => {
  const stacks = await labsOfProject();
  expect(stacks.length).toBeGreaterThan(12);
  for (const { resource } of stacks)
    for (const container of Object.values(resource.docker_container)) {
      expect(faultsOf(container)).toEqual([]);
      expect(container).toMatchObject(grants);
      // Keys by path, and what stands in the stack in clear is public.
      for (const upload of container.upload as { file: string; content?: string }[])
        expect(upload.content === undefined || upload.file === "/root/.ssh/authorized_keys").toBe(true);
    }
});

test("of every lab, no network is masqueraded, and the machine has no address on a data segment", async () => {
  for (const { resource } of await labsOfProject())
    for (const [name, { driver, options }] of Object.entries(resource.docker_network)) {
      expect(driver).toBe("bridge");
      expect(options["com.docker.network.bridge.enable_ip_masquerade"]).toBe("false");
      if (name !== "management") expect(options["com.docker.network.bridge.inhibit_ipv4"]).toBe("true");
    }
});

test("a right that the page does not tell of is seen", () => {
  expect(faultsOf({ name: "r1", ...grants })).toEqual([]);
  expect(faultsOf({ ...grants, privileged: true })).toEqual(["privileged: true"]);
  expect(faultsOf({ ...grants, capabilities: { add: ["CAP_NET_ADMIN", "CAP_SYS_ADMIN"] } })).toHaveLength(1);
  expect(faultsOf({ ...grants, volumes: [{ host_path: "/", container_path: "/host", read_only: true }] })).toHaveLength(
    1,
  );
  expect(faultsOf({ ...grants, ports: [{ internal: 22, external: 2222 }] })).toHaveLength(1);
});

test("a router of virtual IOS is privileged, and nothing beside it", () => {
  const lab = new Lab(appIn(standInSetUpFolder("threat-model-ios")), "mixed");
  const isp = new Wan(lab, "isp", { left: "198.51.100.1/30", right: "203.0.113.1/30" });
  const left = new Router(lab, "r1", {
    transit: isp.left,
    outside: "198.51.100.2/30",
    platform: "ios",
    kind: "iol",
    image: "vrnetlab/cisco_iol:17.12.01",
  });
  const right = new Router(lab, "r2", { transit: isp.right, outside: "203.0.113.2/30" });
  new GreIpsecTunnel(lab, "tunnel0", { left, right, leftAddress: "172.16.0.1/30", rightAddress: "172.16.0.2/30" });
  const { docker_container: containers } = (JSON.parse(Testing.synth(lab)) as Stack).resource;
  const privileged = Object.keys(containers).filter((name) => containers[name]?.privileged === true);
  expect(privileged).toEqual(["r1"]);
});

test("what the page says of the nodes' own files is so", () => {
  const files = join(root, "images/router/files");
  const sshd = readFileSync(join(files, "sshd_config"), "utf8");
  expect(sshd).toMatch(/^PasswordAuthentication no$/m);
  const init = readFileSync(join(files, "init"), "utf8");
  expect(init).toContain('-o "ListenAddress=$management"');
  expect(init).toMatch(/FORWARD.*mgmt0.*DROP/);
  expect(readFileSync(join(root, "provider/sdk/go-plugin.ts"), "utf8")).toContain("chmodSync(socket, 0o600)");
});
