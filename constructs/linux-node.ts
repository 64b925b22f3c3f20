import { Container } from "@cdktf/provider-docker/lib/container/index.js";
import type { Construct } from "constructs";
import type { NodeDeclaration } from "../model/declaration.ts";
import type { NodeTexts } from "../model/plan-document.ts";
import type { Lab } from "./lab.ts";
import { lazyMap, lazyNumber, lazyText } from "./lazy.ts";
import { plugName, type Plug } from "./plug.ts";
import { PreSharedKey, RouterConfig } from "./resources.ts";

const sshPort = 22;
/** Bytes of the node's memory file; the kernel takes what it needs of it. */
const memory = { router: "128M", transit: "64M", host: "64M" } as const;

/** A node of Linux, and where it is. */
export interface LinuxNodeProps {
  readonly name: string;
  readonly role: NodeDeclaration["role"];
  readonly plugs: readonly Plug[];
  readonly managementAddress: string;
}

/** A container with its interfaces, and the configuration pushed into it over SSH. */
export function addLinuxNode(scope: Construct, lab: Lab, props: LinuxNodeProps): void {
  addConfig(scope, lab, props, addContainer(scope, lab, props));
}

function addContainer(scope: Construct, lab: Lab, { name, role, plugs, managementAddress }: LinuxNodeProps): Container {
  const subnets = [
    `mgmt0=${lab.managementSubnet}`,
    ...plugs.map((plug, index) => `${plugName(plug, index)}=${plug.segment.dockerSubnet}`),
  ];
  const container = new Container(scope, "container", {
    name: `tw-${lab.labName}-${name}`,
    hostname: name,
    image: lab.routerImage,
    env: [
      `TW_NODE=${name}`,
      `TW_ROLE=${role}`,
      `TW_KERNEL=${lab.kernel}`,
      `TW_MEMORY=${memory[role]}`,
      `TW_INTERFACES=${subnets.join(" ")}`,
    ],
    capabilities: { add: ["CAP_NET_ADMIN"] },
    // User-mode Linux keeps its memory in a file here, and executes from it.
    tmpfs: { "/dev/shm": "rw,exec,size=256m" },
    mustRun: true,
    restart: "no",
    destroyGraceSeconds: 3,
    networksAdvanced: [
      { name: lab.managementNetworkName, ipv4Address: managementAddress },
      ...plugs.map(({ segment }) => ({ name: segment.networkName })),
    ],
    // By path, so that the key is in neither state nor `docker inspect`.
    upload: [
      {
        file: "/etc/ssh/ssh_host_ed25519_key",
        source: lab.access.hostKeyFile(name),
        sourceHash: lab.access.hostKeyHash(name),
        permissions: "0600",
      },
      { file: "/root/.ssh/authorized_keys", content: lab.access.authorizedKey, permissions: "0600" },
    ],
    labels: lab.labels({ node: name, role: role, kernel: lab.kernel }),
    // Another network under the old name is not the one that the container is in.
    lifecycle: {
      replaceTriggeredBy: [lab.managementNetworkResource, ...plugs.map(({ segment }) => segment.networkResource)],
    },
  });
  container.overrideLogicalId(name);
  return container;
}

function addConfig(
  scope: Construct,
  lab: Lab,
  { name, managementAddress }: LinuxNodeProps,
  container: Container,
): void {
  const text = (part: keyof NodeTexts) => lazyText(() => lab.plannedNode(name).texts[part]);
  const config = new RouterConfig(scope, "config", {
    node: name,
    host: managementAddress,
    port: sshPort,
    identityFile: lab.access.identityFile,
    hostKey: lab.access.hostKey(name),
    containerId: container.id,
    sysctl: text("sysctl"),
    firewall: text("firewall"),
    interfaces: text("interfaces"),
    ipsec: text("ipsec"),
    ipsecSecrets: text("ipsecSecrets"),
    routing: text("routing"),
    keepalive: text("keepalive"),
    preSharedKeysWo: lazyMap(() =>
      Object.fromEntries(lab.plannedNode(name).pskTunnels.map((tunnel) => [tunnel, PreSharedKey.reference(tunnel)])),
    ),
    preSharedKeysVersion: lazyNumber(() => (lab.plannedNode(name).pskTunnels.length > 0 ? 1 : 0)),
  });
  config.overrideLogicalId(name);
  lab.addRevision(name, config.revision);
}
